"""Pages only wire widgets together, and reach every figure through them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
ALLOWED = ("streamlit", "explorer.widgets")
MAXIMUM_LINES = 60


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_is_short_and_imports_only_widgets(page):
    source = page.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MAXIMUM_LINES
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        assert all(name.startswith(ALLOWED) for name in names), names


@pytest.mark.parametrize("source", sorted(ROOT.glob("explorer/**/*.py")), ids=lambda path: path.name)
def test_no_module_is_too_long_to_read(source):
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 300
