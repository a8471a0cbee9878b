import pytest
from plotly_json import checked

from explorer.figures.graph_objects import Figure


@pytest.fixture(autouse=True)
def plotly_says_the_same(monkeypatch):
    """Whatever a test looks at in a figure, Plotly's JSON of it is the app's."""
    monkeypatch.setattr(Figure, "checked", checked)
