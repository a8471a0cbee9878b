"""python -m benchmarks [NAME ...]: measure, one JSON line per figure."""

from __future__ import annotations

import importlib
import sys

DEFAULT = ("trace", "start", "controls", "first-point", "training", "memory")
NAMES = (
    *DEFAULT,
    "convolution",
    "filters",
    "augmentation",
    "recurrence",
    "training-ideas",
    "training-full",
    "classroom",
    "faults",
    "hosted-memory",
)


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; choose from: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    missed = []
    for name in wanted or DEFAULT:
        module = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
        for figure in module.run():
            print(figure.to_json(), flush=True)
            if not figure.ok:
                missed.append(figure.name)
    if missed:
        print(f"Goals missed: {', '.join(missed)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
