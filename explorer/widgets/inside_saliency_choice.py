"""What the saliency pictures explain and how: one row of controls, all kept in the link."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.inspection.saliency import layers_with_maps, least_stride
from explorer.network import Network
from explorer.specs import Conv2D
from explorer.widgets import link
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _

CLASS, SIGN, LAYER = "explained", "gradient", "cam_layer"
SIZE, STRIDE, VALUE = "patch", "patch_stride", "patch_value"
PREDICTED = "predicted"
SMALLEST_PATCH, USUAL_PATCH = 3, 6
VALUES = ("0", "0.25", "0.5", "0.75", "1")


@dataclass(frozen=True)
class Settings:
    """What is explained and how; `layer` is None for a model without maps."""

    unit: int
    signed: bool
    layer: str | None
    size: int
    stride: int
    value: float


def controls(choice: Choice) -> Settings:
    """Draw the controls."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        unit, signed, layer = _class_choice(choice), _sign_choice(), _layer_choice(choice.network)
        size = _size_choice(choice.network)
        return Settings(unit, signed, layer, size, _stride_choice(choice.network, size), _value_choice())


def _class_choice(choice: Choice) -> int:
    if choice.trace.output.shape[1] == 1:
        return 0
    names = {PREDICTED: _("the predicted one"), **{str(unit): name for unit, name in enumerate(choice.classes)}}
    chosen = link.selectbox(_("Class"), list(names), CLASS, format_func=names.__getitem__, width=155)
    return int(choice.trace.output[0].argmax()) if chosen == PREDICTED else int(chosen)


def _sign_choice() -> bool:
    names = {"size": _("size"), "signed": _("with sign")}
    help_text = _(
        "Without the sign, or red or orange where a brighter pixel raises the logit and blue where it lowers it."
    )
    chosen = link.selectbox(_("Gradient"), list(names), SIGN, format_func=names.__getitem__, width=105, help=help_text)
    return chosen == "signed"


def _layer_choice(network: Network) -> str | None:
    """A layer with maps; the last convolution at first, where Grad-CAM's authors look."""
    layers = layers_with_maps(network.spec)
    if not layers:
        return None
    kinds = dict(zip(network.spec.names(), network.spec.layers, strict=True))
    usual = next((name for name in reversed(layers) if isinstance(kinds[name], Conv2D)), layers[-1])
    link.restore(LAYER, link.one_of(layers))
    link.limit(LAYER, layers)
    chosen = st.selectbox(
        _("Layer of Grad-CAM"),
        layers,
        layers.index(usual),
        key=LAYER,
        persist_state="session",
        width=165,
        help=_("Late layers know the class better, early ones the place."),
    )
    link.keep(LAYER, chosen, usual)
    return str(chosen)


def _size_choice(network: Network) -> int:
    largest = max(SMALLEST_PATCH, min(network.spec.input_shape[:2]) // 2)
    usual = min(USUAL_PATCH, largest)
    help_text = _("Pixels of the covering patch along each side.")
    return link.number(_("Patch"), SMALLEST_PATCH, largest, usual, SIZE, width=90, help=help_text)


def _stride_choice(network: Network, size: int) -> int:
    least = least_stride(network.spec, size)
    options = [str(stride) for stride in range(least, max(least, size) + 1)]
    help_text = _("Pixels from one place of the patch to the next; the smallest is what this model's cost allows.")
    return int(link.selectbox(_("Stride"), options, STRIDE, width=85, help=help_text))


def _value_choice() -> float:
    help_text = _("What the covered pixels are set to: 0 is the background, 1 the brightest.")
    return float(link.selectbox(_("Patch value"), VALUES, VALUE, width=110, help=help_text))
