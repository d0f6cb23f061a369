"""Running `visavis` in this process."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from visavis.cli.main import cli


@dataclass(frozen=True)
class Answer:
    """What a command answered: its exit status and both its streams."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def lines(self) -> list[list[str]]:
        """The table on stdout as cells (columns are two spaces or more apart)."""
        rows = self.stdout.strip().splitlines()
        return [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows]


@pytest.fixture
def visavis():
    """`visavis("slots", "--json", …)` runs the command; what it raises is not swallowed."""

    def run(*arguments: str, stdin: str | bytes | None = None) -> Answer:
        result = CliRunner().invoke(cli, list(arguments), input=stdin, catch_exceptions=False)
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run
