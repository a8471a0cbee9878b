"""What Plotly's own objects make of a figure, beside what travels to the browser."""

import json

from explorer.figures.graph_objects import Figure
from explorer.figures.payload import to_json

_checked = Figure.checked


def checked(figure):
    """The figure as Plotly's objects, which know every property and value of it and say the same in JSON."""
    found = _checked(figure)
    assert _plain(json.loads(to_json(figure))) == _plain(json.loads(found.to_json()))
    return found


def _plain(value):
    """Without what says nothing: the empty template and empty settings."""
    if isinstance(value, dict):
        plain = {name: _plain(inner) for name, inner in value.items() if name != "template"}
        return {name: inner for name, inner in plain.items() if inner != {}}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
