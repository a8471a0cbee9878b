"""A figure as the text that travels to the browser."""

from __future__ import annotations

import json

import plotly.graph_objects as go


def to_json(figure: go.Figure) -> str:
    """The figure as JSON.

    Plotly escapes every slash, and base64 is full of them; written again the text is a
    seventh shorter.
    """
    return json.dumps(json.loads(figure.to_json()), ensure_ascii=False, separators=(",", ":"))
