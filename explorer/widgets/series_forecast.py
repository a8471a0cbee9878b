"""Forecasts of a trained model, one step at a time and rolled out, beside the last value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets.series import Prepared, Windows, prepared
from explorer.figures.series import BASELINE, CARRIED, MODEL, Line, SeriesLabels, series_figure
from explorer.figures.theme import tones
from explorer.inspection import forecast
from explorer.inspection.forecast import Errors, OneStep, RolledOut
from explorer.messages import N_, ExplorerError, message
from explorer.network import Network
from explorer.training.record import RunRecord
from explorer.widgets import figure, inside_choice, link, series_data, shell, table
from explorer.widgets.language import _, md, t
from explorer.widgets.run_choice import run_choice

RUN, EPOCH, ORIGIN, STEPS = "series_model", "series_epoch", "series_origin", "series_steps"
MAXIMUM_STEPS = 60
SHOWN_ROWS = 300
BEFORE = 40


@dataclass(frozen=True)
class Trained:
    """A model of a series at one epoch, with its series as it was prepared for it."""

    name: str
    epoch: int
    network: Network
    windows: Windows
    found: Prepared

    @property
    def target(self) -> str:
        return series_data.title(self.windows.series, self.found.target_name)


def of_series(record: RunRecord) -> bool:
    """A model that forecasts a series."""
    return record.request.dataset == "series"


def trained() -> Trained | None:
    """Draw the choice of model and epoch; None, with a sentence said, if there is nothing to look at."""
    try:
        nothing = message(N_("There is no model of a series yet; train one in the view “Train”."))
        run = run_choice(_("Model"), RUN, "series-gru", fits=of_series, nothing=nothing)
        epoch = inside_choice.epoch_choice(run, EPOCH)
        wanted = run.record.request.preparation
        windows = wanted if isinstance(wanted, Windows) else Windows()
        return Trained(run.record.name, epoch, inside_choice.network(run, epoch), windows, prepared(windows))
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
    return None


def controls() -> Trained | None:
    """The model, where its rolled-out forecast begins, and how far it goes."""
    chosen = trained()
    if chosen is None:
        return None
    found = chosen.found
    _told(chosen)
    first, last = found.cut, found.rows
    link.slider(
        _("Roll out from row"),
        first,
        last,
        first,
        ORIGIN,
        help=_("The last row, and the future begins: no truth is known."),
    )
    link.slider(_("Steps rolled out"), 1, MAXIMUM_STEPS, 30, STEPS)
    return chosen


def _told(chosen: Trained) -> None:
    found = chosen.found
    st.caption(
        md(
            N_("It reads {steps} steps of {features} and says the next value of {target}."),
            steps=found.seq_length,
            features=", ".join(series_data.title(chosen.windows.series, name) for name in found.names),
            target=chosen.target,
        )
    )


def forecasts(chosen: Trained) -> None:
    """Both forecasts over the truth, their errors, and what is fed back."""
    found = chosen.found
    single = _one_step(chosen.network.fingerprint, chosen.windows, chosen.network)
    _draw_single(chosen, single)
    rolled = _rolled(
        chosen.network.fingerprint,
        chosen.windows,
        int(st.session_state[ORIGIN]),
        int(st.session_state[STEPS]),
        chosen.network,
    )
    _draw_rolled(chosen, rolled)
    _errors(chosen, single, rolled)
    _fed_back(chosen, found)
    shown = slice(0, SHOWN_ROWS)
    series_data.numbers(
        {
            series_data.time_label(found): [series_data.when(found, row) for row in single.rows[shown]],
            _("truth"): single.truth[shown],
            _("last value"): single.baseline[shown],
            _("model"): single.model[shown],
        },
        "series_forecast_numbers",
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _one_step(fingerprint: str, windows: Windows, _network: Network) -> OneStep:
    return forecast.one_step(_network, prepared(windows))


@st.cache_data(max_entries=128, show_spinner=False)
def _rolled(fingerprint: str, windows: Windows, origin: int, steps: int, _network: Network) -> RolledOut:
    return forecast.rolled_out(_network, prepared(windows), origin, steps)


def _draw_single(chosen: Trained, single: OneStep) -> None:
    model, baseline = (errors.mae for errors in single.errors)
    heading = t(
        N_("One step ahead, test part: mean error {model}, of “as the last value” {baseline}"),
        model=f"{model:.3g}",
        baseline=f"{baseline:.3g}",
    )
    shown = slice(0, SHOWN_ROWS)
    times = series_data.times(chosen.found)[single.rows[shown]]
    quiet = tones(shell.dark()).quiet
    lines = [
        Line(_("truth"), times, single.truth[shown], quiet),
        Line(_("last value"), times, single.baseline[shown], BASELINE, "dot"),
        Line(_("model"), times, single.model[shown], MODEL),
    ]
    labels = SeriesLabels(heading, "", chosen.target)
    figure.show(series_figure(lines, labels, dark=shell.dark(), height=205), "series-single", heading)
    if len(single.rows) > SHOWN_ROWS:
        st.caption(md(N_("The first {count} test rows are drawn; the errors are of all."), count=SHOWN_ROWS))


def _draw_rolled(chosen: Trained, rolled: RolledOut) -> None:
    found, steps = chosen.found, len(rolled.model)
    heading = t(
        N_("Rolled out {steps} steps from {origin}: the model reads its own forecasts"),
        steps=steps,
        origin=series_data.when(found, rolled.origin) if rolled.origin < found.rows else _("the end of the series"),
    )
    times = _later(found, rolled.origin + steps)
    known = slice(max(0, rolled.origin - BEFORE), rolled.origin + len(rolled.truth))
    ahead = slice(rolled.origin - 1, rolled.origin + steps)
    last = found.target[rolled.origin - 1]
    lines = [
        Line(_("truth"), times[known], found.target[known], tones(shell.dark()).quiet),
        Line(_("last value"), times[ahead], np.append(last, rolled.baseline), BASELINE, "dot"),
        Line(_("model, rolled out"), times[ahead], np.append(last, rolled.model), CARRIED),
    ]
    labels = SeriesLabels(heading, series_data.time_label(found), chosen.target)
    figure.show(series_figure(lines, labels, dark=shell.dark(), height=225), "series-rolled", heading)


def _later(found: Prepared, rows: int) -> np.ndarray:
    """The times of so many rows, going on at the usual step after the last one."""
    times = series_data.times(found)
    more = np.arange(1, max(0, rows - found.rows) + 1)
    if found.series.step is None:
        return np.concatenate([times, times[-1] + more])
    return np.concatenate([times, times[-1] + more * found.series.step])


def _errors(chosen: Trained, single: OneStep, rolled: RolledOut) -> None:
    """MAE and RMSE of model and baseline, in the target's own units."""
    rows = [_row(t(N_("one step ahead, {count} rows"), count=f"{len(single.rows):,}"), single.errors)]
    if rolled.errors is not None:
        rows.append(_row(t(N_("rolled out, {count} rows"), count=len(rolled.truth)), rolled.errors))
    head = (
        t(N_("Errors in units of {target}"), target=chosen.target),
        _("MAE model"),
        _("MAE last value"),
        _("RMSE model"),
        _("RMSE last value"),
    )
    table.show(head, rows)
    model, baseline = single.errors
    better = model.mae < baseline.mae
    st.markdown(
        md(
            N_("One step ahead the model is {times} times as good as “tomorrow is as today”.")
            if better
            else N_(
                "One step ahead the model is **worse** than “tomorrow is as today”: it has learned nothing of use."
            ),
            times=f"{baseline.mae / model.mae:.1f}" if better and model.mae else "∞",
        )
    )


def _row(name: str, errors: tuple[Errors, Errors]) -> tuple[str, ...]:
    model, baseline = errors
    return (name, *(f"{value:.4g}" for value in (model.mae, baseline.mae, model.rmse, baseline.rmse)))


def _fed_back(chosen: Trained, found: Prepared) -> None:
    others = [series_data.title(chosen.windows.series, name) for name in found.names if name != found.target_name]
    if found.place is None:
        text = N_(
            "The target is not among the features, so nothing is fed back: all features keep their last value, "
            "and every rolled-out step says nearly the same."
        )
    elif others:
        text = N_(
            "Rolled out, each forecast of {target} becomes the next input. The other features ({others}) are not "
            "forecast: they keep their last value."
        )
    else:
        text = N_("Rolled out, each forecast of {target} becomes the next input; an error is fed back with it.")
    st.caption(md(text, target=chosen.target, others=", ".join(others)))
