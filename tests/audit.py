"""`make audit`: known weaknesses of what Visavis is made of, and the list of it.

Status 0: everything was asked about, and nothing is known. 1: a weakness is known. 2: not all could
be asked about, so nobody can say; the list is written all the same.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
BUILD = ROOT / "build" / "sbom"
FINE, WEAK, UNKNOWN = 0, 1, 2
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Asked:
    """What an advisory service said: about how many, of how many, and what it knows."""

    what: str
    asked: int
    all: int
    weak: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def status(self) -> int:
        if self.weak:
            return WEAK
        return FINE if self.asked == self.all and not self.trouble else UNKNOWN

    @property
    def sentences(self) -> list[str]:
        told = [f"{self.what}: {line}" for line in self.weak]
        if self.status == UNKNOWN:
            missed = self.all - self.asked
            why = f" It said: {self.trouble}" if self.trouble else ""
            told.append(
                f"{self.what}: the advisory service could not be reached for {missed} of "
                f"{self.all} packages, so nobody knows whether they are safe.{why}"
            )
        elif self.status == FINE:
            told.append(f"{self.what}: {self.all} packages, no weakness is known.")
        return told


def main() -> int:
    """Write the lists, ask, and say it in sentences."""
    BUILD.mkdir(parents=True, exist_ok=True)
    names = ("base", "dev", "audit")
    for name in names:
        write_python_list(name)
    write_frontend_list()
    answers = [*(ask_python(name) for name in names), ask_frontend()]
    for answer in answers:
        for sentence in answer.sentences:
            print(sentence)  # noqa: T201  (a command prints)
    print(f"The list of what is inside: {BUILD.relative_to(ROOT)}/*.cdx.json")  # noqa: T201
    return worst(answers)


def worst(answers: list[Asked]) -> int:
    """A known weakness outweighs one that may be unknown."""
    statuses = {answer.status for answer in answers}
    return WEAK if WEAK in statuses else max(statuses)


# --- The list of what is inside -------------------------------------------------------------------


def write_python_list(name: str) -> Path:
    """A CycloneDX list of one hash-locked file, hashes included."""
    made = BUILD / f"python-{name}.cdx.json"
    _run(
        BIN / "cyclonedx-py",
        "requirements",
        f"requirements/{name}.txt",
        "--pyproject",
        "pyproject.toml",
        "--output-reproducible",
        "--of",
        "JSON",
        "-o",
        made,
    )
    return made


def write_frontend_list() -> Path:
    """The same of what builds the style sheet and the script."""
    made = BUILD / "frontend.cdx.json"
    done = _run("npm", "sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--omit=optional")
    made.write_text(done.stdout, encoding="utf-8")
    return made


# --- Known weaknesses -----------------------------------------------------------------------------


def ask_python(name: str) -> Asked:
    """Ask about every package of a lock file, at the versions that are locked."""
    done = _run(
        BIN / "pip-audit",
        "-r",
        f"requirements/{name}.txt",
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner=off",
        "--timeout=30",
        "--format=json",
        may_fail=True,
    )
    return read_python(f"Python, {name}", done.stdout, done.stderr, count_locked(name))


def count_locked(name: str) -> int:
    """How many packages the lock file names."""
    lines = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8").splitlines()
    return sum("==" in line for line in lines if not line.startswith((" ", "#")))


def read_python(what: str, out: str, err: str, locked: int) -> Asked:
    """What pip-audit found. It calls a package that it could not ask about merely skipped."""
    try:
        found = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        return Asked(what, 0, locked, trouble=_last_line(err))
    skipped = [one["skip_reason"] for one in found if "skip_reason" in one]
    weak = tuple(
        f"{one['name']} {one['version']} has {bug['id']}; mended in "
        f"{', '.join(bug['fix_versions']) or 'no version yet'}."
        for one in found
        for bug in one.get("vulns", ())
    )
    asked = len(found) - len(skipped)
    return Asked(what, asked, max(len(found), asked), weak, skipped[0] if skipped else "")


def ask_frontend() -> Asked:
    """Ask about every package of package-lock.json."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    done = _run("npm", "audit", "--json", may_fail=True)
    return read_frontend(done.stdout, done.stderr, len(packages) - 1)


def read_frontend(out: str, err: str, locked: int) -> Asked:
    """What npm found."""
    try:
        answer = json.loads(out)
        found: dict[str, Any] = answer["vulnerabilities"]
    except (ValueError, KeyError):
        return Asked("Front end", 0, locked, trouble=_last_line(err) or _message(out))
    weak = tuple(
        f"{name} {one['range']} has a weakness ({one['severity']})." for name, one in found.items()
    )
    return Asked("Front end", locked, locked, weak)


def _message(out: str) -> str:
    try:
        return str(json.loads(out).get("message", ""))
    except ValueError:
        return _last_line(out)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if "complete log" not in line]
    return lines[-1][:300] if lines else ""


def _run(*command: Any, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode and not may_fail:
        raise SystemExit(f"{command[0]} failed: {_last_line(done.stderr)}")
    return done


if __name__ == "__main__":
    raise SystemExit(main())
