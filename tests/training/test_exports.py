"""A run as files: names that no file system stumbles over, tables that no spreadsheet computes."""

import csv
import io
import json

import pytest

from explorer import archive
from explorer.training import exports
from explorer.training.record import RunRecord
from explorer.training.store import SHIPPED, Run, Store


@pytest.fixture
def run():
    return Store(SHIPPED).open("cnn-one-block")


def test_the_history_has_a_row_for_each_epoch(run):
    rows = list(csv.DictReader(io.StringIO(exports.history_csv(run.record))))
    assert [int(row["epoch"]) for row in rows] == [result.epoch for result in run.record.history]
    assert [float(row["val_loss"]) for row in rows] == [result.val_loss for result in run.record.history]


def test_the_description_is_read_back(run):
    assert RunRecord.from_dict(json.loads(exports.run_json(run.record))) == run.record


def test_the_kept_file_is_handed_out_as_it_is(run):
    assert exports.model_file(run) == run.model_file.read_bytes()


def test_a_run_without_a_file_is_written_from_its_last_snapshot(run, tmp_path):
    folder = tmp_path / run.record.id
    folder.mkdir()
    for name in ("run.json", "snapshots.npz"):
        (folder / name).write_bytes((run.folder / name).read_bytes())
    other = Run(folder, run.record)
    assert exports.has_model(other)
    written = archive.read(exports.model_file(other))
    network = other.network(other.kept_epoch)
    assert written.spec == run.record.spec
    assert (written.weights["conv2d_1"]["kernel"] == network.weights["conv2d_1"]["kernel"]).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cnn · adam 0.001 · 60,000", "cnn-adam-0.001-60-000.keras"),
        ("../../etc/passwd", "etc-passwd.keras"),
        ('a"b\\c/d:e*f?<g>|h', "a-b-c-d-e-f-g-h.keras"),
        ("", "run.keras"),
        ("...", "run.keras"),
        ("😀", "run.keras"),
        ("나의 모형", "나의-모형.keras"),
        ("x" * 300, "x" * 60 + ".keras"),
        ("line\nbreak\x00", "line-break.keras"),
    ],
)
def test_file_names(name, expected):
    assert exports.file_name(name, ".keras") == expected


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("-0.5", "-0.5"),
        (-0.5, -0.5),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_is_a_formula(cell, written):
    assert exports.safe_cell(cell) == written


def test_a_table_with_commas_quotes_and_line_breaks_is_read_back():
    text = exports.table_csv(("name", "value"), [('a,"b"\nc', 1.5), ("=x", -2)])
    assert list(csv.reader(io.StringIO(text))) == [["name", "value"], ['a,"b"\nc', "1.5"], ["'=x", "-2"]]


def test_a_run_that_has_kept_nothing_has_no_model(run, tmp_path):
    assert not exports.has_model(Run(tmp_path, run.record))
