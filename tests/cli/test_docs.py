"""docs/cli.md shows commands that there are, with options that they have."""

import re
import shlex
from pathlib import Path

import click
import pytest

from visavis.cli.main import CONTENTS, cli

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ (visavis .+)$", TEXT.replace("\\\n", " "), re.MULTILINE)


def test_every_command_is_shown():
    assert {name for group in CONTENTS.values() for name in group} == {
        name for name in re.findall(r"visavis ([a-z]+)", TEXT) if name != "help"
    }


@pytest.mark.parametrize("line", SHOWN)
def test_command_in_the_documentation_can_be_typed(line):
    words = shlex.split(line.partition(" > ")[0])[1:]
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    # Parses without a usage error; files need not be there.
    arguments = ["-" if word.endswith(".csv") else word for word in words]
    command.make_context("visavis", arguments)
