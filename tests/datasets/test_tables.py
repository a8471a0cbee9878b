"""Tables that readers bring: encodings, delimiters, headers, and what is no table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.datasets.tables import Bounds, read_table
from explorer.messages import ExplorerError

ROWS = "이름,값\n가,1\n나,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings_of_korean_files_are_found(encoding):
    table = read_table(ROWS.encode(encoding))
    assert table.columns == ("이름", "값")
    assert table.rows == (("가", "1"), ("나", "2"))


def test_western_text_that_is_no_cp949_is_read():
    assert read_table("name,caf\xe9\nx,1\n".encode("cp1252")).columns == ("name", "café")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter):
    lines = ["date", "value"], ["2024-01-01", "1"], ["2024-01-02", "2"]
    table = read_table("\n".join(map(delimiter.join, lines)).encode())
    assert table.delimiter == delimiter
    assert table.column("value") == ["1", "2"]


def test_a_decimal_comma_does_not_pass_for_a_delimiter():
    table = read_table(b"a;b\n1,5;2,5\n3;4,5\n5,1;6\n")
    assert table.delimiter == ";"
    assert table.rows[0] == ("1,5", "2,5")


def test_quoted_cells_keep_delimiters_and_lines():
    table = read_table(b'text,label\r\n"a, ""b""\r\nc",good\r\nd,bad\r\n')
    assert table.rows == (('a, "b"\r\nc', "good"), ("d", "bad"))
    assert table.lines == (3, 4)


def test_a_file_without_names_gets_some():
    assert read_table(b"1,2\n3,4\n").columns == ("column 1", "column 2")


def test_names_are_all_different_and_short():
    columns = read_table(b"a,a,," + b"x" * 100 + b"\n1,2,3,4\n").columns
    assert columns[:3] == ("a", "a (2)", "column 3")
    assert len(columns[3]) == 40


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,b\n1,2\n3\n", "Line 3 has 1 cells"),
        (b"\x00\x01\x02\x00", "not text"),
        (b"\xff\xfe\x00", "not text"),
        (b"a,b\n1," + b'"' + b"x" * 200_000 + b"\n", "quotation marks"),
        (b"1" * 6_000_000, "6.0 MB"),
        (b",".join([b"a"] * 21) + b"\n" + b",".join([b"1"] * 21), "21 columns"),
        (b"a\n" + b"1\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_is_no_table_is_one_sentence(content, said):
    with pytest.raises(ExplorerError, match=said):
        read_table(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(content):
    try:
        table = read_table(content)
    except ExplorerError:
        return
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(set(table.columns)) == len(table.columns)


def test_bounds_can_be_wider():
    assert len(read_table(b"a\n" + b"x\n" * 20_001, Bounds(rows=30_000)).rows) == 20_001
