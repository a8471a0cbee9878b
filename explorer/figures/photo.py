"""Photos and filtered photos as files for the browser, which draws them faster than any chart."""

from __future__ import annotations

import base64
import io

import numpy as np

from explorer.figures import theme

FRAME = (230, 159, 0)
_LEAST_FRAME = 9


def absolute(values: np.ndarray, reach: float) -> np.ndarray:
    """|value| as brightness, uint8 of the values' own shape: black is 0, white is `reach` or more."""
    return np.minimum(np.abs(values) * np.float32(255 / reach), 255).astype(np.uint8)


def signed(values: np.ndarray, reach: float, dark: bool = False) -> np.ndarray:
    """Values about 0 up to `reach`, as uint8 RGB.

    One channel (height, width) takes the diverging colours; three (height, width, 3) take
    brightness, with middle grey for 0.
    """
    shades = (np.clip(values * np.float32(127.5 / reach), -127.5, 127.5) + np.float32(127.5)).astype(np.uint8)
    return _table(dark)[shades] if values.ndim == 2 else shades


def _table(dark: bool) -> np.ndarray:
    """The diverging scale in 256 steps: (256, 3) of uint8."""
    places, colours = zip(*theme.tones(dark).signed, strict=True)
    ends = np.array([[int(str(colour)[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours])
    steps = np.linspace(0, 1, 256)
    return np.stack([np.interp(steps, np.array(places, float), ends[:, n]) for n in range(3)], -1).astype(np.uint8)


def marked(picture: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    """A copy (height, width, 3) with a frame around the cells that a kernel of `size` covers at a pixel.

    A picture so small that the frame would hide it stays without.
    """
    framed = picture.copy() if picture.ndim == 3 else np.repeat(picture[..., np.newaxis], 3, axis=2)
    if min(picture.shape[:2]) < 4 * _LEAST_FRAME:
        return framed
    around = max(size // 2 + 1, _LEAST_FRAME)
    top, bottom = _inside(row - around, row + around, picture.shape[0])
    left, right = _inside(column - around, column + around, picture.shape[1])
    for rows in (slice(top, top + 2), slice(bottom - 1, bottom + 1)):
        framed[rows, left : right + 1] = FRAME
    for columns in (slice(left, left + 2), slice(right - 1, right + 1)):
        framed[top : bottom + 1, columns] = FRAME
    return framed


def _inside(first: int, last: int, length: int) -> tuple[int, int]:
    return max(first, 0), min(last, length - 1)


def jpeg(picture: np.ndarray, quality: int = 85) -> bytes:
    """A uint8 picture, grey (height, width) or RGB (height, width, 3), as a JPEG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return file.getvalue()


def tiled(pictures: np.ndarray, columns: int, paper: int = 140) -> np.ndarray:
    """Many small grey pictures (height, width, n) of uint8 in one, with two pixels of `paper` between them."""
    height, width, count = pictures.shape
    rows = -(-count // columns)
    grid = np.full((rows * columns, height + 2, width + 2), paper, np.uint8)
    grid[:count, :height, :width] = np.moveaxis(pictures, -1, 0)
    return grid.reshape(rows, columns, height + 2, width + 2).swapaxes(1, 2).reshape(rows * (height + 2), -1)[:-2, :-2]


def png(picture: np.ndarray) -> bytes:
    """A uint8 picture, grey (height, width), RGB or RGBA (height, width, 3 or 4), as a PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def data_uri(picture: np.ndarray) -> str:
    """A uint8 picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode()}"
