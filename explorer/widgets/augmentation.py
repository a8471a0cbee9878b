"""What the page *Augmentation* shows: one image, a hundred changes of it, and one of them in numbers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.augmentation import NOTES, Augmentation, Changes, apply, draw, matrices, parts
from explorer.datasets import DATASETS
from explorer.figures import theme
from explorer.figures.image import image_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.inspection.mosaic import tile
from explorer.messages import N_
from explorer.widgets import augmentation_form, data, figure, link, shell
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, md, t

SIDE = 10
IMAGE, SEED, VARIANT = "aug_image", "aug_seed", "aug_variant"
FULL = dataclasses.replace(NOTES, share=1.0)
SHOWN = tuple(name for name in augmentation_form.DECLARED if name != "share")


@dataclass(frozen=True)
class Setup:
    """One image (1, height, width, 1) of values 0 to 1, and what is done to make each of its variants."""

    augmentation: Augmentation
    image: np.ndarray
    number: int
    label: int
    changes: Changes

    @property
    def size(self) -> tuple[int, int]:
        return self.image.shape[1], self.image.shape[2]

    @property
    def matrices(self) -> np.ndarray:
        return matrices(self.changes, self.size)


def controls() -> Setup:
    """Draw the controls."""
    split = data.test_split("fashion-mnist")
    left, right = st.columns(2)
    with left:
        number = link.number(_("Test image"), 0, len(split.labels) - 1, 0, IMAGE)
    with right:
        seed = link.number(_("Seed"), 0, 99_999, 42, SEED, help=_("Another seed draws other changes."))
    with st.container(horizontal=True):
        st.button(_("The notes' values"), icon=":material/menu_book:", on_click=augmentation_form.fill, args=(FULL,))
        st.button(_("None"), icon=":material/block:", on_click=augmentation_form.fill, args=(Augmentation(),))
    wanted = augmentation_form.form(FULL, SHOWN)
    image = images(split, number, number + 1)
    changes = draw(wanted, SIDE * SIDE, (image.shape[1], image.shape[2]), np.random.default_rng(seed))
    return Setup(wanted, image, number, int(split.labels[number]), changes)


def pictures(setup: Setup) -> None:
    """The image, its hundred variants, and the matrix of one of them."""
    variants = apply(np.repeat(setup.image, SIDE * SIDE, axis=0), setup.matrices)
    left, right = st.columns([1, 1.7])
    with left:
        _original(setup)
        chosen = link.number(_("Variant in numbers"), 1, SIDE * SIDE, 1, VARIANT) - 1
        title = t(N_("Variant {number}"), number=chosen + 1)
        figure.show(_picture(variants[chosen], title), "aug-variant", title)
    with right:
        title = t(N_("{count} variants drawn at random"), count=SIDE * SIDE)
        grid = tile(np.moveaxis(variants[..., 0], 0, -1), columns=SIDE)
        drawn = mosaic_figure(
            grid,
            title,
            MosaicLabels(_("variant"), _("row"), _("column"), _("value")),
            high=1.0,
            colours=theme.tones(shell.dark()).paper,
            dark=shell.dark(),
            height=520,
        )
        figure.show(drawn, "aug-grid", title)
    _arithmetic(setup, chosen)
    st.markdown(
        _(
            "The label stays: a turned, moved or mirrored bag is still a bag. Only training images are changed, and "
            "only such changes help as the test images could show too: no test boot stands on its head."
        )
    )


def _original(setup: Setup) -> None:
    name = t(DATASETS["fashion-mnist"].classes[setup.label])
    title = t(N_("Test image {number}, {name}"), number=setup.number, name=name)
    figure.show(_picture(setup.image[0], title), "aug-original", title)


def _picture(image: np.ndarray, title: str) -> object:
    return image_figure(image[..., 0], title, _("row"), _("column"), _("value"), dark=shell.dark(), height=200)


def _arithmetic(setup: Setup, chosen: int) -> None:
    """The changes of one variant in words, its factors and their product as matrices."""
    change = setup.changes[chosen]
    mirrored = [
        name for name, flip in ((_("left to right"), change.flip_x), (_("upside down"), change.flip_y)) if flip[0]
    ]
    st.markdown(
        md(
            N_(
                "**Variant {number}**: turned by {rotation}°, moved by {right} pixels across and {down} down, "
                "slanted by {shear}°, {zoom_x} × {zoom_y} pixels of the image to one of the variant, "
                "mirrored: {mirrored}."
            ),
            number=chosen + 1,
            rotation=f"{change.rotation[0]:.2f}",
            right=f"{change.right[0]:.2f}",
            down=f"{change.down[0]:.2f}",
            shear=f"{change.shear[0]:.2f}",
            zoom_x=f"{change.zoom_x[0]:.3f}",
            zoom_y=f"{change.zoom_y[0]:.3f}",
            mirrored=", ".join(mirrored) or _("not at all"),
        )
    )
    factors = {name: factor[0] for name, factor in parts(change).items()}
    names = (_("rotation"), _("shift"), _("shear"), _("zoom"), _("flip"))
    written = [
        f"\\underset{{\\text{{{name}}}}}{{{_matrix(factor)}}}"
        for name, factor in zip(names, factors.values(), strict=True)
    ]
    product = np.linalg.multi_dot(list(factors.values()))
    st.latex(" ".join(written))
    st.latex(f"= {_matrix(product)}")
    st.caption(
        _(
            "The product leads from a pixel (x, y, 1) of the variant, counted from the middle, to the place in the "
            "image whose value it takes; between four pixels the value is interpolated."
        )
    )


def _matrix(values: np.ndarray) -> str:
    rows = " \\\\ ".join(" & ".join(f"{value:.3g}" for value in row) for row in values)
    return f"\\begin{{pmatrix}} {rows} \\end{{pmatrix}}"
