"""What is fed with made-up files: of each kind the good ones that the bad ones are made from, and what reads them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import h5py
import numpy as np
from PIL import Image

from explorer import archive, images
from explorer.archive import apart
from explorer.datasets import own_images, own_series, own_text, written
from explorer.lessons.task import from_query
from explorer.messages import ExplorerError
from explorer.text import fit, pad_sequences, tokenise
from explorer.training import uploaded
from scripts.fuzz import changes

ROOT = Path(__file__).parents[2]
_SMALL = 300_000


@dataclass(frozen=True)
class Kind:
    """`seeds` are good inputs, `change` spoils one, and `read` is what a page does with it; it may refuse it."""

    seeds: Callable[[], Sequence[bytes]]
    change: Callable[[Random, bytes], bytes]
    read: Callable[[bytes], object]

    def drawn(self, random: Random) -> bytes:
        return self.change(random, random.choice(self.seeds()))


@lru_cache(maxsize=1)
def _models() -> Sequence[bytes]:
    found = [path.read_bytes() for path in sorted((ROOT / "trained").glob("*/model.keras"))]
    small = [content for content in found if len(content) < _SMALL] or found[:1]
    return (*small, *map(_legacy, small))


def _legacy(content: bytes) -> bytes:
    """The same model as Keras 2 kept it, in one HDF5 file."""
    out, model = io.BytesIO(), archive.read(content)
    with zipfile.ZipFile(io.BytesIO(content)) as file, h5py.File(out, "w") as new:
        new.attrs["model_config"] = file.read("config.json").decode()
        for layer, weights in model.weights.items():
            group = new.create_group(f"model_weights/{layer}")
            group.attrs["weight_names"] = [f"{layer}/{name}:0".encode() for name in weights]
            for name, values in weights.items():
                group[f"{layer}/{name}:0"] = values
    return out.getvalue()


def _changed_model(random: Random, good: bytes) -> bytes:
    if random.random() < 0.3 or not zipfile.is_zipfile(io.BytesIO(good)):
        return changes.changed_bytes(random, good)
    return changes.changed_zip(random, good, _changed_model_part)


def _changed_model_part(random: Random, name: str, content: bytes) -> bytes:
    if not name.endswith(".json") or random.random() < 0.1:
        return changes.changed_bytes(random, content)
    return json.dumps(changes.changed_json(random, json.loads(content))).encode()


def _read_model(content: bytes) -> object:
    return uploaded.fits(archive.read_part(content, apart.MAXIMUM_BYTES))


@lru_cache(maxsize=1)
def _tables() -> Sequence[bytes]:
    days = "\n".join(f"2024-01-{day:02d},{day * 1.5},{100 - day},{day % 3}" for day in range(1, 29))
    words = "\n".join(f'"{word} and, ""more"" of it",{place % 3}' for place, word in enumerate("abcdefghijkl" * 3))
    korean = "\n".join(
        f"재미있는 영화 {place};긍정" if place % 2 else f"지루한 영화 {place};부정" for place in range(40)
    )
    texts = (f"date,open,close,kind\n{days}", f"text,label\n{words}", f"글;느낌\n{korean}")
    return (*(text.encode() for text in texts), texts[2].encode("cp949"), texts[0].replace(",", "\t").encode("utf-16"))


def _changed_table(random: Random, good: bytes) -> bytes:
    if random.random() < 0.3:
        return changes.changed_bytes(random, good)
    rows = [line.split(",") for line in good.decode("utf-8", "replace").splitlines()]
    for _ in range(random.randint(1, 5)):
        row = random.choice(rows)
        row[random.randrange(len(row))] = random.choice((changes.text(random), str(changes.number(random))))
    return "\n".join(",".join(row) for row in rows * random.choice((1, 1, 1, 40))).encode("utf-8", "replace")


def _read_table(content: bytes) -> object:
    """Both pages that take tables: texts with classes, and series; one of them nearly always refuses."""
    return _each(lambda: _labelled(content), lambda: own_series.read_series(content))


def _labelled(content: bytes) -> object:
    table = own_text.read(content)
    return own_text.labelled(table, table.columns[0], table.columns[-1])


def _each(*reads: Callable[[], object]) -> list[object]:
    """What each gives or refuses; refused as a whole if all refuse."""
    found, refusals = [], []
    for read in reads:
        try:
            found.append(read())
        except ExplorerError as error:
            refusals.append(error)
    if not found and refusals:
        raise refusals[0]
    return found


@lru_cache(maxsize=1)
def _pictures() -> Sequence[bytes]:
    pixels = np.random.default_rng(1).integers(0, 255, (24, 32, 3), np.uint8)
    found = []
    colours, deep = Image.fromarray(pixels), Image.fromarray(pixels[..., 0].astype(np.uint16))
    kinds = dict.fromkeys(("PNG", "JPEG", "WEBP", "BMP", "TIFF"), colours)
    for kind, picture in (*kinds.items(), ("GIF", colours.convert("P")), ("PNG", deep), ("TIFF", deep)):
        file = io.BytesIO()
        picture.save(file, kind)
        found.append(file.getvalue())
    return found


def _read_picture(content: bytes) -> object:
    return images.decode(content)


@lru_cache(maxsize=1)
def _archives() -> Sequence[bytes]:
    folders, arrays = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(folders, "w") as file:
        for place, picture in enumerate(_pictures() * 2):
            file.writestr(f"{'cats' if place % 2 else '개'}/{place}.{('png', 'jpg', 'webp')[place % 3]}", picture)
    x = np.random.default_rng(2).integers(0, 255, (24, 10, 10, 3), np.uint8)
    np.savez_compressed(arrays, x=x, y=np.arange(24) % 3)
    return folders.getvalue(), arrays.getvalue()


def _changed_archive(random: Random, good: bytes) -> bytes:
    if random.random() < 0.3:
        return changes.changed_bytes(random, good)
    return changes.changed_zip(random, good, lambda random, _name, content: changes.changed_bytes(random, content))


def _read_archive(content: bytes) -> object:
    return own_images.read(content)


def _texts() -> Sequence[bytes]:
    return b"The film was great, wasn't it?", "오늘 날씨가 좋다.\n내일도".encode(), b"1 0 2\n3 4", b"12+7=19\n"


def _changed_text(random: Random, good: bytes) -> bytes:
    changed = changes.changed_text(random, good.decode("utf-8", "replace"))
    return changed.encode("utf-8", "replace") if random.random() < 0.8 else changes.changed_bytes(random, good)


def _read_text(content: bytes) -> object:
    """All that becomes of a pasted or given text: tokens, ids, rows, a vocabulary, a task in a link."""
    text = written.cleaned(written.decoded(content))
    for level in written.LEVELS:
        assert "".join(written.split(text, level)) == text
    words = tokenise(text).words
    pad_sequences([fit([words]).encode(words).sequence], 20)
    return from_query(lambda name: [text, text[:3]])


KINDS = {
    "models": Kind(_models, _changed_model, _read_model),
    "tables": Kind(_tables, _changed_table, _read_table),
    "pictures": Kind(_pictures, changes.changed_bytes, _read_picture),
    "archives": Kind(_archives, _changed_archive, _read_archive),
    "texts": Kind(_texts, _changed_text, _read_text),
}
"""By name; the pages' links are in `pages`."""


def confined(content: bytes) -> bool:
    """Whether the app's own process for strangers' models survives a file, and says something of it."""
    try:
        apart.read_part(content)
    except ExplorerError as error:
        return bool(str(error))
    return True
