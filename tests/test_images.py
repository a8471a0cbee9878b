"""Any bytes become an upright RGB picture, or one clear sentence, in bounded memory."""

import io
import struct
import subprocess
import sys
import threading
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer import images
from explorer.images import decode
from explorer.messages import ExplorerError

RGB = np.random.default_rng(0).integers(0, 256, (37, 51, 3), dtype=np.uint8)
NOT_AN_IMAGE = "This is no image that can be read here"
DAMAGED = "damaged or ends too early"


def saved(picture, kind="PNG", **settings):
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, kind, **settings)
    return file.getvalue()


def smooth(height=40, width=60):
    """A picture that lossy formats and blurs hardly change."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 4, columns * 4, (rows + columns) * 2], -1).astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, data, colour=2):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def refused(content):
    with pytest.raises(ExplorerError) as caught:
        decode(content)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_files_come_back_as_they_were(kind):
    found = decode(saved(RGB, kind))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, RGB)


@pytest.mark.parametrize(("kind", "settings"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {})])
def test_lossy_files_come_back_nearly(kind, settings):
    assert np.abs(decode(saved(smooth(), kind, **settings)).astype(int) - smooth()).mean() < 3


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "PA", "CMYK", "YCbCr", "LAB"])
def test_every_mode_of_tiff_is_rgb(mode):
    grey = Image.fromarray(smooth()).convert("L")
    picture = grey.convert("RGBA").convert("LA") if mode in ("LA", "PA") else grey.convert("RGB").convert(mode)
    found = decode(saved(picture.convert(mode), "TIFF"))
    assert found.shape == (40, 60, 3)
    if mode not in ("1", "P", "LAB"):
        assert np.abs(found.astype(int) - np.asarray(grey)[..., None]).max() <= 8


def test_a_cmyk_jpeg_has_its_colours():
    red = Image.new("RGB", (8, 8), (200, 30, 20)).convert("CMYK")
    assert np.abs(decode(saved(red, "JPEG", quality=95)).astype(int) - (200, 30, 20)).max() < 6


def test_transparent_places_are_white():
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[0, 0] = (255, 0, 0, 255)
    picture[0, 1] = (0, 0, 0, 128)
    found = decode(saved(picture))
    assert found[0, 0].tolist() == [255, 0, 0]
    assert np.abs(found[0, 1].astype(int) - 127).max() <= 1
    assert (found[1] == 255).all()


def test_a_transparent_palette_colour_is_white():
    picture = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    picture.putpalette([10, 20, 30, 40, 50, 60])
    assert decode(saved(picture, transparency=0)).tolist() == [[[255, 255, 255], [40, 50, 60]]]


def test_an_animation_gives_its_first_picture():
    frames = [Image.new("RGB", (9, 7), colour) for colour in ("red", "lime", "blue")]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        content = saved(
            frames[0], kind, save_all=True, append_images=frames[1:], **({"lossless": True} if kind == "WEBP" else {})
        )
        assert decode(content)[3, 4].tolist() == [255, 0, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_camera_is_turned_back(orientation, kind):
    upright = np.zeros((40, 64, 3), np.uint8)
    upright[:20, :32] = 255  # bright at the top left only
    held = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = decode(saved(np.ascontiguousarray(held), kind, exif=exif))
    assert found.shape == upright.shape
    assert found[5, 5].min() > 240
    assert max(found[5, 60].max(), found[35, 5].max(), found[35, 60].max()) < 15


def test_senseless_exif_is_passed_over():
    exif = Image.Exif()
    exif[0x0112] = 77
    assert decode(saved(smooth(), "JPEG", exif=exif)).shape == (40, 60, 3)
    broken = saved(smooth(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert decode(broken).shape == (40, 60, 3)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_run_from_black_to_white(kind):
    values = np.array([[0, 257, 32896, 65535]], np.uint16)
    assert decode(saved(values, kind))[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize(
    ("values", "shades"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([0.0, np.nan, 1.0], [0, 0, 255]),
        ([0.0, np.inf, 1.0], [0, 255, 255]),
        ([7.0, 7.0, 7.0], [7, 7, 7]),
        ([1e30, 1e30, 1e30], [0, 0, 0]),
    ],
)
def test_floating_point_greys_take_their_usual_range_or_their_own(values, shades):
    assert decode(saved(np.array([values], np.float32), "TIFF"))[0, :, 0].tolist() == shades


def test_whole_numbers_of_32_bits_are_scaled():
    assert decode(saved(np.array([[0, 65535]], np.int32), "TIFF"))[0, :, 0].tolist() == [0, 255]
    assert decode(saved(np.array([[-10, 1_000_000]], np.int32), "TIFF"))[0, :, 0].tolist() == [0, 255]


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 3000), (3000, 2000), (1025, 1024), (2047, 2049)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_any_shape_fits_and_keeps_its_proportions(size, kind):
    found = decode(saved(np.full((*size, 3), 90, np.uint8), kind))
    assert found.shape[:2] == tuple(max(1, round(length * min(1, 1024 / max(size)))) for length in size)
    assert np.abs(found.astype(int) - 90).max() <= 1


def test_a_small_picture_is_not_enlarged():
    assert decode(saved(RGB), longest=4000).shape == RGB.shape


def test_shrinking_averages_so_that_fine_stripes_become_grey():
    stripes = np.zeros((2048, 2048, 3), np.uint8)
    stripes[:, ::2] = 254
    found = decode(saved(stripes), longest=300)
    assert np.abs(found[:, 2:-2].astype(int) - 127).max() <= 3


def test_bands_leave_no_seam():
    ramp = np.repeat(np.linspace(0, 255, 3000).astype(np.uint8)[:, None], 2500, axis=1)
    found = decode(saved(ramp), longest=1000)[..., 0].astype(int)
    assert found[:, 0].tolist() == found[:, -1].tolist()
    assert 0 <= np.diff(found[:, 5]).min() <= np.diff(found[:, 5]).max() <= 1


@pytest.mark.parametrize("content", [b"", b"hello", "그림이 아니다".encode(), b"\x00" * 5000, b"%PDF-1.7", b"<svg/>"])
def test_what_is_no_image_is_said_with_what_works(content):
    said = refused(content)
    assert said.startswith(NOT_AN_IMAGE)
    assert all(name in said for name in ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF"))


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "EPS"])
def test_other_formats_are_not_opened(kind):
    assert refused(saved(smooth(), kind)).startswith(NOT_AN_IMAGE)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_truncated_file_is_said(kind):
    content = saved(np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8), kind)
    for share in (0.05, 0.5, 0.95):
        said = refused(content[: int(len(content) * share)])
        assert DAMAGED in said or said.startswith(NOT_AN_IMAGE)


def test_a_decompression_bomb_is_refused_from_its_header():
    for kind in (0, 2, 6):
        said = refused(png(50_000, 50_000, b"\0" * 1000, kind))
        assert "50000 × 50000 pixels, 2,500.0 million; at most 64 million" in said


def test_the_most_pixels_are_told():
    assert "65.0 million; at most 64 million" in refused(png(6500, 10_000, b""))
    assert DAMAGED in refused(png(6400, 10_000, b""))


def test_a_webp_may_have_fewer():
    content = saved(Image.new("RGB", (6000, 4001)), "WEBP", lossless=True, quality=0, method=0)
    assert "at most 24 million" in refused(content)


def test_a_file_that_is_too_long_is_not_looked_at():
    assert "20.0 MB; at most 20 MB" in refused(b"\x89PNG" + bytes(images.MAXIMUM_BYTES))


def test_nothing_that_pillow_warns_of_is_heard_and_its_limit_stays():
    before = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(png(10_000, 10_000, b""))
        refused(png(50_000, 50_000, b""))
        decode(saved(Image.fromarray(RGB).convert("P"), transparency=bytes(range(200))))
    assert before == Image.MAX_IMAGE_PIXELS


GOOD = [
    saved(RGB),
    saved(RGB, "JPEG"),
    saved(RGB, "WEBP"),
    saved(RGB, "GIF"),
    saved(RGB, "BMP"),
    saved(RGB, "TIFF", compression="tiff_lzw"),
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8), st.floats(0.3, 1))
def test_any_damage_is_a_picture_or_a_sentence(content, changes, share):
    damaged = bytearray(content)
    for place, byte in changes:
        # Most damage that matters is near the start, where the header is.
        damaged[int(place**3 * (len(damaged) - 1))] = byte
    try:
        found = decode(bytes(damaged[: int(len(damaged) * share)]))
    except ExplorerError:
        return
    assert found.dtype == np.uint8
    assert found.ndim == 3
    assert found.shape[2] == 3
    assert max(found.shape) <= 1024


def test_two_at_once_do_not_mix():
    pictures = [np.full((300, 400, 3), shade, np.uint8) for shade in range(8)]
    found = {}

    def read(shade):
        found[shade] = decode(saved(pictures[shade]))

    threads = [threading.Thread(target=read, args=(shade,)) for shade in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((found[shade] == shade).all() for shade in range(8))


MEASURE = """
import resource, sys, zlib
import PIL.Image, PIL.PngImagePlugin, PIL.ImageOps
from explorer.images import decode
content = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
shape = decode(content).shape
print(*shape, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is counted in kilobytes on Linux")
@pytest.mark.parametrize("colour", [2, 6])
def test_sixty_megapixels_stay_within_350_megabytes(tmp_path, colour):
    channels = {2: 3, 6: 4}[colour]
    file = tmp_path / "large.png"
    file.write_bytes(png(10_000, 6000, bytes((10_000 * channels + 1) * 6000), colour))
    done = subprocess.run([sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, check=True)
    height, width, _channels, megabytes = map(int, done.stdout.split())
    assert (height, width) == (614, 1024)
    assert megabytes < 350
