"""Messages travel untranslated and arrive in the reader's language."""

import pickle

from explorer.messages import ExplorerError, message
from explorer.specs import SpecError

KOREAN = {"Layer {number}: {reason}": "{number}번째 층: {reason}", "too large": "너무 큽니다"}


def test_values_are_filled_in():
    assert str(message("{a} of {b}", a=1, b="x")) == "1 of x"


def test_messages_inside_messages_are_translated_too():
    outer = message("Layer {number}: {reason}", number=3, reason=message("too large"))
    assert outer.translated(lambda text: KOREAN.get(text, text)) == "3번째 층: 너무 큽니다"


def test_braces_in_values_stay_as_they_are():
    assert str(message("file {name}", name="{0.__class__}")) == "file {0.__class__}"


def test_errors_survive_the_way_between_processes():
    error = pickle.loads(pickle.dumps(SpecError(message("too large"), 2)))  # noqa: S301
    assert (str(error), error.layer) == ("too large", 2)
    assert str(pickle.loads(pickle.dumps(ExplorerError(message("no"))))) == "no"  # noqa: S301
