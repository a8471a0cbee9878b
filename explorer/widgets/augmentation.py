"""What the page *Augmentation* shows: one image and a hundred changes of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from explorer.augmentation import NOTES, Augmentation, Changes, apply, draw, matrices
from explorer.controls import Switch
from explorer.datasets import DATASETS, SAMPLE
from explorer.figures.image import image_figure
from explorer.figures.variants import variants_figure
from explorer.inspection.mosaic import tile
from explorer.messages import N_
from explorer.widgets import augmentation_form, data, figure, link, shell
from explorer.widgets.augmentation_form import DECLARED, ON_PAGE, PAGE
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, t

SIDE, SEEDS = 10, 100_000
IMAGE, SEED, VARIANT = "aug_image", "aug_seed", "aug_variant"
START = dataclasses.replace(NOTES, share=1.0)
CHANGES = N_(
    "rotation {rotation}°, shift x {right}, y {down}, shear {shear}°, zoom x {zoom_x}, y {zoom_y}, flip: {flip}"
)
FLIPS = {
    (False, False): N_("not at all"),
    (True, False): N_("left to right"),
    (False, True): N_("upside down"),
    (True, True): N_("both ways"),
}
WIDTH = 139
"""Of buttons and sliders: two beside each other in the left column of a usual screen, one in that of a small one."""


@dataclass(frozen=True)
class Setup:
    """One image (height, width) of values 0 to 1, and what is done to make each of its variants."""

    augmentation: Augmentation
    image: np.ndarray
    number: int
    label: int
    changes: Changes

    @cached_property
    def variants(self) -> np.ndarray:
        """The changed images: (count, height, width)."""
        height, width = self.image.shape
        copies = np.repeat(self.image[np.newaxis, ..., np.newaxis], len(self.changes), axis=0)
        return apply(copies, matrices(self.changes, (height, width)))[..., 0]


def controls() -> Setup:
    """Draw the controls."""
    split = data.test_split("fashion-mnist")
    count = len(split.labels)
    left, right = st.columns(2)
    with left:
        number = link.number(_("Test image"), 0, count - 1, 0, IMAGE)
    with right:
        seed = link.number(_("Seed"), 0, SEEDS - 1, 42, SEED, help=_("Another seed draws other changes."))
    with st.container(horizontal=True, gap="small"):
        _draw_button(_("Another image"), IMAGE, count)
        _draw_button(_("Another seed"), SEED, SEEDS)
        _fill_button(_("The notes' values"), START)
        _fill_button(_("No changes"), Augmentation())
    wanted = _settings()
    image = images(split, number, number + 1)[0, ..., 0]
    changes = draw(wanted, SIDE * SIDE, (image.shape[0], image.shape[1]), np.random.default_rng(seed))
    return Setup(wanted, image, number, int(split.labels[number]), changes)


def _draw_button(label: str, key: str, count: int) -> None:
    st.button(label, icon=":material/casino:", width=WIDTH, on_click=_draw_number, args=(key, count))


def _draw_number(key: str, count: int) -> None:
    st.session_state[key] = int(np.random.default_rng().integers(count))


def _fill_button(label: str, wanted: Augmentation) -> None:
    st.button(label, width=WIDTH, on_click=augmentation_form.fill, args=(wanted, PAGE, ON_PAGE))


def _settings() -> Augmentation:
    """Sliders two by two where there is room, then the switches."""
    switches = [name for name in ON_PAGE if isinstance(DECLARED[name], Switch)]
    chosen = {}
    with st.container(horizontal=True, gap="small"):
        for name in ON_PAGE:
            if name not in switches:
                chosen[name] = augmentation_form.setting(name, START, PAGE, width=WIDTH)
    for name in switches:
        chosen[name] = augmentation_form.setting(name, START, PAGE)
    return dataclasses.replace(START, **chosen)


def pictures(setup: Setup) -> int:
    """The image, its variants, and large the one whose number (from 0) is returned."""
    left, right = st.columns([1, 1.9])
    with left:
        name = t(DATASETS["fashion-mnist"].task(SAMPLE).classes[setup.label])
        title = t(N_("Test image {number}, {name}"), number=setup.number, name=name)
        _picture(setup.image, title, "aug-original")
        chosen = link.number(_("Variant in numbers"), 1, SIDE * SIDE, 1, VARIANT) - 1
        title = t(N_("Variant {number}"), number=chosen + 1)
        _picture(setup.variants[chosen], title, "aug-variant", in_words(setup.changes[chosen])[0])
    with right:
        title = t(N_("{count} variants drawn at random, one scale"), count=SIDE * SIDE)
        grid = tile(np.moveaxis(setup.variants, 0, -1), columns=SIDE)
        variant = _("Variant {number}")
        told = [f"{variant.format(number=n)}: {text}" for n, text in enumerate(in_words(setup.changes), start=1)]
        figure.show(variants_figure(grid, told, chosen, title, dark=shell.dark(), height=500), "aug-grid", title)
    return chosen


def _picture(image: np.ndarray, title: str, key: str, about: str = "") -> None:
    drawn = image_figure(image, title, _("row"), _("column"), _("value"), dark=shell.dark(), height=205)
    figure.show(drawn, key, f"{title}: {about}" if about else title)


def in_words(changes: Changes) -> list[str]:
    """What is done to make each variant, as a list of numbers."""
    pattern, ways = _(CHANGES), flips(changes)
    return [
        pattern.format(
            rotation=signed(changes.rotation[n], 1),
            right=signed(changes.right[n], 2),
            down=signed(changes.down[n], 2),
            shear=signed(changes.shear[n], 2),
            zoom_x=f"{changes.zoom_x[n]:.3f}",
            zoom_y=f"{changes.zoom_y[n]:.3f}",
            flip=ways[n],
        )
        for n in range(len(changes))
    ]


def flips(changes: Changes) -> list[str]:
    """Which way each variant is mirrored."""
    names = {both: _(name) for both, name in FLIPS.items()}
    return [names[bool(x), bool(y)] for x, y in zip(changes.flip_x, changes.flip_y, strict=True)]


def signed(value: float, digits: int) -> str:
    """A number with its sign, a true minus; 0 has none."""
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text if float(value) and text.strip("+−0.") else f"{0:.{digits}f}"
