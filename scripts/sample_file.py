"""Writes the embedded samples: the same arrays always give the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as np.savez would, but without the time of day."""
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", FIXED_TIME), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)
