"""The code that changes images at random exactly as the app does."""

from __future__ import annotations

import dataclasses

from explorer.augmentation import Augmentation

_CODE = """\
chance_of_changes = np.random.default_rng(SEED)
{settings}


def changed(images):
    \"\"\"Images (n, height, width, channels), each turned, moved, slanted, zoomed and mirrored by chance.\"\"\"
    count, height, width, _ = images.shape
    chosen = chance_of_changes.random(count) < share

    def within(reach):
        return chance_of_changes.uniform(-reach, reach, count) * chosen

    def half(wanted):
        return (chance_of_changes.random(count) < 0.5) & wanted & chosen

    turn = np.deg2rad(within(rotation_range))
    right, down = within(width_shift_range * width), within(height_shift_range * height)
    slant = np.deg2rad(within(shear_range))
    zoom_x, zoom_y = 1 + within(zoom_range), 1 + within(zoom_range)
    flip_x, flip_y = half(horizontal_flip), half(vertical_flip)

    one, zero = np.ones(count), np.zeros(count)

    def matrix(*rows):
        return np.stack([*rows, zero, zero, one], axis=-1).reshape(-1, 3, 3)

    # From a pixel of the result to the place in the image that it comes from, about the middle.
    middle = np.array([[1, 0, (width - 1) / 2], [0, 1, (height - 1) / 2], [0, 0, 1]])
    place = (
        middle
        @ matrix(np.cos(turn), -np.sin(turn), zero, np.sin(turn), np.cos(turn), zero)
        @ matrix(one, zero, right, zero, one, down)
        @ matrix(one, -np.sin(slant), zero, zero, np.cos(slant), zero)
        @ matrix(zoom_x, zero, zero, zero, zoom_y, zero)
        @ matrix(1 - 2.0 * flip_x, zero, zero, zero, 1 - 2.0 * flip_y, zero)
        @ np.linalg.inv(middle)
    )
    return keras.ops.convert_to_numpy(
        keras.ops.image.affine_transform(
            images, place.reshape(-1, 9)[:, :8].astype("float32"), interpolation="bilinear", fill_mode="nearest"
        )
    )"""


def augmentation_code(augmentation: Augmentation) -> str:
    """A function `changed` that draws the same changes from the same seed, as `explorer.augmentation` does."""
    settings = "\n".join(f"{name} = {value!r}" for name, value in dataclasses.asdict(augmentation).items())
    return _CODE.format(settings=settings)
