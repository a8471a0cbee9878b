"""The page *Broken on purpose*: a case, a diagnosis, the answer, and a repair that is trained beside it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.messages import N_
from explorer.presets.faults import FAULTS, Fault
from explorer.presets.repairs import REPAIRS
from explorer.training import differences
from explorer.training.record import Request, RunRecord
from explorer.widgets import link, runs, train_row
from explorer.widgets.language import _, md, t

CASE, GUESS = "broken_case", "broken_guess"
ANSWERS = "broken_answers"
"""The diagnosis that the reader has committed to, by case."""


@dataclass(frozen=True)
class Case:
    """One case by its number, from 1; its runs are told by what is trained."""

    number: int
    fault: Fault

    @property
    def diagnosis(self) -> str | None:
        """The fault that the reader has named, if any."""
        return _answers().get(self.fault.name)

    @property
    def solved(self) -> bool:
        return self.diagnosis == self.fault.name

    def is_broken(self, record: RunRecord) -> bool:
        """Whether a run is this case as it was handed out."""
        return record.request == self.fault.request

    def belongs(self, record: RunRecord) -> bool:
        """Whether a run is this case, broken or with one of the repairs."""
        return self.is_broken(record) or any(
            record.request == repair.apply(self.fault.request) for repair in REPAIRS.values()
        )


def controls() -> Case:
    """The case, the diagnosis, and what to try against it."""
    names = list(FAULTS)
    titles = {name: t(N_("Case {number}"), number=number) for number, name in enumerate(names, 1)}
    name = link.selectbox(_("Case"), names, CASE, format_func=titles.__getitem__)
    case = Case(names.index(name) + 1, FAULTS[name])
    st.markdown(md(N_("**{solved} of {count}** cases solved"), solved=_solved(), count=len(names)))
    _diagnosis(case)
    return case


def _answers() -> dict[str, str]:
    found: dict[str, str] = st.session_state.get(ANSWERS, {})
    return found


def _solved() -> int:
    return sum(case == named for case, named in _answers().items())


def _diagnosis(case: Case) -> None:
    """The named failures, always in the same order, and a button to commit to one."""
    options = sorted(FAULTS, key=lambda name: t(FAULTS[name].title))
    key = f"{GUESS}_{case.fault.name}"
    chosen = st.radio(
        _("**What is wrong here?**"),
        options,
        index=None,
        key=key,
        persist_state="session",
        format_func=lambda name: t(FAULTS[name].title),
    )
    st.button(
        _("That is my diagnosis"),
        key="broken_commit",
        icon=":material/gavel:",
        disabled=chosen is None or case.solved,
        on_click=_commit,
        args=(case.fault.name, chosen),
    )


def _commit(name: str, chosen: str | None) -> None:
    if chosen in FAULTS:
        st.session_state[ANSWERS] = {**_answers(), name: chosen}


def begin(case: Case) -> None:
    """Train the case as it was handed out."""
    known = runs.trained(case.fault.request, runs.progresses(runs.known(), quiet=True))
    name = t(N_("Case {number}"), number=case.number)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Train this case"),
            # The label of a primary button that begins disabled is white on white.
            type="primary" if known is None else "secondary",
            icon=":material/play_arrow:",
            key="broken_train",
            disabled=known is not None,
        )
        st.markdown(
            _("Look at the curves and at the layers, then name what is wrong.")
            if known is not None
            else _("Something is wrong with this training. Train it and find out what.")
        )
    if pressed:
        train_row.submit(case.fault.request, name)
    elif known is not None and known not in runs.shown():
        runs.show([known, *runs.shown()])


def answer(case: Case) -> None:
    """What the reader said, whether it is so, and why."""
    if case.diagnosis is None:
        return
    said = FAULTS[case.diagnosis]
    if not case.solved:
        st.error(
            md(
                N_("Not that: **{said}** would look like this: {signs}"),
                said=said.title,
                signs=said.signs,
            ),
            icon=":material/close:",
        )
        return
    st.success(md(N_("**{title}.** {signs}"), title=said.title, signs=said.signs), icon=":material/check:")
    st.markdown(md(N_("**Why**: {why}"), why=said.why))


def repair(case: Case) -> None:
    """Something to try, with what it changes; it is trained beside the broken run."""
    if not any(case.is_broken(run.record) for run in runs.progresses(runs.shown(), quiet=True)):
        return
    order = list(REPAIRS)
    with st.container(border=True):
        name = link.selectbox(
            _("Try a repair"), order, "broken_repair", format_func=lambda name: t(REPAIRS[name].title)
        )
        mended = REPAIRS[name].apply(case.fault.request)
        if mended == case.fault.request:
            st.caption(_("That changes nothing in this case: it is so already."))
            return
        if case.solved:
            _changes(case.fault.request, mended)
        run_name = f"{t(N_('Case {number}'), number=case.number)} · {t(REPAIRS[name].title)}"
        if st.button(_("Train with this repair"), key="broken_mend", icon=":material/build:"):
            # The runs stand above: only another run of the page begins to follow the new one.
            train_row.submit(mended, run_name, lambda run_id: st.rerun())


def _changes(before: Request, after: Request) -> None:
    found = differences.between(before, after)
    parts = (*found.model, *found.recipe, *found.data)
    st.markdown("\n".join(f"- {md(difference.sentence)}" for difference in parts))
