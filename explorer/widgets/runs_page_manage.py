"""What can be done with the chosen runs: name, note, look inside, train on, take along, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from explorer.messages import N_, ExplorerError
from explorer.training.progress import Progress
from explorer.training.record import MAXIMUM_NAME, MAXIMUM_NOTE, RunRecord
from explorer.widgets import downloads, runs, runs_page_again, runs_page_list, shell
from explorer.widgets.language import _, escape, md
from explorer.widgets.run_choice import look_inside


def actions(run_ids: Sequence[str]) -> None:
    """What there is to do with these runs; with one of them, or with several at once."""
    chosen = runs.progresses(run_ids, quiet=True)
    own = [progress for progress in chosen if _changeable(progress.record)]
    if len(chosen) == 1:
        _one(chosen[0], bool(own))
    elif len(chosen) == 2:
        first, second = (progress.record.id for progress in chosen)
        pair = {"a": first, "b": second}
        st.page_link(shell.COMPARE, label=_("Compare these two"), icon=":material/compare:", query_params=pair)
    if own:
        _delete_choice(own)


def _changeable(record: RunRecord) -> bool:
    return runs.mine(record.id) and not shell.engine().store.open(record.id).shipped


def _one(progress: Progress, own: bool) -> None:
    run_id = progress.record.id
    if own:
        _words(progress.record)
    elif progress.record.note:
        st.markdown(escape(progress.record.note))
    with st.container(horizontal=True, vertical_alignment="center"):
        if progress.status.active and own:
            stop = shell.engine().stop
            st.button(_("Stop"), key=f"runs_stop-{run_id}", icon=":material/stop:", on_click=stop, args=(run_id,))
        look_inside(progress.record, _("Look inside"))
    if progress.status.active:
        return
    try:
        run = shell.engine().store.open(run_id)
        runs_page_again.continue_training(run)
        runs_page_again.train_again(run)
        with st.popover(_("Export"), icon=":material/download:", width="stretch"):
            downloads.buttons(run, "runs_export")
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")


def _words(record: RunRecord) -> None:
    """Name and note, kept as soon as they are changed."""
    name, note = f"runs_name-{record.id}", f"runs_note-{record.id}"
    st.text_input(_("Name"), record.name, MAXIMUM_NAME, key=name, on_change=_rename, args=(record.id, name))
    st.text_area(
        _("Note"),
        record.note,
        height=80,
        max_chars=MAXIMUM_NOTE,
        key=note,
        on_change=_annotate,
        args=(record.id, note),
        placeholder=_("What did you want to find out, and what came of it?"),
    )


def _rename(run_id: str, key: str) -> None:
    _try(lambda: runs.keeper(run_id).rename(run_id, str(st.session_state[key])))
    _show_kept(run_id, key, "name")


def _annotate(run_id: str, key: str) -> None:
    _try(lambda: runs.keeper(run_id).annotate(run_id, str(st.session_state[key])))
    _show_kept(run_id, key, "note")


def _show_kept(run_id: str, key: str, field: str) -> None:
    """What was kept, which may be shorter than what was written."""
    for progress in runs.progresses([run_id]):
        st.session_state[key] = getattr(progress.record, field)


def _delete_choice(own: Sequence[Progress]) -> None:
    ids = [progress.record.id for progress in own]
    with st.popover(_("Delete"), icon=":material/delete:", width="stretch"):
        names = "\n".join(f"- **{escape(progress.record.name)}**" for progress in own)
        st.markdown("\n\n".join([_("Delete with all weights and curves? This cannot be undone."), names]))
        if any(progress.status.active for progress in own):
            st.caption(_("A run in training must be stopped first."))
            return
        st.button(_("Delete for good"), type="primary", key="runs_delete", on_click=_delete, args=(ids,))


def _delete(run_ids: Sequence[str]) -> None:
    gone = [run_id for run_id in run_ids if _try(partial(_delete_one, run_id))]
    chosen = st.session_state.get(runs_page_list.CHOSEN, [])
    runs_page_list.choose([run_id for run_id in chosen if run_id not in gone])
    if gone:
        st.toast(md(N_("Deleted runs: {count}"), count=len(gone)))


def _delete_one(run_id: str) -> None:
    runs.keeper(run_id).delete(run_id)
    runs.forget(run_id)


def _try(action: Callable[[], None]) -> bool:
    """Whether the action was done; if not, why is said."""
    try:
        action()
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return False
    return True
