"""Training from a run that there is: on from its weights, or again with one thing changed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.controls import controls
from explorer.messages import N_, ExplorerError
from explorer.training.continuing import continuation
from explorer.training.differences import in_words
from explorer.training.recipe import Recipe
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import one_change, runs_page_list, settings, train_row
from explorer.widgets.language import _, md, t

CONTINUED = "↪"
FIRST = "learning_rate"


def continue_training(run: Run) -> None:
    """Epochs and learning rate of a run that begins with this run's weights."""
    with st.popover(_("Continue training"), icon=":material/resume:", width="stretch"):
        if not run.epochs:
            st.caption(_("This run has kept no weights to go on from."))
            return
        declared, recipe, key = dict(controls(Recipe)), run.record.recipe, run.record.id
        epochs = settings.draw(declared["epochs"], recipe.epochs, key=f"runs_epochs-{key}")
        rate = settings.draw(declared["learning_rate"], recipe.learning_rate, key=f"runs_rate-{key}")
        st.caption(
            md(
                N_(
                    "Begins with the weights of epoch {epoch}. The validation examples stay the same; "
                    "the optimizer begins anew."
                ),
                epoch=run.kept_epoch,
            )
        )
        wanted = continuation(run, epochs, rate)
        train_row.train_row(wanted, f"{CONTINUED} {run.record.name}", f"runs_continue-{key}", _beside(run.record))


def train_again(run: Run) -> None:
    """The same training with one setting changed."""
    with st.popover(_("Train again with one change"), icon=":material/replay:", width="stretch"):
        record = run.record
        possible = one_change.changes(record.request)
        chosen = st.selectbox(
            _("What to change"),
            list(possible),
            list(possible).index(FIRST),
            format_func=lambda name: t(possible[name].label),
            key=f"runs_change-{record.id}",
        )
        change = possible[chosen or FIRST]
        value = settings.draw(change.control, change.value, key=f"runs_change-{record.id}-{chosen}")
        if value == change.value:
            st.caption(_("Choose another value: everything else stays the same."))
            return
        try:
            wanted = change.of(record.request, value)
        except ExplorerError as error:
            st.error(md(error.problem), icon=":material/error:")
            return
        fault = wanted.spec.checked()[1]
        if fault is not None:
            st.error(md(fault.problem), icon=":material/error:")
        name = f"{change.name} {t(in_words(value))} · {record.name}"
        train_row.train_row(wanted, name, f"runs_again-{record.id}", _beside(record))


def _beside(record: RunRecord) -> Callable[[str], None]:
    """Once the new run is queued, it is compared with the one that it comes from."""

    def submitted(run_id: str) -> None:
        runs_page_list.choose([record.id, run_id])
        st.rerun()

    return submitted
