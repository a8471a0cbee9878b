"""The views of the page *Normalisation*; only the one in sight is computed."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.normalization import OutputLabels, TableLabels, outputs_figure, table_figure
from explorer.inspection.normalization import BATCH, LAYER, Normalized, normalize, with_companions
from explorer.messages import N_
from explorer.specs import BatchNormalization, LayerNormalization
from explorer.widgets import figure, normalisation, normalisation_equations, normalisation_running, shell, table, views
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.normalisation import FEATURES, STEPS, Setup

VIEW = "norm_view"
NAMES = {BATCH: N_("Batch normalisation"), LAYER: N_("Layer normalisation")}
GROUPS = {
    BATCH: N_("feature {number}, averaged over the batch (m = {count})"),
    LAYER: N_("example {number}, averaged over its features (n = {count})"),
}


def averaged(setup: Setup) -> None:
    """The same table twice: averaged by column and by row, with the chosen cell's equations."""
    both = {axis: _normalized(setup, axis) for axis in NAMES}
    for column, (axis, found) in zip(st.columns(2), both.items(), strict=True):
        with column:
            _table(setup, axis, found)
            normalisation_equations.show(found, axis == BATCH, setup.example, setup.feature, setup.example)
    st.caption(_remark(setup, both[BATCH]))
    _weights()
    _numbers(setup, both)


def _normalized(setup: Setup, axis: int) -> Normalized:
    return normalize(setup.inputs, axis, setup.gamma, setup.beta, setup.epsilon)


def _table(setup: Setup, axis: int, found: Normalized) -> None:
    values = getattr(found, setup.step)
    numbered = (setup.feature, len(values)) if axis == BATCH else (setup.example, FEATURES)
    group = t(GROUPS[axis], number=numbered[0] + 1, count=numbered[1])
    title = f"{_(NAMES[axis])}: {STEPS[setup.step]}"
    labels = TableLabels(title, _("example"), _("feature"), "μ", "σ²")
    chosen = (setup.example, setup.feature)
    height = 110 + 44 * (values.shape[0] + 2)
    drawn = table_figure(
        values, (found.mean, found.variance), axis == BATCH, chosen, labels, dark=shell.dark(), height=height
    )
    figure.show(drawn, "norm-batch" if axis == BATCH else "norm-layer", f"{title}; {group}")
    st.markdown(f"**{escape(group)}**")


def _remark(setup: Setup, found: Normalized) -> str:
    """What is special about this table, or what each of the two depends on."""
    if len(setup.inputs) == 1:
        return _(
            "A batch of one: the mean is the example itself and σ² is 0, so every x̂ of batch normalisation is 0 and "
            "every output is β. Layer normalisation looks at one example anyway and does not mind."
        )
    if (found.variance == 0).any():
        return _(
            "A feature with the same value in every example has σ² = 0: without ε it would be divided by 0; with it, "
            "x̂ is 0."
        )
    return _(
        "Change one number: on the left the whole column follows, so what comes out of an example depends on the "
        "others in its batch; on the right only its own row does."
    )


def _weights() -> None:
    """What is learned and what is only counted along."""
    rows = []
    for layer in (BatchNormalization(), LayerNormalization()):
        shapes = layer.weight_shapes((FEATURES,))
        kept = sum(int(np.prod(shapes[name])) for name in layer.non_trainable())
        learned = sum(int(np.prod(shape)) for shape in shapes.values()) - kept
        rows.append((type(layer).__name__, str(learned), str(kept), str(learned + kept)))
    head = (_("layer"), _("learned: γ, β"), _("not learned: moving mean and variance"), _("parameters"))
    table.show(head, rows)


def _numbers(setup: Setup, both: dict[int, Normalized]) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="norm-numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        rows, columns = setup.inputs.shape
        cells = {_("example"): np.repeat(np.arange(1, rows + 1), columns).tolist()}
        cells |= {_("feature"): np.tile(np.arange(1, columns + 1), rows).tolist(), "x": _flat(setup.inputs)}
        for axis, found in both.items():
            for name, values in (("μ", found.mean), ("σ²", found.variance), ("x̂", found.normalized)):
                cells[f"{_(NAMES[axis])} {name}"] = _flat(np.broadcast_to(values, setup.inputs.shape))
            cells[f"{_(NAMES[axis])} y"] = _flat(found.outputs)
        st.dataframe(cells, hide_index=True, height=260)


def _flat(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in np.asarray(values, np.float64).ravel()]


def companions(setup: Setup) -> None:
    """One example's outputs alone and with more and more others, under both."""
    found = {
        axis: with_companions(setup.inputs, setup.example, axis, setup.gamma, setup.beta, setup.epsilon)
        for axis in NAMES
    }
    reach = float(max(np.abs(values).max() for values in found.values())) or 1.0
    for column, (axis, values) in zip(st.columns(2), found.items(), strict=True):
        title = t(N_("{kind}: y of example {number}"), kind=_(NAMES[axis]), number=setup.example + 1)
        labels = OutputLabels(title, _("batch size"), _("feature"), "y")
        drawn = outputs_figure(values, reach, labels, dark=shell.dark())
        with column:
            figure.show(drawn, f"norm-with-{'batch' if axis == BATCH else 'layer'}", f"{title}: {_spoken(values)}")
    st.caption(_("Both pictures on one colour scale. The others join in the order of the table."))
    st.markdown(
        md(
            N_(
                "Alone (batch size 1) the mean of each feature is the value itself: x − μ = 0 and σ² = 0, so "
                "x̂ = 0 / √(0 + ε) = 0 and **all that comes out is β**, whatever the example is. With others it is "
                "another number for every set of companions. Layer normalisation takes μ and σ² from the example's "
                "own {features} features: the same rows at every batch size, which is why recurrent networks, which "
                "would need statistics for every time step, use it."
            ),
            features=FEATURES,
        )
    )
    _equations(setup)


def _spoken(values: np.ndarray) -> str:
    return "; ".join(", ".join(f"{value:.2f}" for value in row) for row in values)


def _equations(setup: Setup) -> None:
    """The chosen feature alone, under both."""
    alone = setup.inputs[setup.example : setup.example + 1]
    for column, axis in zip(st.columns(2), NAMES, strict=True):
        with column:
            st.markdown(f"**{escape(_(NAMES[axis]))}**")
            found = normalize(alone, axis, setup.gamma, setup.beta, setup.epsilon)
            normalisation_equations.show(found, axis == BATCH, 0, setup.feature, setup.example)


VIEWS = {
    "table": views.View(N_("Which axis?"), normalisation.controls, averaged),
    "running": views.View(N_("Training and inference"), normalisation_running.controls, normalisation_running.pictures),
    "alone": views.View(N_("A batch of one"), normalisation.all_examples, companions),
}


def choice() -> views.View:
    """The buttons of the views; the view chosen."""
    return views.choose(VIEWS, VIEW)
