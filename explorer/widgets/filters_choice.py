"""What the page *Filters* looks at: a photo, a filter, and how its values are shown. All of it in the link."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.inspection import filtering
from explorer.layers.kernels import KERNELS, LARGEST
from explorer.messages import N_, ExplorerError
from explorer.specs import Conv2D
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import example, link, own_kernel, pictures, upload_model
from explorer.widgets.language import _, md
from explorer.widgets.run_choice import run_choice

PHOTO, KIND, FILTER, SIZE, CHANNELS, BORDER, SHOWN = (
    "photo",
    "filter_kind",
    "filter",
    "filter_size",
    "filter_channels",
    "filter_border",
    "filter_values",
)
SIGMA, LOW, HIGH, LEARNED, MODEL = "canny_sigma", "canny_low", "canny_high", "learned_filter", "learned_model"
OWN, CANNY = "own", "canny"
COLOUR, SEPARATE, GREY = "colour", "separate", "grey"
BANDS = {"red": N_("red"), "green": N_("green"), "blue": N_("blue")}
LONGEST = 640

_TITLES = {
    **{name: made.title for name, made in KERNELS.items()},
    OWN: N_("A kernel of my own"),
    CANNY: N_("Canny's edges"),
}
_IDEAS = {
    **{name: made.idea for name, made in KERNELS.items()},
    OWN: N_("Write your own weights and see what they do; an emptied cell counts as 0."),
    CANNY: N_(
        "Blur, slopes in both directions, only their ridges, and of those only the strong and what continues them."
    ),
}
_CHANNEL_NAMES = {COLOUR: N_("colour"), SEPARATE: N_("red, green and blue apart"), GREY: N_("grey"), **BANDS}


@dataclass(frozen=True)
class Canny:
    """Canny's settings: blur in pixels, thresholds as `filtering.canny` takes them."""

    sigma: float
    low: float
    high: float


@dataclass(frozen=True)
class Choice:
    """A photo (height, width, 3) and what to do with it; `method` is a kernel or Canny's settings."""

    photo: np.ndarray
    title: str
    method: np.ndarray | Canny
    channels: str
    border: str
    signed: bool

    def values(self) -> np.ndarray:
        """The chosen channels: (height, width), or (height, width, 3) for all three."""
        if self.channels in BANDS:
            return self.photo[..., list(BANDS).index(self.channels)]
        return filtering.grey(self.photo) if self.channels == GREY else self.photo

    def filtered(self) -> np.ndarray:
        """The values after the filter, of the same shape.

        Raises:
            ExplorerError: if Canny's thresholds cannot work.
        """
        values, method = self.values(), self.method
        if isinstance(method, np.ndarray):
            return filtering.correlate(values, method, self.border)
        planes = [values] if values.ndim == 2 else list(np.moveaxis(values, -1, 0))
        edges = [filtering.canny(plane, method.sigma, method.low, method.high) for plane in planes]
        return edges[0] if values.ndim == 2 else np.stack(edges, axis=-1)


@dataclass(frozen=True)
class LearnedChoice:
    """A photo and the number (from 0) of a learned filter to put it through, of the first convolution of a model."""

    photo: np.ndarray
    number: int
    run: Run


def controls() -> Choice | LearnedChoice | None:
    """Draw the controls; None only while there is no picture."""
    photo = pictures.choose(PHOTO, longest=LONGEST)
    kind = link.segmented(_("Filters"), {"made": _("made by hand"), "learned": _("learned")}, KIND)
    if photo is None:
        return None
    return _made(photo) if kind == "made" else _learned(photo)


def _learned(photo: np.ndarray) -> LearnedChoice | None:
    try:
        run = run_choice(_("Model"), MODEL, example.MODEL, fits=_has_filters)
        upload_model.button(MODEL, _has_filters)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    count = run.record.spec.summary()[0].output_shape[-1]
    help_text = _("One of the filters of the first convolution of the model.")
    # A slider needs two ends.
    number = link.slider(_("Learned filter"), 1, count, 1, LEARNED, help=help_text) if count > 1 else 1
    return LearnedChoice(photo, number - 1, run)


def _has_filters(record: RunRecord) -> bool:
    """A model that begins with a convolution over grey images whose window moves by one pixel."""
    spec = record.spec
    first = spec.layers[0] if spec.layers else None
    grey = len(spec.input_shape) == 3 and spec.input_shape[2] == 1
    plain = isinstance(first, Conv2D) and first.strides == first.dilation_rate == (1, 1)
    return grey and plain and record.best_epoch is not None


def _made(photo: np.ndarray) -> Choice:
    name = link.selectbox(_("Filter"), list(_TITLES), FILTER, format_func=lambda option: _(_TITLES[option]))
    st.caption(_(_IDEAS[name]))
    method, border = (_canny(), filtering.ZEROS) if name == CANNY else _kernel(name)
    channels = link.selectbox(
        _("Channels"),
        list(_CHANNEL_NAMES),
        CHANNELS,
        format_func=lambda option: _(_CHANNEL_NAMES[option]),
        help=_("A colour photo is three pictures: the filter goes over each of them by itself."),
    )
    signed = name != CANNY and _shown() == "signed"
    return Choice(photo, _(_TITLES[name]), method, channels, border, signed)


def _kernel(name: str) -> tuple[np.ndarray, str]:
    size = link.slider(_("Kernel size"), 1, LARGEST, 3, SIZE, help=_("Height and width of the kernel, in pixels."))
    kernel = own_kernel.edited(size) if name == OWN else KERNELS[name](size)
    names = {filtering.ZEROS: _("zeros"), filtering.EDGE: _("nearest pixel")}
    border = link.segmented(
        _("Beyond the border"), names, BORDER, help=_("What the kernel finds where the photo ends; Keras takes zeros.")
    )
    return kernel, border


def _canny() -> Canny:
    return Canny(
        _fraction(_("Blur (sigma)"), 5.0, 1.0, 0.1, SIGMA, help=_("How far the photo is blurred first, in pixels.")),
        _fraction(_("Low threshold"), 3.0, 0.1, 0.05, LOW, help=_("A slope from here on continues an edge.")),
        _fraction(_("High threshold"), 3.0, 0.2, 0.05, HIGH, help=_("A slope from here on begins an edge.")),
    )


def _fraction(label: str, maximum: float, default: float, step: float, key: str, help: str) -> float:
    """A slider from 0, in the link."""

    def parse(text: str) -> float:
        number = float(text)
        if not 0 <= number <= maximum:
            raise ValueError(text)
        return number

    link.restore(key, parse)
    chosen = float(st.slider(label, 0.0, maximum, default, step, key=key, persist_state="session", help=help))
    link.keep(key, chosen, default)
    return chosen


def _shown() -> str:
    return link.segmented(
        _("Show the values"),
        {"absolute": _("without sign"), "signed": _("with sign")},
        SHOWN,
        help=_(
            "Without sign: black is 0. With sign: colours about 0, or brightness about middle grey in colour photos."
        ),
    )


def explain_empty(kernel: np.ndarray) -> None:
    """Say why the picture is empty, if the kernel makes it so."""
    if not kernel.any():
        st.info(
            md(N_("All weights of this kernel are 0, so every output is 0 and the picture is empty.")),
            icon=":material/filter_none:",
        )
