"""What the documents say is so: links lead somewhere, numbers are those of the shipped models."""

import re

import pytest

from scripts.app_server import ROOT
from scripts.reproduction import DOCUMENT, document

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"`make ([a-z-]+)")
MODULE = re.compile(r"python -m ((?:scripts|benchmarks)(?:\.\w+)?)")


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_leads_to_a_file(file):
    for target in LINK.findall(file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_command_is_there(file):
    text = file.read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(COMMAND.findall(text)) <= set(targets)
    for module in MODULE.findall(text):
        path = ROOT / module.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), module


def test_the_reproduction_page_is_that_of_the_shipped_models():
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def headings(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [line.split(" ")[0] for line in lines if re.match(r"#+ ", line)]


def test_both_readmes_say_the_same():
    """As many sections, pictures and commands in the same order."""
    english, korean = ((ROOT / file).read_text(encoding="utf-8") for file in ("README.md", "README.ko.md"))
    assert headings("README.md") == headings("README.ko.md")
    for pattern in (r"!\[[^\]]*\]\(([^)]+)\)", r"^make [a-zA-Z= -]+", r"`(EXPLORER_\w+|make [a-z-]+)"):
        assert [found.strip() for found in re.findall(pattern, english, re.MULTILINE)] == [
            found.strip() for found in re.findall(pattern, korean, re.MULTILINE)
        ]
