"""Choosing a picture: a sample photo, a file of the reader's own, or one from the camera."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer import images
from explorer.figures import photo
from explorer.messages import N_, ExplorerError
from explorer.widgets import link
from explorer.widgets.language import _, escape, md, t

SAMPLES = {"china": N_("Temple (sample photo)"), "flower": N_("Flower (sample photo)")}
"""scikit-learn's two photos, 640 × 427, by name."""

TALLEST = 330
"""Pixels of the screen that an upright picture may take from top to bottom."""

UPLOAD, CAMERA = "upload", "camera"
_OWN = {UPLOAD: N_("A file of mine"), CAMERA: N_("My camera")}


@st.cache_resource(max_entries=8, show_spinner=False)
def sample(name: str, longest: int = 1024) -> np.ndarray:
    """One of SAMPLES as (height, width, 3) of uint8 RGB, read-only.

    Raises:
        ExplorerError: if the file is damaged.
    """
    # Asking where scikit-learn lies does not import it, which would take a second.
    found = importlib.util.find_spec("sklearn")
    folder = Path(str(found and found.origin)).parent / "datasets" / "images"
    return _kept((folder / f"{name}.jpg").read_bytes(), longest)


def choose(key: str, *, samples: Sequence[str] = tuple(SAMPLES), longest: int = 1024) -> np.ndarray | None:
    """The picture that the reader chose, (height, width, 3) of uint8 RGB, read-only.

    A file that cannot be read is told where it was given, and the last good picture stays.
    None only without `samples`, as long as the reader has given nothing.
    """
    source = _source(key, samples)
    if source in SAMPLES:
        st.session_state[_last(key)] = sample(source, longest)
    else:
        _GIVE[source](key, longest)
    chosen: np.ndarray | None = st.session_state.get(_last(key))
    if chosen is None and samples:
        chosen = sample(samples[0], longest)
    return chosen


def show(picture: np.ndarray, title: str) -> None:
    """Draw a uint8 picture, grey or RGB, with its title: as wide as there is room for, but not too tall."""
    height, width = picture.shape[:2]
    room: Any = "stretch" if height < 0.8 * width else max(1, round(TALLEST * width / height))
    st.image(photo.jpeg(picture), caption=escape(title), width=room, alt=title)


def _source(key: str, samples: Sequence[str]) -> str:
    """Where the picture comes from. Only a sample goes into the link: nobody else has the reader's file or camera."""
    names = {**{name: SAMPLES[name] for name in samples}, **_OWN}
    link.restore(key, link.one_of(samples))
    link.limit(key, names)
    chosen = st.selectbox(
        _("Picture"), list(names), key=key, format_func=lambda name: _(names[name]), persist_state="session"
    )
    default = samples[0] if samples else None
    link.keep(key, chosen if chosen in samples else default, default)
    return str(chosen)


def _upload(key: str, longest: int) -> None:
    megabytes = images.MAXIMUM_BYTES // 1_000_000
    file = st.file_uploader(
        t(N_("One picture of at most {size} MB"), size=megabytes),
        type=list(images.SUFFIXES),
        key=f"{key}-{UPLOAD}",
        max_upload_size=megabytes,
    )
    _take(key, file, longest)


def _camera(key: str, longest: int) -> None:
    """The camera is asked for only here, once the reader has chosen it."""
    _take(key, st.camera_input(_("Take a picture"), key=f"{key}-{CAMERA}", resolution="480p"), longest)


_GIVE: dict[str, Callable[[str, int], None]] = {UPLOAD: _upload, CAMERA: _camera}


def _take(key: str, file: Any, longest: int) -> None:
    """Decode a file once, and keep its picture if it is one."""
    if file is None:
        return
    tried = f"{key}-tried"
    if st.session_state.get(tried, (None, None))[0] != file.file_id:
        try:
            st.session_state[_last(key)] = _kept(file.getvalue(), longest)
            st.session_state[tried] = (file.file_id, None)
        except ExplorerError as error:
            st.session_state[tried] = (file.file_id, error.problem)
    problem = st.session_state[tried][1]
    if problem is not None:
        st.error(md(problem), icon=":material/broken_image:")


def _kept(content: bytes, longest: int) -> np.ndarray:
    picture = images.decode(content, longest)
    picture.setflags(write=False)
    return picture


def _last(key: str) -> str:
    return f"{key}-picture"
