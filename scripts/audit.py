"""Compare the installed packages with the published vulnerabilities, and with those that docs/security.md accepts.

python -m scripts.audit [--if-reachable]

Ends with 1 if a vulnerability is found that is not accepted, and with 2 if no service could be
asked, which says nothing of the packages; `--if-reachable` lets the second pass, and says so.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "security.md"
SERVICES = ("pypi", "osv")
CLEAN, FOUND, UNREACHED = 0, 1, 2
SECONDS = 300
_ACCEPTED = re.compile(
    r"^\| (?P<id>[\w-]+) \| (?P<package>[\w.-]+) \| (?P<reason>[^|]+) \| (?P<until>\d{4}-\d\d-\d\d) \|$"
)
_PROBE = "streamlit"
"""A package that every service knows: asked first, as a service that is out of reach passes over all in silence."""

Report = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A published vulnerability of an installed package, under all its names."""

    package: str
    version: str
    ids: tuple[str, ...]
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed)}" if self.fixed else "not mended yet"
        return f"{self.package} {self.version}: {', '.join(self.ids)} ({mended})"


def findings(report: Report) -> list[Finding]:
    """What a report of pip-audit has found."""
    return [
        Finding(
            package["name"], package["version"], (fault["id"], *fault.get("aliases", ())), tuple(fault["fix_versions"])
        )
        for package in report["dependencies"]
        for fault in package.get("vulns", ())
    ]


def passed_over(report: Report) -> list[str]:
    """The packages that a report of pip-audit says nothing of."""
    return [package["name"] for package in report["dependencies"] if "skip_reason" in package]


def accepted(document: str, today: date) -> dict[str, str]:
    """The ids that the document accepts today, each with its package."""
    rows = (_ACCEPTED.match(line) for line in document.splitlines())
    return {row["id"]: row["package"] for row in rows if row and date.fromisoformat(row["until"]) >= today}


def unaccepted(found: Iterable[Finding], known: Mapping[str, str]) -> list[Finding]:
    """Findings of which no name is accepted for that very package."""
    return [one for one in found if not any(known.get(name) == one.package for name in one.ids)]


def ask(service: str, *arguments: str) -> Report | None:
    """A report of pip-audit, or None if the service could not be asked."""
    command = [sys.executable, "-m", "pip_audit", "-f", "json", "-s", service, "--progress-spinner", "off", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        report: Report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return report


def reached() -> str | None:
    """The first service that knows a package which every service knows."""
    pinned = next(line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith(_PROBE))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as probe:
        probe.write(f"{pinned}\n")
        probe.flush()
        reports = {service: ask(service, "--no-deps", "--disable-pip", "-r", probe.name) for service in SERVICES}
    return next((name for name, report in reports.items() if report is not None and not passed_over(report)), None)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--if-reachable", action="store_true", help="pass if no service can be asked")
    lenient = parser.parse_args(arguments).if_reachable
    service = reached()
    report = None if service is None else ask(service)
    if report is None:
        print("NOT AUDITED: no service of vulnerabilities could be asked. Nothing is known of the packages;")
        print("run `make audit` where the network reaches one.")
        return CLEAN if lenient else UNREACHED
    return told(report, accepted(DOCUMENT.read_text(encoding="utf-8"), date.today()))


def told(report: Report, known: Mapping[str, str]) -> int:
    """Print what a report has found, and return what to end with."""
    found = findings(report)
    bad = unaccepted(found, known)
    for one in found:
        print(f"{'VULNERABLE' if one in bad else 'accepted'}: {one}")
    if passed_over(report):
        print(f"Not known to the service: {', '.join(passed_over(report))}.")
    print(f"{len(report['dependencies'])} packages, {len(found)} findings, {len(bad)} of them not accepted.")
    return FOUND if bad else CLEAN


if __name__ == "__main__":
    sys.exit(main())
