"""The table of the settings has exactly the variables that the code reads, with the limits' own values."""

import dataclasses
import re
from pathlib import Path

import pytest

from explorer.training.bounds import Limits

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"EXPLORER_[A-Z_]*[A-Z]")
ROW = re.compile(r"^\| `(EXPLORER_[A-Z_]+)` \|(.*)\|$", re.MULTILINE)
SOURCES = [ROOT / "app.py", *(path for folder in ("explorer", "pages") for path in (ROOT / folder).rglob("*.py"))]
ROWS = dict(ROW.findall((ROOT / "docs/hosting.md").read_text(encoding="utf-8")))


def used(path):
    return set(VARIABLE.findall(path.read_text(encoding="utf-8")))


def test_the_table_has_the_variables_of_the_code():
    assert set(ROWS) == set().union(*map(used, SOURCES))


@pytest.mark.parametrize("folder", ["scripts", "benchmarks", "deploy", ".github"])
def test_nothing_else_sets_a_variable_that_nobody_reads(folder):
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yml", ".yaml", ".conf", ".sh")]
    for path in [*files, ROOT / "Makefile", *ROOT.glob("Dockerfile"), *ROOT.glob("compose.yaml")]:
        assert used(path) <= set(ROWS), path


@pytest.mark.parametrize("limit", dataclasses.fields(Limits), ids=lambda limit: limit.name)
def test_the_limits_are_those_of_the_code(limit):
    *_meaning, local, hosted = (cell.strip() for cell in ROWS[limit.metadata["variable"]].split("|"))
    assert (local, hosted) == (f"{limit.default:,}", f"{limit.metadata['hosted']:,}")
