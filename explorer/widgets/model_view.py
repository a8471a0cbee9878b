"""A model at a glance: its picture, its size, and a table of its layers."""

from __future__ import annotations

import streamlit as st

from explorer.figures.architecture import Block, architecture_figure
from explorer.messages import N_
from explorer.specs import LayerSummary, ModelSpec
from explorer.widgets import figure, shell
from explorer.widgets.language import _, md, t


def picture(spec: ModelSpec) -> None:
    """The architecture; a layer that cannot work is marked, and what is wrong said below."""
    rows, fault = spec.checked()
    blocks = [Block("Input", _("Input"), spec.input_shape, (_("Input"), _shape(spec.input_shape)))]
    blocks += [Block(type(row.layer).__name__, _caption(row), row.output_shape, _hover(row)) for row in rows]
    if fault is not None:
        name = type(spec.layers[len(rows)]).__name__
        blocks.append(Block(name, _short(name), (), (t(fault.problem),), fault=True))
    words = ", ".join(f"{block.caption} {_shape(block.shape)}" for block in blocks)
    figure.show(architecture_figure(blocks, _("Output of each layer"), dark=shell.dark()), "architecture", words)
    if fault is not None:
        st.error(md(fault.problem), icon=":material/error:")


def table(spec: ModelSpec) -> None:
    """Output shape, parameters and operations, layer by layer."""
    rows, _fault = spec.checked()
    st.dataframe(
        {
            _("Layer"): [row.name for row in rows],
            _("Output shape"): [_shape(row.output_shape) for row in rows],
            _("Parameters"): [row.parameters for row in rows],
            _("FLOPs per example"): [row.flops for row in rows],
        },
        hide_index=True,
        column_config={
            _("Parameters"): st.column_config.NumberColumn(format="localized"),
            _("FLOPs per example"): st.column_config.NumberColumn(format="localized"),
        },
        alt=_("Output shape, parameters and FLOPs of each layer"),
    )


def size(spec: ModelSpec, seconds: float) -> None:
    """Totals of a model that works in one line, with how long its training will take at most."""
    totals = md(
        N_("**{parameters}** parameters ({trainable} trainable) · **{flops} MFLOPs** per example"),
        parameters=f"{spec.parameters:,}",
        trainable=f"{sum(row.trainable for row in spec.summary()):,}",
        flops=f"{spec.flops / 1e6:,.2f}",
    )
    st.markdown(totals + " · " + md(N_("about {time} of training at most"), time=duration(seconds)))


def duration(seconds: float) -> str:
    """Seconds as a reader says them."""
    if seconds < 90:
        return t(N_("{count} s"), count=max(1, round(seconds)))
    return t(N_("{count} min"), count=round(seconds / 60))


def _caption(row: LayerSummary) -> str:
    return _short(type(row.layer).__name__)


def _short(kind: str) -> str:
    for long, short in (
        ("Average", "Avg"),
        ("Pooling2D", "Pool"),
        ("Pooling1D", "Pool"),
        ("Normalization", "Norm"),
        ("CategoryEncoding", "OneHot"),
        ("Bidirectional", "Bidirect."),
    ):
        kind = kind.replace(long, short)
    return kind


def _hover(row: LayerSummary) -> tuple[str, ...]:
    return (
        row.name,
        _shape(row.output_shape),
        t(N_("{count} parameters"), count=f"{row.parameters:,}"),
        t(N_("{count} FLOPs per example"), count=f"{row.flops:,}"),
    )


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(str(size) for size in shape)
