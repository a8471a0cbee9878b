"""What the documents say is proved is proved by a test that exists."""

import ast
import re

import pytest

from scripts.app_server import ROOT

DOCUMENTS = ("security.md", "privacy.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
THREATS = ("A public app", "Hostile uploads", "Hostile links", "A noisy neighbour", "Guessing", "Supply chain")


def named():
    for document in DOCUMENTS:
        for file, test in NAMED.findall((ROOT / "docs" / document).read_text(encoding="utf-8")):
            yield document, file, test


@pytest.mark.parametrize(("document", "file", "test"), sorted(set(named())))
def test_a_named_test_exists(document, file, test):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    assert (test in tests) if test else tests


@pytest.mark.parametrize("threat", THREATS)
def test_every_threat_has_its_section_with_tests(threat):
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {threat}\n")[1].split("\n## ")[0]
    assert NAMED.search(section)
    for row in (line for line in section.splitlines() if line.startswith("| ") and "::" not in line):
        assert row.startswith(("| what could happen", "| ---", "| advisory"))
