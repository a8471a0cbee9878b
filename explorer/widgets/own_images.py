"""Images that a reader brings: the archive, the size that they are given, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, TEST, TRAIN, own_images
from explorer.datasets.image_archives import MAXIMUM_MEGABYTES, Pictures
from explorer.datasets.splitting import SEED
from explorer.figures.samples import samples_figure
from explorer.messages import N_, ExplorerError, Message
from explorer.widgets import figure, link, shell
from explorer.widgets.language import _, md, t

NAME = "own-images"
USUAL_SIZE = 32
SIZES = (8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64)
"""A few sizes, as the images are kept once for each that is tried."""
SHOWN_SAMPLES, SHOWN_ROWS, SHOWN_FILES = 6, 4, 10


@dataclass(frozen=True)
class _Given:
    """The last archive of a session that could be read."""

    name: str
    pictures: Pictures


@dataclass(frozen=True)
class _Kept:
    """What came of an archive at a size, in colour or not: the variant, or what is wrong."""

    form: tuple[int, bool]
    variant: str | None = None
    problem: Message | None = None


def choose(key: str) -> str | None:
    """Draw the form; returns the variant of "own-images" that the images are kept as, None while there is none.

    The last good archive stays through reruns and page changes, and its images are in the link
    under `key`, so that they outlive a reload of the page.
    """
    link.restore(key, _still_kept)
    _take(key)
    given: _Given | None = st.session_state.get(f"{key}-given")
    if given is not None:
        kept = _kept(key, given, _form(key, given.pictures))
        st.session_state[key] = kept.variant
        if kept.problem is not None:
            st.error(md(kept.problem), icon=":material/error:")
    variant: str | None = st.session_state.get(key)
    link.keep(key, variant)
    if variant is None:
        return None
    try:
        _found(variant, key)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    if given is not None:
        _told(given.pictures)
    return variant


def _still_kept(text: str) -> str:
    """The link's variant, if it is kept here."""
    try:
        own_images.OwnImages().counts(text)
    except ExplorerError as error:
        raise ValueError(text) from error
    return text


def _take(key: str) -> None:
    """Read an archive once; one that cannot be read is told, and the last good one stays."""
    file: Any = st.file_uploader(
        t(
            N_("A zip with a folder of pictures for each class, or an npz with x and y; at most {size} MB"),
            size=MAXIMUM_MEGABYTES,
        ),
        type=["zip", "npz"],
        key=f"{key}-upload",
        max_upload_size=MAXIMUM_MEGABYTES,
        help=t(
            N_(
                "Folders hold PNG, JPEG, WebP, GIF, BMP or TIFF files. In an npz, x has the shape (n, height, width) "
                "with 1 or 3 channels at the end if you like, and y one class for each. {fewest} to {most} classes."
            ),
            fewest=own_images.FEWEST_CLASSES,
            most=own_images.MOST_CLASSES,
        ),
    )
    if file is None:
        return
    tried = f"{key}-tried"
    if st.session_state.get(tried, (None, None))[0] != file.file_id:
        try:
            with st.spinner(_("Reading the pictures…")):
                st.session_state[f"{key}-given"] = _Given(file.name, own_images.read(file.getvalue()))
            st.session_state.pop(f"{key}-kept", None)
            st.session_state[tried] = (file.file_id, None)
        except ExplorerError as error:
            st.session_state[tried] = (file.file_id, error.problem)
    problem = st.session_state[tried][1]
    if problem is not None:
        st.error(md(problem), icon=":material/error:")


def _form(key: str, pictures: Pictures) -> tuple[int, bool]:
    """The size of the images, and whether they keep their colours."""
    left, right = st.columns(2)
    with left:
        size = _size(f"{key}_size", pictures.images.shape[1])
    with right:
        names = {"colour": _("colour"), "grey": _("grey")} if pictures.images.shape[-1] == 3 else {"grey": _("grey")}
        colours = link.segmented(_("Colours"), names, f"{key}_colours")
    return size, colours == "colour"


def _size(key: str, side: int) -> int:
    """At first the largest of the usual sizes that does not enlarge the pictures."""
    usual = max((size for size in SIZES if size <= min(USUAL_SIZE, side)), default=SIZES[0])
    link.restore(key, link.one_of(SIZES))
    chosen = st.select_slider(
        _("Size"),
        SIZES,
        usual,
        key=key,
        persist_state="session",
        help=_("Pixels of each side. Larger images show more and train more slowly."),
    )
    link.keep(key, chosen, usual)
    return int(chosen)


def _kept(key: str, given: _Given, form: tuple[int, bool]) -> _Kept:
    """Keep the images, once for each choice of their size and colours."""
    place = f"{key}-kept"
    kept: _Kept | None = st.session_state.get(place)
    if kept is None or kept.form != form:
        try:
            with st.spinner(_("Scaling the pictures…")):
                kept = _Kept(form, own_images.keep(given.pictures, *form))
        except ExplorerError as error:
            kept = _Kept(form, problem=error.problem)
        st.session_state[place] = kept
    return kept


@dataclass(frozen=True)
class _Summary:
    """A few images of each class, how many it has, and the counts of both parts."""

    rows: tuple[np.ndarray, ...]
    counts: tuple[int, ...]
    train: int
    test: int


@st.cache_resource(max_entries=16, show_spinner=False)
def _summary(variant: str) -> _Summary:
    train, test = (DATASETS[NAME].load(variant, part) for part in (TRAIN, TEST))
    places = range(DATASETS[NAME].task(variant).units)
    rows = tuple(train.inputs[train.labels == place][:SHOWN_SAMPLES].copy() for place in places)
    counts = tuple(int((train.labels == place).sum() + (test.labels == place).sum()) for place in places)
    return _Summary(rows, counts, len(train.labels), len(test.labels))


def _found(variant: str, key: str) -> None:
    """How many images there are and what a few of each class look like."""
    found, task = _summary(variant), DATASETS[NAME].task(variant)
    size, _width, channels = task.input_shape
    st.caption(
        md(
            N_(
                "{train} images to train and {test} to test: a fifth of each class, drawn with seed {seed}. "
                "Each is the middle square of its picture, scaled to {size} × {size} × {channels}."
            ),
            train=f"{found.train:,}",
            test=f"{found.test:,}",
            seed=SEED,
            size=size,
            channels=channels,
        )
    )
    names = [f"{t(name)} · {count:,}" for name, count in zip(task.classes, found.counts, strict=True)]
    title = _("Some training images of each class")
    drawn = samples_figure(found.rows, names, title, dark=shell.dark())
    many = len(names) > SHOWN_ROWS
    with st.container(height=300 if many else "content", border=False):
        figure.show(drawn, f"{key}-samples", f"{title}: {', '.join(names)}")


def _told(pictures: Pictures) -> None:
    """How the numbers were taken, and what was left out."""
    for note in pictures.notes:
        st.caption(md(note))
    if not pictures.left_out:
        return
    with st.expander(t(N_("Left out: {count}"), count=f"{len(pictures.left_out):,}"), icon=":material/rule:"):
        for left in pictures.left_out[:SHOWN_FILES]:
            st.caption(md(N_("{name}: {reason}"), name=left.name, reason=left.reason))
        if len(pictures.left_out) > SHOWN_FILES:
            st.caption(md(N_("and {count} more"), count=f"{len(pictures.left_out) - SHOWN_FILES:,}"))
