"""Changing images at random without changing what they show.

The ranges and the order of the changes are those of Keras's ImageDataGenerator
(`keras.src.legacy.preprocessing.image`): rotation, shift, shear and zoom about the middle of
the image, then flips; what comes in from outside repeats the edge.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.controls import Fraction, Switch, Whole, check_settings, setting
from explorer.messages import N_, ExplorerError, message


@dataclass(frozen=True)
class Augmentation:
    """How far images may be changed, with the names of Keras's ImageDataGenerator; at first not at all.

    `share` is the part of the training images that is changed each time it is seen.
    """

    rotation_range: int = setting(
        0, Whole(N_("rotation_range"), N_("Largest angle, in degrees, to either side."), 0, 180, 5)
    )
    zoom_range: float = setting(
        0.0, Fraction(N_("zoom_range"), N_("0.1: between 90 % and 110 % along each axis."), 0.0, 0.9)
    )
    shear_range: float = setting(0.0, Fraction(N_("shear_range"), N_("Largest slant, in degrees."), 0.0, 60.0, 0.5))
    width_shift_range: float = setting(
        0.0, Fraction(N_("width_shift_range"), N_("Largest move to the side, as a share of the width."), 0.0, 0.9)
    )
    height_shift_range: float = setting(
        0.0, Fraction(N_("height_shift_range"), N_("Largest move up or down, as a share of the height."), 0.0, 0.9)
    )
    horizontal_flip: bool = setting(
        False, Switch(N_("horizontal_flip"), N_("Mirror half of the images left to right."))
    )
    vertical_flip: bool = setting(False, Switch(N_("vertical_flip"), N_("Turn half of the images upside down.")))
    share: float = setting(
        1.0, Fraction(N_("share"), N_("Part of the training images that is changed each time it is seen."), 0.0, 1.0)
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @staticmethod
    def from_dict(data: Any) -> Augmentation:
        """Rebuild from `dataclasses.asdict`'s form.

        Raises:
            ExplorerError: if the data is not of that form or a setting cannot work.
        """
        try:
            return Augmentation(**data)
        except TypeError as error:
            raise ExplorerError(message(N_("This is not an augmentation that this app wrote."))) from error


NOTES = Augmentation(
    rotation_range=10,
    zoom_range=0.1,
    shear_range=0.5,
    width_shift_range=0.1,
    height_shift_range=0.1,
    horizontal_flip=True,
    share=1 / 3,
)
"""The course notes' values; they add 30,000 changed images to 60,000."""


@dataclass(frozen=True)
class Changes:
    """What is done to each of n images; every field is an array (n,).

    All of them say where a pixel of the result is fetched from: angles `rotation` and `shear`
    in degrees, shifts `right` and `down` in pixels; `zoom_x` and `zoom_y` are how many pixels of
    the image one pixel of the result spans. What is seen goes the other way.
    """

    rotation: np.ndarray
    right: np.ndarray
    down: np.ndarray
    shear: np.ndarray
    zoom_x: np.ndarray
    zoom_y: np.ndarray
    flip_x: np.ndarray
    flip_y: np.ndarray

    def __len__(self) -> int:
        return len(self.rotation)

    def __getitem__(self, index: int) -> Changes:
        """The changes of one image."""
        return Changes(
            **{field.name: getattr(self, field.name)[index : index + 1] for field in dataclasses.fields(self)}
        )


def draw(augmentation: Augmentation, count: int, size: tuple[int, int], random: np.random.Generator) -> Changes:
    """Changes for `count` images of `size` (height, width), each within its range, evenly spread.

    Keras 3.15 itself takes the two shifts the other way round: its height_shift_range moves
    along the width. Here each does what its name says.
    """
    changed = random.random(count) < augmentation.share

    def within(reach: float) -> np.ndarray:
        return random.uniform(-reach, reach, count) * changed

    def half(wanted: bool) -> np.ndarray:
        return (random.random(count) < 0.5) & wanted & changed

    return Changes(
        rotation=within(augmentation.rotation_range),
        right=within(augmentation.width_shift_range * size[1]),
        down=within(augmentation.height_shift_range * size[0]),
        shear=within(augmentation.shear_range),
        zoom_x=1 + within(augmentation.zoom_range),
        zoom_y=1 + within(augmentation.zoom_range),
        flip_x=half(augmentation.horizontal_flip),
        flip_y=half(augmentation.vertical_flip),
    )


def parts(changes: Changes) -> dict[str, np.ndarray]:
    """The factors of each matrix by name, in the order of the product: (n, 3, 3) each.

    They work on coordinates (x, y, 1) with the origin in the middle of the image.
    """
    turn, slant = np.deg2rad(changes.rotation), np.deg2rad(changes.shear)
    one, zero = np.ones(len(changes)), np.zeros(len(changes))

    def matrix(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, e: np.ndarray, f: np.ndarray) -> np.ndarray:
        return np.stack([a, b, c, d, e, f, zero, zero, one], axis=-1).reshape(-1, 3, 3)

    return {
        "rotation": matrix(np.cos(turn), -np.sin(turn), zero, np.sin(turn), np.cos(turn), zero),
        "shift": matrix(one, zero, changes.right, zero, one, changes.down),
        "shear": matrix(one, -np.sin(slant), zero, zero, np.cos(slant), zero),
        "zoom": matrix(changes.zoom_x, zero, zero, zero, changes.zoom_y, zero),
        "flip": matrix(1 - 2.0 * changes.flip_x, zero, zero, zero, 1 - 2.0 * changes.flip_y, zero),
    }


def matrices(changes: Changes, size: tuple[int, int]) -> np.ndarray:
    """(n, 3, 3): from the coordinates (x, y, 1) of a pixel of the result to those in the image."""
    middle = np.array([[1, 0, (size[1] - 1) / 2], [0, 1, (size[0] - 1) / 2], [0, 0, 1]])
    product = middle
    for factor in parts(changes).values():
        product = product @ factor
    return product @ np.linalg.inv(middle)


def apply(images: np.ndarray, transforms: np.ndarray) -> np.ndarray:
    """Images (n, height, width, channels) changed by matrices (n, 3, 3), as float32.

    Between four pixels the value is interpolated along both axes; beyond the edge it is
    the edge's.
    """
    count, height, width, _ = images.shape
    y, x = np.mgrid[:height, :width]
    grid = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    across, down = (transforms[:, :2] @ grid).swapaxes(0, 1).reshape(2, count, height, width)
    across, down = np.clip(across, 0, width - 1), np.clip(down, 0, height - 1)
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    to_right, to_bottom = (across - left)[..., None], (down - top)[..., None]
    each = np.arange(count)[:, None, None]
    above = images[each, top, left] * (1 - to_right) + images[each, top, right] * to_right
    below = images[each, bottom, left] * (1 - to_right) + images[each, bottom, right] * to_right
    return (above * (1 - to_bottom) + below * to_bottom).astype(np.float32)
