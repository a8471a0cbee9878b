"""Images of a reader's own: any archive becomes a data set that another process loads, or one clear sentence."""

import builtins
import io
import json
import os
import pickle
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import image_files as files
import numpy as np
import pytest
from image_files import arrays, folders, numbers, packed, patched, picture
from PIL import Image

from explorer.datasets import DATASETS, TEST, TRAIN, own_images, uploads
from explorer.datasets.image_archives import MAXIMUM_MEGABYTES, MAXIMUM_MEMBERS
from explorer.datasets.own_images import keep, read
from explorer.datasets.squares import grey, squares
from explorer.messages import ExplorerError

OWN = DATASETS["own-images"]
GOOD = folders()
SECONDS, MEGABYTES = 5, 500


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    own_images._kept.cache_clear()
    own_images._facts.cache_clear()
    return tmp_path


def said(content):
    with pytest.raises(ExplorerError) as caught:
        read(content)
    return str(caught.value)


def tried(content):
    """What is read, or the sentence that refuses it."""
    try:
        return read(content)
    except ExplorerError as error:
        return str(error)


def reasons(found):
    return {left.name: str(left.reason) for left in found.left_out}


# What is read.


def test_a_zip_of_folders_is_a_class_each_and_nothing_is_left_out():
    found = read(packed(GOOD))
    assert found.classes == ("blues", "reds")
    assert np.bincount(found.labels).tolist() == [6, 6]
    assert found.images.shape == (12, 16, 16, 3)
    assert found.left_out == found.notes == ()
    red, blue = (found.images[found.labels == label].mean(axis=(0, 1, 2)) for label in (1, 0))
    assert red[0] > 200 > 100 > red[2]
    assert blue[2] > 200 > 100 > blue[0]


@pytest.mark.parametrize("top", ["", "archive/", "./"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_one_folder_around_all_changes_nothing(top, method):
    found = read(packed({f"{top}{name}": content for name, content in GOOD.items()}, method))
    assert (found.classes, len(found.labels), found.left_out) == (("blues", "reds"), 12, ())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_format_of_pictures_is_read(kind):
    made = {f"{name}/{n}.{kind.lower()}": picture(seed=n, kind=kind) for name in ("a", "b") for n in range(4)}
    assert read(packed(made)).images.shape == (8, 16, 16, 3)


def test_mixed_sizes_all_become_squares_of_the_largest():
    made = {**folders(each=4, width=10, height=9), "reds/large.png": picture(width=300, height=200)}
    found = read(packed(made))
    assert found.images.shape == (9, 64, 64, 3)


def test_pictures_without_colour_have_one_channel():
    made = {f"{name}/{n}.png": picture((100, 100, 100), seed=n) for name in ("a", "b") for n in range(4)}
    grey_one = io.BytesIO()
    Image.fromarray(np.full((12, 12), 90, np.uint8)).save(grey_one, "PNG")
    made = {name: grey_one.getvalue() for name in made}
    assert read(packed(made)).images.shape == (8, 12, 12, 1)
    assert read(packed({**made, "a/colour.png": picture()})).images.shape == (9, 16, 16, 3)


@pytest.mark.parametrize(("names", "shown"), [(("고양이", "개"), ("개", "고양이")), (("🐈", "🐕"), ("🐈", "🐕"))])
def test_names_in_any_script(names, shown):
    assert read(packed(folders(names))).classes == shown


def test_names_of_a_korean_zip_without_a_mark_are_read():
    content = packed({name.replace("reds", "XXXXXX"): data for name, data in GOOD.items()})
    assert "고양이" in read(patched(content, b"XXXXXX", "고양이".encode("cp949"))).classes


def test_names_are_shown_short_different_and_without_what_cannot_be_seen():
    long = "x" * 200
    found = read(packed(folders((long + "1", long + "2", "a\u202eb\u200b'\"<b>"))))
    assert len(set(found.classes)) == 3
    assert max(map(len, found.classes)) <= 40
    assert "ab'\"<b>" in found.classes


def test_backslashes_part_folders_as_slashes_do():
    found = read(packed({name.replace("/", "\\"): content for name, content in GOOD.items()}))
    assert found.classes == ("blues", "reds")


def test_the_litter_of_systems_is_passed_over_in_silence():
    litter = {
        "__MACOSX/reds/._0.png": b"junk",
        "reds/.DS_Store": b"junk",
        ".git/config": b"junk",
        "reds/Thumbs.db": b"junk",
        "blues/desktop.ini": b"junk",
    }
    assert read(packed({**GOOD, **litter})).left_out == ()


@pytest.mark.parametrize(
    ("shape", "dtype", "scale", "white"),
    [
        ((10, 10), np.uint8, 1, 255),
        ((10, 10, 1), np.float32, 1 / 255, 1),
        ((9, 12, 3), np.float64, 1, 255),
        ((10, 10, 3), np.int64, 1, 255),
        ((10, 10), np.float16, 1 / 255, 1),
    ],
)
@pytest.mark.parametrize("names", [("x", "y"), ("x_train", "y_train")])
def test_arrays_of_any_number_say_how_they_were_taken(shape, dtype, scale, white, names):
    pixels = numbers(12, *shape[:2], shape[2] if len(shape) == 3 else 1)[0].reshape(12, *shape)
    pixels[0, 0, 0] = 255
    found = read(arrays(**dict(zip(names, ((pixels * scale).astype(dtype), numbers()[1]), strict=True))))
    assert found.images.shape == (12, min(shape[:2]), min(shape[:2]), 3 if shape[-1] == 3 else 1)
    assert f"{white} as white" in str(found.notes[0])
    left = (shape[1] - min(shape[:2])) // 2
    wanted = pixels.reshape(12, *shape[:2], -1)[:, :, left : left + min(shape[:2])]
    assert np.abs(found.images.astype(int) - wanted).max() <= 1


def test_classes_of_arrays_are_numbers_or_texts_and_other_arrays_are_named():
    pixels, labels = numbers()
    assert read(arrays(x=pixels, y=labels + 9)).classes == ("9", "10")
    assert read(arrays(x=pixels, y=labels.reshape(-1, 1).astype(bool))).classes == ("False", "True")
    found = read(arrays(x=pixels, y=np.array(["개", "고양이"])[labels], x_test=pixels))
    assert found.classes == ("개", "고양이")
    assert "x_test" in str(found.notes[-1])


def test_the_order_of_fortran_gives_the_same_pictures():
    pixels, labels = numbers()
    found = [read(arrays(x=x, y=labels)).images for x in (pixels, np.asfortranarray(pixels))]
    np.testing.assert_array_equal(*found)


def test_scaling_averages_areas_of_the_middle_square():
    one = np.zeros((1, 4, 8, 1), np.uint8)
    one[0, :, 2:6] = np.arange(16).reshape(4, 4, 1) * 10
    one[0, :, :2] = 255
    np.testing.assert_array_equal(squares(one, 2)[0, ..., 0], [[25, 45], [105, 125]])
    np.testing.assert_array_equal(squares(one, 8)[0, ::2, ::2, 0], one[0, :, 2:6, 0])
    assert grey(np.array([[[[255, 0, 0], [255, 255, 255]]]], np.uint8)).ravel().tolist() == [76, 255]


# What is kept.


@pytest.mark.parametrize(("size", "in_colour", "shape"), [(8, False, (8, 8, 1)), (64, True, (64, 64, 3))])
def test_a_variant_has_the_size_and_colours_asked_for(size, in_colour, shape):
    variant = keep(read(packed(folders(each=10))), size, in_colour)
    task, counts = OWN.task(variant), OWN.counts(variant)
    assert (task.input_shape, task.units, task.loss) == (shape, 2, "sparse_categorical_crossentropy")
    assert [str(name) for name in task.classes] == ["blues", "reds"]
    assert (counts.train, counts.test) == (16, 4)
    split = OWN.load(variant, TEST)
    assert split.inputs.shape == (4, *shape)
    assert np.bincount(split.labels).tolist() == [2, 2]
    assert not split.inputs.flags.writeable


def test_labels_stay_with_their_pictures_and_the_split_is_always_the_same():
    pictures = read(packed(folders(each=10)))
    variant = keep(pictures, 16, True)
    for part in (TRAIN, TEST):
        split = OWN.load(variant, part)
        assert ((split.inputs[..., 0].mean(axis=(1, 2)) > 128) == (split.labels == 1)).all()
    assert keep(pictures, 16, True) == variant
    assert len({variant, keep(pictures, 16, False), keep(pictures, 17, True)}) == 3


def test_another_process_loads_it():
    variant = keep(read(packed(GOOD)), 16, True)
    code = (
        f"from explorer.datasets import DATASETS; print(DATASETS['own-images'].load({variant!r}, 'train').inputs.sum())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == OWN.load(variant, TRAIN).inputs.sum()


@pytest.mark.parametrize("variant", ["0" * 16, "../etc/passwd", "", "zzz"])
def test_a_variant_that_is_not_kept_is_a_sentence(variant):
    for ask in (OWN.task, OWN.counts, lambda name: OWN.load(name, TRAIN)):
        with pytest.raises(ExplorerError, match="give the file again"):
            ask(variant)


@pytest.mark.parametrize(
    "changed",
    [
        {"train_labels": np.full(8, 7, np.uint8)},
        {"train_images": np.zeros((8, 16, 16, 2), np.uint8)},
        {"test_images": np.zeros((2, 8, 8, 3), np.uint8)},
        {"classes": np.zeros(3)},
        {"test_labels": np.zeros(2, np.float32)},
        {},
    ],
)
def test_a_damaged_upload_is_a_sentence(folder, changed):
    path = folder / f"{keep(read(packed(folders(each=5))), 16, True)}.npz"
    with np.load(path) as archive:
        kept = {name: archive[name] for name in archive.files if changed or name != "classes"}
    np.savez(path, **{**kept, **changed})
    with pytest.raises(ExplorerError, match="damaged"):
        OWN.load(path.stem, TRAIN)


def test_too_many_images_of_a_size_are_refused_with_what_would_work():
    many = own_images.Pictures(np.zeros((6000, 8, 8, 1), np.uint8), np.arange(6000) % 2, ("a", "b"))
    with pytest.raises(ExplorerError, match="smaller size, or grey"):
        keep(many, 64, True)
    assert uploads.load(keep(many, 8, False))["classes"].size


# What is left out, and said.

LEFT_OUT = {
    "no image": ({"reds/x.png": b"no image"}, "reds/x.png", "no image that can be read"),
    "cut off": ({"reds/x.png": picture()[:-200]}, "reds/x.png", "damaged or ends too early"),
    "empty file": ({"reds/x.png": b""}, "reds/x.png", "no image that can be read"),
    "another kind": ({"reds/notes.txt": b"hello"}, "reds/notes.txt", "By its name it is no image"),
    "a nested zip": ({"reds/more.zip": packed(GOOD)}, "reds/more.zip", "By its name it is no image"),
    "an svg": ({"reds/x.svg": b"<svg onload='alert(1)'/>"}, "reds/x.svg", "By its name it is no image"),
    "at the top": ({"x.png": picture()}, "x.png", "does not lie in the folder of a class"),
    "too deep": ({"reds/more/x.png": picture()}, "reds/more/x.png", "does not lie in the folder of a class"),
    "an empty folder": ({"greens/": b""}, "greens", "holds no picture"),
    "a folder of nothing readable": ({"greens/1.png": b"?"}, "greens", "holds no picture"),
    "a way out": ({"../../reds/x.png": picture()}, "../../reds/x.png", "leads out of the archive"),
    "a way out inside": ({"reds/../../x.png": picture()}, "reds/../../x.png", "leads out of the archive"),
    "a way out of Windows": ({"..\\reds\\x.png": picture()}, "../reds/x.png", "leads out of the archive"),
    "absolute": ({"/etc/x.png": picture()}, "/etc/x.png", "leads out of the archive"),
    "a drive": ({"C:\\reds\\x.png": picture()}, "C:/reds/x.png", "leads out of the archive"),
    "a name of 60,000": ({"reds/" + "x" * 60_000 + ".png": picture()}, "reds/" + "x" * 74 + "…", "leads out"),
    "a picture of 65 million": ({"reds/x.png": files.blank_png(8100, 8100)}, "reds/x.png", "million work here"),
    "a file of 21 MB": ({"reds/x.bmp": bytes(21_000_000)}, "reds/x.bmp", "at most 20 MB"),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_is_left_out_is_named_with_its_reason_and_the_rest_is_read(kind):
    more, name, reason = LEFT_OUT[kind]
    found = read(packed({**GOOD, **more}))
    assert found.classes == ("blues", "reds")
    assert len(found.labels) == 12
    assert reason in reasons(found)[name]


def entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


@pytest.mark.parametrize("mode", [0o120777, 0o020644, 0o010644])
def test_links_and_devices_are_left_out_and_never_followed(mode):
    target = str(Path(__file__).parents[2] / "README.md").encode()
    found = read(packed([*GOOD.items(), (entry("reds/link.png", mode), target)]))
    assert "link or a device" in reasons(found)["reds/link.png"]


def test_of_one_name_twice_the_first_is_taken():
    with pytest.warns(UserWarning, match="Duplicate"):
        content = packed([*GOOD.items(), ("reds/0.png", picture((0, 255, 0)))])
    found = read(content)
    assert "more than once" in reasons(found)["reds/0.png"]
    assert found.images[found.labels == 1][..., 1].max() < 100


@pytest.mark.parametrize("declared", [10, 90_000_000])
def test_a_member_that_lies_about_its_size_is_left_out(declared):
    content = packed({**GOOD, "reds/liar.png": b"x" * 54_321})
    found = read(patched(content, (54_321).to_bytes(4, "little"), declared.to_bytes(4, "little")))
    assert reasons(found)["reds/liar.png"].startswith(("It is damaged", "The file has 90.0 MB"))


def test_a_wrong_checksum_is_left_out():
    members = {**GOOD, "reds/x.png": picture(seed=77)}
    crc = zipfile.ZipFile(io.BytesIO(packed(members))).getinfo("reds/x.png").CRC
    found = read(patched(packed(members), crc.to_bytes(4, "little"), b"\1\2\3\4"))
    assert "It is damaged" in reasons(found)["reds/x.png"]


# What is refused.


def locked(content):
    """Every member marked as encrypted."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        parts = content.split(mark)
        flags = place - len(mark)
        content = mark.join([parts[0], *(p[:flags] + bytes([p[flags] | 1]) + p[flags + 1 :] for p in parts[1:])])
    return content


def bomb(count, size):
    """Members that unpack to so many zeros each."""
    return packed({**GOOD, **{f"reds/bomb{n}.png": bytes(size) for n in range(count)}})


class Harm:
    """What would run if it were unpickled."""

    def __reduce__(self):
        return os.system, ("touch /tmp/own_images_was_unpickled",)


def objects():
    file = io.BytesIO()
    np.save(file, np.array([Harm(), Harm()], object), allow_pickle=True)
    return packed({"x.npy": file.getvalue(), "y.npy": file.getvalue()})


def claimed(shape, content=b"", **header):
    labels = io.BytesIO()
    np.save(labels, numbers()[1])
    return packed({"x.npy": files.header_of(shape, **header) + content, "y.npy": labels.getvalue()})


PIXELS, LABELS = numbers()
REFUSED = {
    "nothing": (lambda: b"", "no zip or npz archive"),
    "text": (lambda: b"hello" * 100, "no zip or npz archive"),
    "one picture": (lambda: picture(), "no zip or npz archive"),
    "cut off": (lambda: packed(GOOD)[:-50], "no zip or npz archive"),
    "an npy file": (lambda: files.header_of((2, 2)) + bytes(4), "no zip or npz archive"),
    "a pickle": (lambda: pickle.dumps(Harm()), "no zip or npz archive"),
    "no member": (lambda: packed({}), "holds no pictures"),
    "only a text": (lambda: packed({"a/b.txt": b"x"}), "No picture of the zip can be read (1 files left out)"),
    "no folders": (lambda: packed({f"{n}.png": picture() for n in range(9)}), "(class/picture)"),
    "folders in folders": (
        lambda: packed({f"{part}/{name}": c for part in ("train", "test") for name, c in GOOD.items()}),
        "does not lie in the folder of a class",
    ),
    "one class": (lambda: packed(folders(("reds",))), "All pictures are of one class (reds)"),
    "one class and an empty one": (lambda: packed({**folders(("reds",)), "blues/": b""}), "of one class (reds)"),
    "three of a class": (
        lambda: packed({**GOOD, **folders(("greens",), each=3)}),
        "Pictures of the class greens: 3. Each class needs at least 4",
    ),
    "21 classes": (lambda: packed(folders([f"c{n}" for n in range(21)], each=4)), "There are 21 classes; at most 20"),
    "a password": (lambda: locked(packed(GOOD)), "locked with a password"),
    "bzip2": (lambda: packed(GOOD, zipfile.ZIP_BZIP2), "a method that is not read here"),
    "lzma": (lambda: packed(GOOD, zipfile.ZIP_LZMA), "a method that is not read here"),
    "a bomb of 300 MB": (lambda: bomb(15, 20_000_000), "says that it holds 300 MB unpacked"),
    "too many files": (
        lambda: packed({f"reds/{n}.txt": b"" for n in range(MAXIMUM_MEMBERS + 1)}, zipfile.ZIP_STORED),
        "holds more than 25,000 files",
    ),
    "too many pictures": (
        lambda: packed({f"reds/{n}.png": b"" for n in range(10_001)}, zipfile.ZIP_STORED),
        "holds 10,001 pictures; at most 10,000",
    ),
    "too many pixels": (
        lambda: packed({f"{c}/{n}.png": files.blank_png(6000, 6000) for c in "ab" for n in range(2)}),
        "too many pixels to read them all",
    ),
    "a file of 65 MB": (lambda: bytes(MAXIMUM_MEGABYTES * 1_000_000 + 1), "The file has 64.0 MB; at most 64 MB"),
    "pickled objects": (objects, "holds Python objects (pickle), which are never opened"),
    "no y": (lambda: arrays(x=PIXELS), "The npz holds x; it needs the arrays x and y"),
    "other names": (lambda: arrays(images=PIXELS, labels=LABELS), "The npz holds images, labels; it needs"),
    "fewer labels": (lambda: arrays(x=PIXELS, y=LABELS[:-1]), "y has the shape (11,); it needs one class for each"),
    "one-hot labels": (lambda: arrays(x=PIXELS, y=np.eye(2)[LABELS]), "y has the shape (12, 2)"),
    "labels of fractions": (lambda: arrays(x=PIXELS, y=LABELS / 3), "y holds float64; classes are whole numbers"),
    "flat pictures": (lambda: arrays(x=PIXELS.reshape(12, -1), y=LABELS), "x has the shape (12, 300); pictures are"),
    "four channels": (lambda: arrays(x=np.zeros((12, 8, 8, 4), np.uint8), y=LABELS), "with 1 or 3 channels"),
    "no pictures": (lambda: arrays(x=np.zeros((0, 8, 8)), y=np.zeros(0, int)), "x has the shape (0, 8, 8)"),
    "texts as pictures": (lambda: arrays(x=np.full((12, 8, 8), "a"), y=LABELS), "x holds <U1; pictures are numbers"),
    "records": (lambda: claimed((12, 8, 8), bytes(768), dtype=[("a", "|u1")]), "pictures are numbers"),
    "NaN": (lambda: arrays(x=np.where(PIXELS > 200, np.nan, 0.5), y=LABELS), "x holds NaN or infinity"),
    "infinity": (lambda: arrays(x=np.full((12, 8, 8), np.inf), y=LABELS), "NaN or infinity, first in picture 1"),
    "below 0": (lambda: arrays(x=PIXELS / 127.5 - 1, y=LABELS), "x holds numbers from -1 to"),
    "16 bits": (lambda: arrays(x=PIXELS.astype(np.uint16) * 256, y=LABELS), "pictures are 0 to 1 or 0 to 255"),
    "a class each": (lambda: arrays(x=PIXELS, y=np.arange(12)), "Pictures of the class 0: 1"),
    "2,000 classes": (
        lambda: arrays(x=np.zeros((2000, 8, 8), np.uint8), y=np.arange(2000)),
        "y holds 2,000 different values, too many for classes",
    ),
    "a shape of 10 TB": (lambda: claimed((10**7, 1000, 1000)), "10,000,000 MB; at most 200 MB"),
    "a shape without end": (lambda: claimed((10**40, 10**40, 3)), "at most 200 MB"),
    "a shape below 0": (lambda: claimed((-1, 8, 8)), "x.npy in the npz is damaged"),
    "a shape of more than is there": (lambda: claimed((1000, 8, 8), bytes(64)), "x.npy in the npz is damaged"),
    "a header of code": (
        lambda: claimed("__import__('os').system('touch /tmp/own_images_was_run')", bytes(64)),
        "x.npy in the npz is damaged",
    ),
    "a header of brackets": (lambda: claimed("(" * 5000 + ")" * 5000), "x.npy in the npz is damaged"),
    "an unknown version": (lambda: claimed((12, 8, 8), bytes(768), version=(9, 9)), "x.npy in the npz is damaged"),
    "no array": (lambda: packed({"x.npy": b"hello", "y.npy": b"hello"}), "x.npy in the npz is damaged"),
    "61,000 pictures": (
        lambda: arrays(x=np.zeros((61_000, 8, 8), np.uint8), y=np.arange(61_000) % 2),
        "x holds 61,000 pictures; at most 60,000",
    ),
    "too many for 64 MB": (
        lambda: arrays(x=np.zeros((5_300, 64, 64, 3), np.uint8), y=np.arange(5_300) % 2),
        "There are too many pictures to keep them all",
    ),
    "an npz with a password": (lambda: locked(arrays(x=PIXELS, y=LABELS)), "locked with a password"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_taken_is_one_sentence_soon(kind):
    make, sentence = REFUSED[kind]
    content = make()
    begun = time.process_time()
    problem = said(content)
    assert time.process_time() - begun < SECONDS
    assert sentence in problem
    assert "{" not in problem
    assert problem.endswith((".", ")", "?")), problem
    assert not list(Path("/tmp").glob("own_images_was_*"))


def test_a_directory_that_states_nonsense_is_a_sentence():
    content = packed(GOOD)
    start = content.index(b"PK\x05\x06")
    for place in range(start + 4, start + 20, 2):
        assert tried(content[:place] + b"\xff\xff" + content[place + 2 :])


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_is_a_sentence_or_is_left_out(seed):
    chance = np.random.default_rng(seed)
    content = bytearray([packed(GOOD), arrays(x=PIXELS, y=LABELS)][seed % 2])
    for place in chance.integers(0, len(content), 12):
        content[place] = chance.integers(256)
    found = tried(bytes(content))
    assert found if isinstance(found, str) else len(found.labels) == len(found.images)


def test_nothing_beside_the_upload_is_opened(monkeypatch):
    read(packed(GOOD))  # what is imported on the way is imported now
    made = [make() for make, _ in REFUSED.values() if make is not REFUSED["too many files"][0]]
    made += [packed({**GOOD, **more}) for more, _name, _reason in LEFT_OUT.values()]

    def refuse(*given, **_settings):
        raise AssertionError(given)

    for owner, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "system"), (socket, "socket")):
        monkeypatch.setattr(owner, name, refuse)
    for content in made:
        assert tried(content)


HEAVY = """
import re, sys, time
import image_files as files
from pathlib import Path
from explorer.datasets.own_images import keep, read
from explorer.messages import ExplorerError

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000

read(files.packed(files.folders()))
content = Path(sys.argv[1]).read_bytes()
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
before, begun = peak(), time.process_time()
try:
    keep(read(content), 28, False)
except ExplorerError as error:
    print(error, file=sys.stderr)
print([time.process_time() - begun, peak() - before])
"""

HEAVIEST = {
    "a bomb of 250 MB": lambda: bomb(12, 20_000_000),
    "a picture of 64 million": lambda: packed({**GOOD, "reds/x.png": files.blank_png(8000, 8000)}),
    "numbers of 188 MB": lambda: arrays(
        x=np.zeros((60_000, 28, 28), np.float32) + np.float32(0.5), y=np.arange(60_000) % 10
    ),
    "the order of Fortran": lambda: arrays(
        x=np.asfortranarray(np.zeros((5_000, 64, 64, 3), np.uint8) + 9), y=np.arange(5_000) % 2
    ),
    "10,000 pictures": lambda: packed(dict(zip(_names(10_000), [picture(seed=1)] * 10_000, strict=True))),
    "an endless line": lambda: packed({**GOOD, "reds/x.png": files.blank_png(60_000_000, 1)}),
}


def _names(count):
    return [f"{'ab'[n % 2]}/{n}.png" for n in range(count)]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("kind", HEAVIEST)
def test_time_and_memory_are_bounded(kind, tmp_path):
    path = tmp_path / "heavy"
    path.write_bytes(HEAVIEST[kind]())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[1], *sys.path)))}
    command = [sys.executable, "-c", HEAVY, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    seconds, megabytes = json.loads(done.stdout)
    print(f"{kind}: {seconds:.1f} s, {megabytes:.0f} MB {done.stderr}")
    assert megabytes < MEGABYTES
    assert seconds < SECONDS
