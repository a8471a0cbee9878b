"""Feed made-up input to all that reads strangers' input, until something breaks.

python -m scripts.fuzz [--kinds models links ...] [--seconds 600] [--seed 1] [--case 17]

A case fails if it raises anything but a sentence for the reader, needs more than 5 seconds of
the processor, makes the process grow by more than 500 MB, or ends it. Case 17 of seed 1 is the
same input wherever it is drawn; the input of a failed case is kept in a file. What the libraries
that read models do to their process is confined in the app (`explorer/archive/apart.py`): a file
that breaks them fails only if it does so there, too.
"""

from __future__ import annotations

import argparse
import sys

from scripts.fuzz.files import fuzz_files
from scripts.fuzz.kinds import KINDS
from scripts.fuzz.pages import PAGE_KINDS, fuzz_pages


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = [*KINDS, *PAGE_KINDS]
    parser.add_argument("--kinds", nargs="+", choices=every, default=every)
    parser.add_argument("--seconds", type=float, default=600, help="for each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="this one alone")
    asked = parser.parse_args(arguments)
    failures = []
    for kind in asked.kinds:
        fuzz = fuzz_files if kind in KINDS else fuzz_pages
        failures += fuzz(kind, asked.seed, asked.seconds, asked.case)
    print(f"{len(failures)} failures" if failures else "Nothing broke.")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
