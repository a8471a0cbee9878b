"""Runs as they train: what each is doing, and their curves, twice a second without a blink."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from explorer.messages import N_, ExplorerError, message
from explorer.training.progress import Progress
from explorer.training.record import FROM_A_RUN, RunRecord, Status
from explorer.widgets import model_view, run_curves, runs, session, shell
from explorer.widgets.language import _, escape, md
from explorer.widgets.run_choice import look_inside

POLL_SECONDS = 0.5
ACCURACY = N_("test accuracy **{accuracy}** on {examples} examples · {epochs} epochs in {seconds} s{stopped}")
WITHIN = N_(
    "right within ±{tolerance}: **{accuracy}** of {examples} test examples · {epochs} epochs in {seconds} s{stopped}"
)


Pictures = Callable[[Sequence[RunRecord], str], None]
"""Draws runs; the text says what to do while there is nothing to draw."""


def job_panel(fits: runs.Fits = runs.every, pictures: Pictures = run_curves.show) -> None:
    """The shown runs that fit and their `pictures`, kept up to date by a fragment of its own while one is active."""
    active = any(progress.status.active for progress in _progresses(fits, quiet=True))
    st.fragment(_panel, run_every=POLL_SECONDS if active else None)(fits, active, pictures)


def _panel(fits: runs.Fits, was_active: bool, pictures: Pictures) -> None:
    shown = _progresses(fits, quiet=False)
    if was_active != any(progress.status.active for progress in shown):
        # Only a run of the whole page can start or end the fragment's own clock.
        st.rerun()
    with st.container(gap="xxsmall"):
        for progress in shown:
            _status(progress)
    empty = _("The first points come in a moment.") if shown else _("Press Train: the curve grows here.")
    pictures([progress.record for progress in shown], empty)


def _progresses(fits: runs.Fits, quiet: bool) -> list[Progress]:
    return [progress for progress in runs.progresses(runs.shown(), quiet=quiet) if fits(progress.record)]


def _status(progress: Progress) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{escape(progress.record.name)}** — {_sentence(progress)}")
            if said := _answered(progress.record):
                st.caption(said)
            if progress.status is Status.RUNNING and progress.latest:
                st.progress(min(1.0, progress.latest.position / progress.record.recipe.epochs))
        _actions(progress)


def _sentence(progress: Progress) -> str:
    record = progress.record
    if progress.problem is not None:
        return md(progress.problem)
    if progress.status is Status.QUEUED:
        return _waiting(progress)
    if progress.status is Status.RUNNING:
        return _running(progress)
    if record.test_accuracy is None:
        return _("stopped before the end of the first epoch, so there is nothing to test.")
    task = run_curves.task_of(record)
    tolerance = task.tolerance if task is not None else 0.0
    return md(
        WITHIN if tolerance else ACCURACY,
        tolerance=f"{tolerance:g}",
        accuracy=f"{record.test_accuracy:.2%}",
        examples=f"{record.test_examples:,}",
        epochs=len(record.history),
        seconds=f"{record.seconds:.0f}",
        stopped=message(N_(" (stopped)")) if progress.status is Status.STOPPED else "",
    )


def _waiting(progress: Progress) -> str:
    engine = shell.engine()
    if engine.problem is not None:
        return md(engine.problem)
    if not engine.ready:
        return _("the training process is starting; the first time takes about 15 seconds.")
    return waiting(progress)


def waiting(progress: Progress) -> str:
    """What a waiting run has before it, and about how long that takes."""
    if progress.ahead == 0:
        return _("waiting: it begins in a moment.")
    own = progress.own if runs.mine(progress.record.id) else 0
    if own == progress.ahead:
        text = N_("waiting: only one of your runs trains at a time; yours that go first: {own}, about {time}.")
    elif own:
        text = N_("waiting: {count} runs go first, {own} of them yours, about {time}.")
    else:
        text = N_("waiting: {count} runs go first, about {time}.")
    return md(text, count=progress.ahead, own=own, time=model_view.duration(progress.wait_seconds))


def _running(progress: Progress) -> str:
    latest = progress.latest
    if latest is None:
        return _("starting: reading the data and building the model.")
    return md(
        N_("epoch {epoch} of {epochs} · loss {loss} · {speed} examples/s · {left} s left"),
        epoch=latest.epoch,
        epochs=progress.record.recipe.epochs,
        loss=f"{latest.loss:.3f}",
        speed=f"{latest.examples_per_second:,.0f}",
        left=f"{latest.seconds_left:,.0f}",
    )


def _actions(progress: Progress) -> None:
    run_id = progress.record.id
    if progress.status.active:
        st.button(_("Stop"), key=f"stop-{run_id}", icon=":material/stop:", on_click=shell.engine().stop, args=(run_id,))
        return
    if progress.status in (Status.LOST, Status.FAILED, Status.DIVERGED):
        st.button(_("Train again"), key=f"again-{run_id}", on_click=_again, args=(progress.record,))
    if _answered(progress.record):
        anyway = _("Train it anyway")
        st.button(anyway, key=f"anyway-{run_id}", icon=":material/replay:", on_click=_again, args=(progress.record,))
    look_inside(progress.record, _("Look inside"))


def _answered(record: RunRecord) -> str:
    """Why the reader sees a result without having trained; nothing if that is not so."""
    if record.copied == FROM_A_RUN:
        return _("The very same training was done on this server before, so you have its result at once.")
    if record.copied:
        return md(
            N_("{model} comes with the app and was trained just so, so you have its result at once."),
            model=record.copied,
        )
    if session.shown_again(record.id):
        return _("You have trained exactly this before; here is that run again.")
    return ""


def _again(record: RunRecord) -> None:
    try:
        runs.follow(session.submit(record.request, record.name, again=True))
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
