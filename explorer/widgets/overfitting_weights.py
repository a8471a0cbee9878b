"""The weights of the runs on the page *Overfitting*: how many are exactly 0, and how many nearly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.figures.sparsity import SparsityLabels, sparsity_figure
from explorer.inspection.sparsity import NEAR, Sparsity, spread
from explorer.messages import N_
from explorer.presets.remedies import Base
from explorer.training.record import RunRecord
from explorer.widgets import figure, link, shell, table
from explorer.widgets.language import _, escape, t
from explorer.widgets.overfitting import PREFIX

LAYER = PREFIX + "layer"
ALL = "all"


def layer_choice() -> str:
    """Which kernels are counted: those of all layers, or of one."""
    layers = [name for name in Base().request("sample").spec.names() if name.startswith("dense")]
    return link.selectbox(
        _("Kernels"),
        [ALL, *layers],
        LAYER,
        format_func=lambda name: _("all layers") if name == ALL else name,
        label_visibility="collapsed",
        width=160,
    )


def picture(records: Sequence[RunRecord], layer: str) -> None:
    """The weights of the ended runs over each other, their counts, and why L1 and L2 differ.

    Raises:
        ExplorerError: if the weights of a run cannot be read.
    """
    places = [place for place, record in enumerate(records) if record.best_epoch and not record.status.active]
    names = [records[place].name for place in places]
    found = spread([_kernels(records[place].id, records[place].best_epoch or 0, layer) for place in places])
    title = t(N_("Weights by size, {layer}: the count is logarithmic, ◆ are exactly 0"), layer=_named(layer))
    labels = SparsityLabels(title, _("weight"), _("count"), _("exactly 0"))
    drawn = sparsity_figure(found, names, places, labels, dark=shell.dark())
    told = [
        t(N_("{name}: {zeros} of {count} exactly 0"), name=name, zeros=f"{one.zeros:,}", count=f"{one.count:,}")
        for name, one in zip(names, found.sets, strict=True)
    ]
    figure.show(drawn, f"{PREFIX}weights", ". ".join([title, *told]))
    if not names:
        st.info(_("The weights of a run appear here when it has ended."), icon=":material/hourglass_top:")
    else:
        head = (
            _("Run"),
            _("weights"),
            _("exactly 0"),
            f"\\|w\\| < {NEAR:g}",
            _("standard deviation"),
            _("largest size"),
        )
        table.show(head, (_row(name, one) for name, one in zip(names, found.sets, strict=True)))
    _why()


def _named(layer: str) -> str:
    return _("all layers") if layer == ALL else layer


def _row(name: str, found: Sparsity) -> tuple[str, ...]:
    return (
        escape(name),
        f"{found.count:,}",
        f"**{found.zeros:,}** ({found.zeros / max(1, found.count):.1%})",
        f"{found.near:,} ({found.near / max(1, found.count):.1%})",
        f"{found.deviation:.4f}",
        f"{found.largest:.3f}",
    )


@st.cache_resource(max_entries=48, show_spinner=False)
def _kernels(run_id: str, epoch: int, layer: str) -> np.ndarray:
    """All weights of the kernels, without biases, in one row; read-only."""
    weights = shell.engine().store.open(run_id).network(epoch).weights
    chosen = [group["kernel"].ravel() for name, group in weights.items() if "kernel" in group and layer in (ALL, name)]
    values = np.concatenate([*chosen, np.zeros(0, np.float32)])
    values.flags.writeable = False
    return values


def _why() -> None:
    """Why one penalty ends at 0 and the other does not."""
    st.markdown(
        _(
            "**L1 pulls with the same force everywhere, L2 ever less.** The gradient of λ·|w| is +λ or −λ, however "
            "small w is; that of λ·w² is 2·λ·w and fades away near 0, so L2 never arrives. But a step of η·λ (η is the "
            "learning rate) also jumps over 0 and back again: with Keras's own L1 the weights only tremble about 0."
        )
    )
    st.markdown(
        _(
            "**Exact zeros with L1** takes λ·Σ|w| out of the gradient and cuts the weights after each step instead: "
            "w ← sign(w) · max(|w| − η·λ, 0). What would jump over 0 stays at 0. It is the proximal gradient method "
            "(Parikh and Boyd 2014, section 4.2). Switch it off and train again to see both beside each other."
        )
    )
