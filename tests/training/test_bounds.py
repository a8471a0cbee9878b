"""What a host allows: generous on one's own machine, careful for others, and each value its own variable."""

import dataclasses

import pytest

from explorer.training.bounds import Limits

FIELDS = dataclasses.fields(Limits)


def test_a_hosted_server_is_more_careful():
    local, hosted = Limits.from_environment(), Limits.from_environment(hosted=True)
    assert local == Limits()
    for field in FIELDS:
        mine, theirs = getattr(local, field.name), getattr(hosted, field.name)
        assert theirs >= mine if field.name == "free_megabytes" else theirs <= mine
    assert hosted != local


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("hosted", [False, True])
def test_each_limit_has_its_variable(field, hosted, monkeypatch):
    monkeypatch.setenv(field.metadata["variable"], "17")
    default = Limits.from_environment(hosted)
    assert getattr(default, field.name) == 17
    assert dataclasses.replace(default, **{field.name: 1}) == dataclasses.replace(
        _without(monkeypatch, field, hosted), **{field.name: 1}
    )


def _without(monkeypatch, field, hosted):
    monkeypatch.delenv(field.metadata["variable"])
    return Limits.from_environment(hosted)


@pytest.mark.parametrize("text", ["", "0", "-3", "many", "1.5", "²"])
def test_what_is_no_positive_number_leaves_the_default(text, monkeypatch):
    monkeypatch.setenv("EXPLORER_MAX_SESSIONS", text)
    assert Limits.from_environment() == Limits()


def test_every_limit_has_a_title_for_readers():
    told = {title.text: value for title, value in Limits(seconds=7).titled()}
    assert len(told) == len(FIELDS)
    assert told["Seconds that one training may take"] == 7
