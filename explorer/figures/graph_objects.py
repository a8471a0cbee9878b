"""Figures with the names and the JSON of Plotly's own objects, put together as plain dictionaries.

Plotly's objects look every value up and check it whenever they are changed, which is most of what a page would do
when a control moves. Here nothing is checked while a page is drawn: the tests hand every figure to Plotly's objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects

Properties = dict[str, Any]
_WHOLE_HEIGHT = {"xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
_WHOLE_WIDTH = {"yref": "y", "x0": 0, "x1": 1, "xref": "x domain"}


class Figure:
    """Traces and a layout; every method takes what Plotly's method of that name does, but nested, not `line_width`."""

    def __init__(self, data: list[Properties] | None = None, layout: Properties | None = None):
        self.traces: list[Properties] = list(data or ())
        self.properties: Properties = {}
        self.update_layout(**(layout or {}))

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.properties["height"])

    @property
    def title(self) -> str:
        return str(self.properties.get("title", {}).get("text", ""))

    def add_trace(self, trace: Properties) -> None:
        self.traces.append(trace)

    def update_layout(self, **changes: Any) -> None:
        _update(self.properties, changes)

    def update_xaxes(self, **changes: Any) -> None:
        self._update_axes("xaxis", changes)

    def update_yaxes(self, **changes: Any) -> None:
        self._update_axes("yaxis", changes)

    def add_annotation(self, **values: Any) -> None:
        self.properties.setdefault("annotations", []).append(_given(values))

    def add_shape(self, **values: Any) -> None:
        self.properties.setdefault("shapes", []).append(_given(values))

    def add_vline(self, x: Any, **values: Any) -> None:
        self.add_shape(type="line", x0=x, x1=x, **_WHOLE_HEIGHT, **values)

    def add_hline(self, y: Any, **values: Any) -> None:
        self.add_shape(type="line", y0=y, y1=y, **_WHOLE_WIDTH, **values)

    def add_vrect(self, x0: Any, x1: Any, **values: Any) -> None:
        self.add_shape(type="rect", x0=x0, x1=x1, **_WHOLE_HEIGHT, **values)

    def add_hrect(self, y0: Any, y1: Any, **values: Any) -> None:
        self.add_shape(type="rect", y0=y0, y1=y1, **_WHOLE_WIDTH, **values)

    def checked(self) -> plotly.graph_objects.Figure:
        """The same figure as Plotly's objects.

        Raises:
            ValueError: if Plotly does not know a property, or not such a value of it.
        """
        import plotly.graph_objects

        return plotly.graph_objects.Figure(self.traces, {"template": "none", **self.properties})

    @property
    def data(self) -> Any:
        """The traces as Plotly's objects."""
        return self.checked().data

    @property
    def layout(self) -> Any:
        """The layout as Plotly's object."""
        return self.checked().layout

    def _update_axes(self, kind: str, changes: Properties) -> None:
        for name, axis in self.properties.items():
            if name.startswith(kind):
                _update(axis, changes)


class Trace(Properties):
    """One set of points, bars or cells."""

    def __init__(self, **values: Any):
        super().__init__(type=type(self).__name__.lower(), **_given(values))


class Scatter(Trace): ...


class Bar(Trace): ...


class Heatmap(Trace): ...


class Image(Trace): ...


def _given(values: Properties) -> Properties:
    """Without what is None, which in Plotly says that nothing is said."""
    return {
        name: _given(value) if isinstance(value, dict) else value for name, value in values.items() if value is not None
    }


def _update(properties: Properties, changes: Properties) -> None:
    """Change what is named, deep inside too; None takes it away."""
    for name, value in changes.items():
        if value is None:
            properties.pop(name, None)
        elif isinstance(value, dict):
            _update(properties.setdefault(name, {}), value)
        else:
            properties[name] = value
