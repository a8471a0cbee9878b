"""Which runs the page *Overfitting* shows, and training those that are not there yet."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.messages import N_, ExplorerError, Message
from explorer.training import limits
from explorer.widgets import link, model_view, runs, session, shell
from explorer.widgets.language import _, md
from explorer.widgets.overfitting import PREFIX, Wanted

SHOWN = PREFIX + "runs"


def shown() -> list[str]:
    """The ids of the runs in the picture, kept in the link."""
    link.restore(SHOWN, _ids)
    ids = st.session_state.get(SHOWN, [])
    link.keep(SHOWN, ",".join(ids), "")
    return list(ids)


def _ids(text: str) -> list[str]:
    return [run_id for run_id in text.split(",") if run_id][: runs.MAXIMUM_SHOWN]


def train_row(wanted: Sequence[Wanted]) -> None:
    """The Train button, and how many runs it starts and how long they take, or what stands in the way."""
    before = shown()
    known = runs.progresses([*before, *runs.known()], quiet=True)
    there = [runs.trained(one.request, known) for one in wanted]
    if not before:
        show([run_id for run_id in there if run_id])
        before = shown()
    missing = [one for one, run_id in zip(wanted, there, strict=True) if run_id is None]
    problem = _problem(missing)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Train"), type="primary", icon=":material/play_arrow:", key=PREFIX + "train", disabled=problem is not None
        )
        st.markdown(_cost(wanted, missing))
        _remove(before, there)
    if problem is not None:
        st.error(md(problem), icon=":material/error:")
    if pressed:
        _train(wanted, there, before)


def _problem(missing: Sequence[Wanted]) -> Message | None:
    try:
        for one in missing:
            shell.engine().check(one.request)
    except ExplorerError as error:
        return error.problem
    return None


def _cost(wanted: Sequence[Wanted], missing: Sequence[Wanted]) -> str:
    engine = shell.engine()
    seconds = sum(limits.predicted_seconds(one.request, engine.speed(one.request.spec)) for one in missing)
    alone = len(wanted) == 1
    if not missing:
        trained = N_("The network is trained or in training; choose a remedy to compare it with.")
        return md(trained if alone else N_("All {count} are trained or in training."), count=len(wanted))
    text = N_("{missing} of {count} are still to be trained, one after the other: about {time} at most.")
    return md(
        N_("The network is still to be trained: about {time} at most.") if alone else text,
        missing=len(missing),
        count=len(wanted),
        time=model_view.duration(seconds),
    )


def _train(wanted: Sequence[Wanted], there: Sequence[str | None], before: Sequence[str]) -> None:
    """Submit what is missing, and show the wanted runs before those that were shown already."""
    ids = []
    for one, run_id in zip(wanted, there, strict=True):
        try:
            ids.append(run_id or _submitted(one))
        except ExplorerError as error:
            st.error(md(error.problem), icon=":material/error:")
            break
    show([*ids, *before])


def _submitted(one: Wanted) -> str:
    run_id = session.submit(one.request, one.name)
    runs.know(run_id)
    return run_id


def show(ids: Sequence[str]) -> None:
    """Put these runs into the picture and into the link."""
    st.session_state[SHOWN] = list(dict.fromkeys(ids))[: runs.MAXIMUM_SHOWN]
    shown()


def _remove(before: Sequence[str], wanted: Sequence[str | None]) -> None:
    """A button that leaves only the runs of the present settings in the picture."""
    others = [run_id for run_id in before if run_id not in wanted]
    if others:
        st.button(
            _("Remove the others"),
            icon=":material/playlist_remove:",
            key=PREFIX + "remove",
            type="tertiary",
            help=_("Leave only the runs of the settings at the left in the picture."),
            on_click=show,
            args=([run_id for run_id in before if run_id in wanted],),
        )


def stop(run_ids: Sequence[str]) -> None:
    """End these runs."""
    for run_id in run_ids:
        shell.engine().stop(run_id)
