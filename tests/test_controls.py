"""Settings refuse what their controls could not reach."""

from dataclasses import dataclass

import pytest

from explorer.controls import Choice, Fraction, Nested, Pair, Switch, Whole, check_settings, controls, setting
from explorer.messages import ExplorerError


@dataclass(frozen=True)
class Inner:
    size: int = setting(1, Whole("size", minimum=1, maximum=2))


@dataclass(frozen=True)
class Other:
    pass


@dataclass(frozen=True)
class Example:
    count: int = setting(3, Whole("count", minimum=1, maximum=5))
    size: tuple[int, int] = setting((2, 2), Pair("size", minimum=1, maximum=4))
    step: tuple[int, int] | None = setting(None, Pair("step", minimum=1, maximum=4, optional=True))
    share: float = setting(0.5, Fraction("share"))
    mode: str = setting("a", Choice("mode", options=("a", "b")))
    on: bool = setting(True, Switch("on"))
    inner: Inner | Other = setting(Inner(), Nested("inner", kinds=(Inner, Other)))


def test_defaults_and_limits_are_accepted():
    check_settings(Example())
    check_settings(Example(count=5, size=(1, 4), step=(4, 4), share=1.0, mode="b", on=False))
    check_settings(Example(inner=Other()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 0),
        ("count", 6),
        ("count", True),
        ("count", 2.5),
        ("count", "3"),
        ("size", 2),
        ("size", (2, 5)),
        ("size", (2, 2, 2)),
        ("size", None),
        ("step", (0, 1)),
        ("share", 1.1),
        ("share", float("nan")),
        ("mode", "c"),
        ("on", 1),
        ("inner", None),
        ("inner", Inner),
        ("inner", "Inner"),
    ],
)
def test_what_cannot_work_is_refused_by_name(name, value):
    with pytest.raises(ExplorerError) as caught:
        check_settings(Example(**{name: value}))
    assert str(caught.value).startswith(f"Example: {name} = ")


def test_every_declared_setting_is_listed_in_order():
    assert [name for name, _control in controls(Example)] == [
        "count",
        "size",
        "step",
        "share",
        "mode",
        "on",
        "inner",
    ]


def test_what_would_do_in_place_of_a_nested_object_is_named():
    with pytest.raises(ExplorerError, match="it must be one of Inner, Other"):
        check_settings(Example(inner=3))
