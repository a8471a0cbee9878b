"""A model of the reader's own: a Keras file becomes a run that the pages look inside like any other."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import streamlit as st

from explorer.archive import Archive, apart
from explorer.messages import N_, ExplorerError, Message
from explorer.training import uploaded
from explorer.training.record import RunRecord
from explorer.training.uploaded import Fit
from explorer.widgets import runs, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.run_choice import look_inside

MEGABYTES = apart.MAXIMUM_BYTES // 2**20
TYPES = ("keras", "h5", "hdf5")


@dataclass(frozen=True)
class _Given:
    """The last file of a session in one place: what it holds and may be for, or what is wrong with it."""

    name: str
    found: Archive | None = None
    fits: tuple[Fit, ...] = ()
    problem: Message | None = None
    chosen: Fit | None = None
    run_id: str = ""
    is_new: bool = False


def button(select: str = "", fits: runs.Fits = runs.every) -> str | None:
    """A button that opens the form; returns the id of the run right after a file has become one, else None.

    With `select`, the key of a `run_choice` of models that fit, that choice shows the new model at once.
    """
    place = select or "model"
    with st.popover(_("Your own model"), icon=":material/upload_file:", key=f"{place}-own"):
        given = _form(place, select, fits)
    if given is None or not given.is_new:
        return None
    st.session_state[_state(place)] = dataclasses.replace(given, is_new=False)
    return given.run_id


def told(record: RunRecord) -> None:
    """Where a model comes from that a reader brought, and which of its layers are not here."""
    st.caption(md(N_("The weights are those of the file {file}, as uploaded."), file=record.source_file))
    if record.left_out:
        text = N_("This is the model up to its first layer that cannot be shown here. Left out: {layers}.")
        st.caption(":material/content_cut: " + md(text, layers=", ".join(record.left_out)))


def _form(place: str, select: str, fits: runs.Fits) -> _Given | None:
    """The file, what it may be for, and what came of it."""
    st.file_uploader(
        t(N_("A Keras model (.keras or .h5), at most {size} MB"), size=MEGABYTES),
        type=list(TYPES),
        key=_file(place),
        max_upload_size=MEGABYTES,
        on_change=_take,
        args=(place, select, fits),
        help=_("The file is read as data: nothing in it is executed, and nothing outside it is opened."),
    )
    given: _Given | None = st.session_state.get(_state(place))
    if given is None:
        st.caption(_("Sequential models, and functional ones without branches, of Keras 2 and Keras 3."))
        return None
    if given.problem is not None:
        st.error(md(given.problem), icon=":material/error:")
    elif given.run_id:
        _kept(given, fits)
    else:
        _ask(given, place, select, fits)
    return given


def _take(place: str, select: str, fits: runs.Fits) -> None:
    """Read a new file; if there is no doubt what it is for, it becomes a run."""
    file = st.session_state.get(_file(place))
    if file is None:
        return
    given = _opened(uploaded.name_of(file.name), file.getvalue())
    st.session_state[_state(place)] = given
    if len(given.fits) == 1:
        _keep(place, select, fits, given.fits[0])


def _opened(name: str, content: bytes) -> _Given:
    """What a file holds and may be for, or what is wrong with it."""
    try:
        found = apart.read_part(content)
        return _Given(name, found, uploaded.fits(found))
    except ExplorerError as error:
        return _Given(name, problem=error.problem)


def _ask(given: _Given, place: str, select: str, fits: runs.Fits) -> None:
    """Several data sets have inputs and classes like the model's; only the reader knows which it is for."""
    st.markdown(md(N_("**{file}** fits more than one set of data."), file=given.name))
    number = st.selectbox(
        _("Which data was it trained on?"),
        range(len(given.fits)),
        format_func=lambda index: t(given.fits[index].title),
        key=f"{place}-model-data",
    )
    chosen = given.fits[number]
    st.button(
        _("Look inside"),
        icon=":material/visibility:",
        key=f"{place}-model-keep",
        on_click=_keep,
        args=(place, select, fits, chosen),
    )


def _keep(place: str, select: str, fits: runs.Fits, chosen: Fit) -> None:
    """Make the model a run, and the one in sight if the page is for such models; for callbacks."""
    given: _Given | None = st.session_state.get(_state(place))
    if given is None or given.found is None:
        return
    try:
        run = uploaded.keep(shell.engine().store, given.found, chosen, given.name)
    except ExplorerError as error:
        st.session_state[_state(place)] = dataclasses.replace(given, problem=error.problem)
        return
    kept = dataclasses.replace(given, chosen=chosen, run_id=run.record.id, is_new=True)
    st.session_state[_state(place)] = kept
    runs.know(run.record.id)
    if select and fits(run.record):
        st.session_state[select] = run.record.id


def _kept(given: _Given, fits: runs.Fits) -> None:
    """What became of the file."""
    try:
        record = shell.engine().store.open(given.run_id).record
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/search_off:")
        return
    st.success(md(N_("{name} is kept among your runs."), name=record.name), icon=":material/check:")
    for note in _notes(given):
        st.caption(note)
    if not fits(record):
        st.caption(_("This page is for models of another kind."))
    if fits is runs.every or not fits(record):
        inside = look_inside(record, _("Look inside"))
        if not inside:
            shape = " × ".join(str(size) for size in record.spec.input_shape)
            st.info(md(N_("No page here can draw what is inside a model of inputs of {shape}."), shape=shape))


def _notes(given: _Given) -> list[str]:
    """What was changed, passed over or left out."""
    notes = [md(note) for note in given.chosen.model.notes] if given.chosen is not None else []
    found = given.found
    if found is not None and found.idle:
        notes.append(
            md(N_("Passed over, as they compute nothing at prediction: {layers}."), layers=", ".join(found.idle))
        )
    if found is not None and found.problem is not None:
        notes.append(md(found.problem))
    return notes


def _file(place: str) -> str:
    return f"{place}-model-upload"


def _state(place: str) -> str:
    return f"{place}-model-given"
