"""The code of what a page shows: read it, copy it, take it away as a script, a notebook, or with all its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.messages import N_, ExplorerError, Message, message
from explorer.training import codegen
from explorer.training.codegen import package, training
from explorer.training.codegen.sections import Section
from explorer.training.exports import file_name
from explorer.training.record import Request
from explorer.widgets import shell
from explorer.widgets.downloads import file_button
from explorer.widgets.language import _, md

PYTHON, NOTEBOOK, ZIP = "text/x-python", "application/x-ipynb+json", "application/zip"
HEIGHT = 420

Files = Callable[[], Mapping[str, str | bytes]]


@dataclass(frozen=True)
class Code:
    """One script: its file name without ending, its parts, what it needs beside it, and what is said of it.

    `files` makes what must lie beside the script when it is asked for; None if nothing must, or
    if a `problem` says why it cannot be had.
    """

    name: str
    sections: Sequence[Section]
    about: Message
    files: Files | None = None
    problem: Message | None = None


def panel(key: str, *choices: tuple[str, Callable[[], Code | None]]) -> None:
    """An expander with the code of what is shown; nothing is made before it is opened.

    Of several choices (title, what makes the code) the reader picks one.
    """
    with st.expander(_("Code"), icon=":material/code:", key=f"{key}-code", on_change="rerun") as shown:
        if not shown.open:
            return
        make = choices[0][1]
        if len(choices) > 1:
            titles = [title for title, _make in choices]
            picked = st.segmented_control(
                _("Code"), titles, default=titles[0], required=True, key=f"{key}-code-of", label_visibility="collapsed"
            )
            make = dict(choices)[str(picked)]
        try:
            code = make()
        except ExplorerError as error:
            st.error(md(error.problem), icon=":material/error:")
            return
        if code is not None:
            _draw(code, key)


def of_training(request: Request, name: str = "train") -> Code | None:
    """The script of a training; None (with a sentence said) while its model cannot be built."""
    fault = request.spec.checked()[1]
    if fault is not None or not request.spec.layers:
        st.info(_("The code appears here as soon as the model can be built."), icon=":material/construction:")
        return None
    about = message(
        N_("The same training in plain Keras: the same data, first weights, batches and dropout, so the same history.")
    )
    files, problem = _beside(request)
    return Code(file_name(name, ""), training.sections(request), about, files, problem)


def _beside(request: Request) -> tuple[Files | None, Message | None]:
    """What makes the file beside a training's script, or why there can be none."""
    if not training.needs_file(request):
        return None, None
    store = shell.engine().store
    try:
        package.check_size(request)
        if request.start is not None:
            store.open(request.start.run)
    except ExplorerError as error:
        return None, error.problem
    return lambda: {package.DATA_FILE: package.data_file(request, store.first_weights(request))}, None


def training_panel(request: Request, key: str) -> None:
    """The expander with the script of a training."""
    panel(key, (_("Training"), lambda: of_training(request)))


def _draw(code: Code, key: str) -> None:
    st.caption(md(code.about))
    script = codegen.script(code.sections, _)
    with st.container(horizontal=True):
        file_button(_("Script (.py)"), lambda: script, f"{code.name}.py", PYTHON, f"{key}-py")
        notebook = codegen.notebook(code.sections, _)
        file_button(_("Notebook (.ipynb)"), lambda: notebook, f"{code.name}.ipynb", NOTEBOOK, f"{key}-ipynb")
        if code.files is not None:
            _zip_button(code, script, notebook, key)
    if code.problem is not None:
        st.warning(md(code.problem), icon=":material/error:")
    st.code(script, language="python", height=HEIGHT)


def _zip_button(code: Code, script: str, notebook: str, key: str) -> None:
    make, about = code.files, md(code.about)

    def packed() -> bytes:
        beside = make() if make is not None else {}
        own = {f"{code.name}.py": script, f"{code.name}.ipynb": notebook}
        return package.packed({**own, "README.md": package.readme(code.name, about), **beside})

    help = _("Script and notebook need the files in this zip beside them.")
    file_button(_("All with data (.zip)"), packed, f"{code.name}.zip", ZIP, f"{key}-zip", help)
