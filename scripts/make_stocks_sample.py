"""Make the embedded stock prices from the data that comes with Plotly: python -m scripts.make_stocks_sample"""

import csv
import gzip
import io
import zipfile
from importlib import resources

import numpy as np

from explorer.datasets.series_sources import STOCKS_FILE

FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    packed = resources.files("plotly").joinpath("package_data", "datasets", "stocks.csv.gz").read_bytes()
    head, *rows = csv.reader(io.StringIO(gzip.decompress(packed).decode()))
    arrays = {
        "dates": np.array([row[0] for row in rows], "datetime64[s]"),
        "columns": np.array(head[1:]),
        "values": np.array([row[1:] for row in rows], np.float64),
    }
    with zipfile.ZipFile(STOCKS_FILE, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            # A fixed time of day, so that the same data gives the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", FIXED_TIME), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)
    print(f"{STOCKS_FILE}: {len(rows)} weeks of {', '.join(head[1:])}, {STOCKS_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
