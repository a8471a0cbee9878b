"""The audit fails on what nobody has accepted, and never takes silence for safety."""

import json
import subprocess
from datetime import date

import pytest

from scripts import audit

FAULTY = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["1.1"], "description": ""}],
}
SOUND = {"name": "numpy", "version": "2.0", "vulns": []}
UNKNOWN = {"name": "own", "skip_reason": "not found"}
DOCUMENT = """| advisory | package | reason | until |
| --- | --- | --- | --- |
| CVE-1 | pillow | The part of it is not used. | 2026-12-31 |
"""


def report(*packages):
    return {"dependencies": list(packages), "fixes": []}


@pytest.fixture
def service(monkeypatch):
    """Answers in the place of pip-audit's, by service; what is not there cannot be asked."""
    answers = {}

    def run(command, **_options):
        name = command[command.index("-s") + 1]
        out = answers.get((name, "-r" in command), "")
        return subprocess.CompletedProcess(command, 1, stdout=out if isinstance(out, str) else json.dumps(out))

    monkeypatch.setattr(audit.subprocess, "run", run)
    return answers


def test_a_finding_is_accepted_by_any_of_its_names_until_its_day():
    found = audit.findings(report(FAULTY, SOUND, UNKNOWN))
    assert [str(one) for one in found] == ["pillow 1.0: PYSEC-1, CVE-1 (mended in 1.1)"]
    assert audit.unaccepted(found, audit.accepted(DOCUMENT, date(2026, 12, 31))) == []
    assert audit.unaccepted(found, audit.accepted(DOCUMENT, date(2027, 1, 1))) == found
    assert audit.unaccepted(found, {"CVE-1": "numpy"}) == found
    assert audit.unaccepted(found, {}) == found


def test_a_finding_fails_in_both_forms(service, capsys):
    service["pypi", True] = report(SOUND)
    service["pypi", False] = report(FAULTY, SOUND)
    assert audit.main([]) == audit.main(["--if-reachable"]) == audit.FOUND
    assert "VULNERABLE: pillow 1.0" in capsys.readouterr().out


def test_packages_without_a_finding_pass_and_those_unknown_are_named(service, capsys):
    service["pypi", True] = report(SOUND)
    service["pypi", False] = report(SOUND, UNKNOWN)
    assert audit.main([]) == audit.CLEAN
    assert "Not known to the service: own." in capsys.readouterr().out


@pytest.mark.parametrize("probe", ["", "no JSON", report({"name": "streamlit", "skip_reason": "not found"})])
def test_a_service_out_of_reach_is_no_clean_answer(service, capsys, probe):
    service["pypi", True] = probe
    service["pypi", False] = report(SOUND)
    assert audit.main([]) == audit.UNREACHED
    assert audit.main(["--if-reachable"]) == audit.CLEAN
    assert capsys.readouterr().out.count("NOT AUDITED") == 2


def test_the_second_service_is_asked_when_the_first_is_out_of_reach(service):
    service["osv", True] = report(SOUND)
    service["osv", False] = report(FAULTY)
    assert audit.main([]) == audit.FOUND


def test_what_the_document_accepts_is_read_from_it():
    text = audit.DOCUMENT.read_text(encoding="utf-8")
    assert "| advisory | package | reason | until |" in text
    assert all(len(name) > 5 for name in audit.accepted(text, date.today()))
