"""Pictures that a reader brings: any bytes become an RGB array, or one clear sentence.

The header is read before any pixel is, one picture at a time and in bands, so that no file
can take more memory than its pixels need once.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.messages import N_, ExplorerError, message

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF")
SUFFIXES = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff")
MAXIMUM_BYTES = 20_000_000
MAXIMUM_PIXELS = 64_000_000
MAXIMUM_WEBP_PIXELS = 24_000_000
"""Fewer, as Pillow decodes WebP by way of four copies."""

# ITU-R BT.601, as in https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look."""

_BAND_PIXELS = 2_000_000
_ORIENTATION = 0x0112
_USUAL_RANGES = ((0.0, 1.0), (0.0, 255.0), (0.0, 65_535.0))

# Pillow's limits and Python's warnings belong to the whole process, and so does its memory.
_one_at_a_time = threading.Lock()


def decode(content: bytes, longest: int = 1024) -> np.ndarray:
    """The picture in a file: (height, width, 3) of uint8 RGB, at most `longest` pixels on its longer side.

    It stands upright as its camera says (EXIF); transparent places are white; of an animation it
    is the first picture; 16-bit and floating-point greys are scaled to 0...255. Never enlarged.

    Raises:
        ExplorerError: if it is no image, is damaged, or has too many bytes or pixels.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ExplorerError(
            message(
                N_("The file has {size} MB; at most {maximum} MB can be read here."),
                size=f"{len(content) / 1e6:.1f}",
                maximum=f"{MAXIMUM_BYTES / 1e6:.0f}",
            )
        )
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _opened(content) as image:
            _check_size(image)
            return _pixels(image, longest)


@dataclass(frozen=True)
class Header:
    """What a picture's file says of it before a pixel is read; `format` is one of FORMATS in capitals."""

    width: int
    height: int
    format: str


def header(content: bytes) -> Header:
    """The size and format of the picture in a file, without decoding it.

    Raises:
        ExplorerError: if it is no image.
    """
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _opened(content) as image:
            return Header(*image.size, str(image.format))


def _opened(content: bytes) -> Image.Image:
    from PIL import Image

    kept = Image.MAX_IMAGE_PIXELS
    # Pillow's own refusal does not say how many pixels there are; `_check_size` does.
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(io.BytesIO(content), formats=[name.upper() for name in FORMATS])
    except Exception as error:  # decoders raise nearly anything when bytes make no sense
        raise ExplorerError(
            message(
                N_("This is no image that can be read here, or only a part of one; {formats} work."),
                formats=", ".join(FORMATS),
            )
        ) from error
    finally:
        Image.MAX_IMAGE_PIXELS = kept


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    maximum = MAXIMUM_WEBP_PIXELS if image.format == "WEBP" else MAXIMUM_PIXELS
    if width * height > maximum:
        problem = N_("The image has {width} × {height} pixels, {pixels} million; at most {maximum} million work here.")
        counts = {"pixels": f"{width * height / 1e6:,.1f}", "maximum": f"{maximum / 1e6:.0f}"}
        raise ExplorerError(message(problem, width=width, height=height, **counts))


def _pixels(image: Image.Image, longest: int) -> np.ndarray:
    from PIL import ImageOps

    try:
        image.draft(None, (longest, longest))  # a JPEG can be decoded at an eighth of its size
        image.load()
        small = _shrunk(image, longest)
        small.getexif()[_ORIENTATION] = _orientation(image)
        return np.array(ImageOps.exif_transpose(small))
    except Exception as error:
        raise ExplorerError(
            message(N_("The image is damaged or ends too early; save or download it once more."))
        ) from error


def _orientation(image: Image.Image) -> int:
    """How the camera was held; 1 is upright, also where the notes of the camera make no sense."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """The image as RGB with at most `longest` pixels on its longer side.

    Averaging whole squares of pixels, band by band, goes nearly all the way; what is left is resampled.
    """
    from PIL import Image

    width, height = image.size
    scale = min(1.0, longest / max(width, height))
    square = max(1, int(1 / (2 * scale)))
    near = Image.new("RGB", (-(-width // square), -(-height // square)))
    for top, band in _rgb_bands(image, square):
        near.paste(band.reduce(square), (0, top // square))
    wanted = max(1, round(width * scale)), max(1, round(height * scale))
    return near.resize(wanted, Image.Resampling.LANCZOS, box=(0, 0, width / square, height / square))


def _bands(image: Image.Image, multiple: int) -> Iterator[tuple[int, Image.Image]]:
    """The image from top to bottom in bands of a multiple of rows, each with its first row."""
    width, height = image.size
    rows = max(1, _BAND_PIXELS // width // multiple) * multiple
    for top in range(0, height, rows):
        yield top, image.crop((0, top, width, min(top + rows, height)))


def _rgb_bands(image: Image.Image, multiple: int) -> Iterator[tuple[int, Image.Image]]:
    limits = _limits(image) if image.mode.startswith(("I", "F")) else None
    for top, band in _bands(image, multiple):
        yield top, (_on_white(band) if limits is None else _scaled(band, *limits)).convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    if not image.has_transparency_data:
        return image
    clear = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)


def _limits(image: Image.Image) -> tuple[float, float]:
    """The values that stand for black and white: all of 16 bits, the usual range of the values, or their own."""
    if image.mode.startswith("I;16"):
        return _USUAL_RANGES[-1]
    found = [_extremes(_values(band)) for _, band in _bands(image, 1)]
    low, high = min(low for low, _ in found), max(high for _, high in found)
    usual = _USUAL_RANGES if image.mode == "F" else _USUAL_RANGES[1:]
    return next((ends for ends in usual if low >= ends[0] and high <= ends[1]), (low, high))


def _extremes(values: np.ndarray) -> tuple[float, float]:
    """The smallest and largest of the finite values; without any, 0 and 0."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _scaled(image: Image.Image, low: float, high: float) -> Image.Image:
    from PIL import Image

    shares = (np.nan_to_num(_values(image), nan=low, posinf=high, neginf=low) - low) / ((high - low) or 1.0)
    return Image.fromarray(np.rint(255 * shares.clip(0, 1)).astype(np.uint8))


def _values(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(np.float64)
