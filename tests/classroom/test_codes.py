"""Codes cannot be taken for one another or guessed, and nicknames are one tidy line."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.classroom import codes
from explorer.messages import ExplorerError


def test_codes_have_no_look_alikes():
    assert not set(codes.ALPHABET) & set("O0I1L5S2Z8BV")
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)
    assert len(codes.ALPHABET) ** codes.CODE_LENGTH > 1e11
    drawn = {codes.new_code() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(code) == codes.CODE_LENGTH and set(code) <= set(codes.ALPHABET) for code in drawn)
    assert len({letter for code in drawn for letter in code}) == len(codes.ALPHABET)


def test_a_secret_has_at_least_128_bits_and_only_its_digest_can_be_told():
    drawn = {codes.new_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert codes.SECRET_BYTES * 8 >= 128
    assert all(
        len(secret) >= 32 and set(secret) <= set(string.ascii_letters + string.digits + "-_") for secret in drawn
    )
    assert all(secret not in codes.digest(secret) for secret in drawn)


@pytest.mark.parametrize("typed", ["HJKM-3479", "hjkm3479", " hjkm 3479 ", "HJKM–3479\n"])
def test_a_code_may_be_typed_in_any_way(typed):
    assert codes.tidy_code(typed) == "HJKM3479"
    assert codes.shown_code("HJKM3479") == "HJKM-3479"


@given(st.text(max_size=300))
def test_what_is_typed_stays_short(typed):
    assert len(codes.tidy_code(typed)) <= 2 * codes.CODE_LENGTH


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mina \t K ", "Mina K"),
        ("a\x00b\x1bc", "a b c"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth", "zero width"),
        ("line\nbreak\u2028two", "line break two"),
        ("\ud83d half", "half"),
        ("ﬁne", "fine"),
        ("🦊 지우", "🦊 지우"),
        ("![x](http://x)", "![x](http://x)"),
        ("<script>", "<script>"),
        ("x" * 20, "x" * 20),
    ],
)
def test_a_nickname_is_tidied(typed, kept):
    assert codes.tidy_nickname(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "x" * 21, "x" * 300, "😀" * 300, "ab " * 10_000])
def test_a_nickname_has_one_to_twenty_characters(typed):
    with pytest.raises(ExplorerError, match="1 to 20 characters"):
        codes.tidy_nickname(typed)


@given(st.text())
def test_whatever_is_typed_is_one_printable_line_or_refused(typed):
    try:
        name = codes.tidy_nickname(typed)
    except ExplorerError:
        return
    assert name.isprintable()
    assert 1 <= len(name) <= codes.LONGEST_NICKNAME
    assert codes.tidy_nickname(name) == name
