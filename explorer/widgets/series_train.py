"""Training on the page *Series*: the notes' stacked network, or another one, on the chosen windows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.controls import controls as declared
from explorer.datasets import FULL
from explorer.datasets.series import Windows, prepared
from explorer.messages import N_
from explorer.presets import PRESETS
from explorer.presets.series import CELLS, stacked
from explorer.specs import ModelSpec
from explorer.training.recipe import Recipe
from explorer.training.record import Request
from explorer.widgets import (
    code_panel,
    job_panel,
    link,
    model_view,
    series_data,
    series_forecast,
    settings,
)
from explorer.widgets.language import _, md, t
from explorer.widgets.train_row import Plan, train_row

NOTES = PRESETS["series-gru"]
IN_SIGHT = ("epochs", "batch_size", "learning_rate")
MAXIMUM_UNITS = 128


def controls() -> Plan | None:
    """The series one click away, the model and the recipe in sight."""
    with st.popover(_("Series and windows"), icon=":material/show_chart:", width="stretch"):
        wanted = series_data.choose()
    if wanted is None:
        return None
    found = prepared(wanted)
    st.caption(
        md(
            N_("{series}: {features} → {target}, seq_length {steps}"),
            series=_series_title(wanted),
            features=", ".join(series_data.title(wanted.series, name) for name in found.names),
            target=series_data.title(wanted.series, found.target_name),
            steps=wanted.seq_length,
        )
    )
    cell, units, layers = _model()
    recipe = _recipe(found.counts.train)
    spec = stacked((found.seq_length, len(found.names)), cell, units, layers)
    name = f"{_series_title(wanted)} · {cell} {units} × {layers} · {recipe.learning_rate:g}"
    return Plan(Request(spec, recipe, NOTES.dataset, FULL, wanted), name)


def _series_title(wanted: Windows) -> str:
    return _(series_data.TITLES.get(wanted.series, series_data.TITLES[series_data.YOURS])).split(" (")[0]


def _model() -> tuple[str, int, int]:
    """The notes' two GRU layers of 50 units, unless the reader wants others."""
    cell = link.segmented(_("Cell"), {name: name for name in CELLS}, "series_cell")
    left, right = st.columns(2)
    with left:
        units = link.slider(
            _("units"), 1, MAXIMUM_UNITS, 50, "series_units", help=_("Numbers that the cell remembers.")
        )
    with right:
        layers = link.slider(
            _("Recurrent layers"),
            1,
            3,
            2,
            "series_layers",
            help=_("All but the last hand on their state of every step: return_sequences=True."),
        )
    return cell, units, layers


def _recipe(available: int) -> Recipe:
    """The shipped model's recipe with the reader's changes; all windows are used, in batches that fit."""
    known = dict(declared(Recipe))
    chosen = {name: _setting(name, known[name], getattr(NOTES.recipe, name)) for name in IN_SIGHT}
    most = available - -(-available // 5)
    chosen["batch_size"] = min(chosen["batch_size"], most)
    return Recipe(examples=available, patience=NOTES.recipe.patience, **chosen)


def _setting(name: str, control: Any, default: Any) -> Any:
    key = f"series_{name}"
    link.restore(key, lambda text: settings.parse(control, text))
    value = settings.draw(control, default, key=key, persist_state="session")
    link.keep(key, value, default)
    return value


def train(plan: Plan) -> None:
    """The model, the Train button and the runs as they train."""
    spec = plan.request.spec
    model_view.picture(spec)
    train_row(plan.request, plan.name, "series_start", _forecast_next)
    _what_counts(plan.request, spec)
    job_panel.job_panel()
    code_panel.training_panel(plan.request, "series")


def _forecast_next(run_id: str) -> None:
    """The view of forecasts begins with the new run."""
    st.session_state[series_forecast.RUN] = run_id


def _what_counts(request: Request, spec: ModelSpec) -> None:
    recipe, task = request.recipe, request.task
    st.caption(
        md(
            N_(
                "Loss: mean squared error on the scale of the model. The last {validation} of the {examples} training "
                "windows are held out for validation, as they come last in time. A forecast counts as right within "
                "{tolerance} of the truth."
            ),
            validation=f"{recipe.validation_examples:,}",
            examples=f"{recipe.examples:,}",
            tolerance=f"{task.tolerance:.3g}",
        )
    )
    st.caption(t(N_("The view “Forecast” shows what the newest run says of the test part.")))
