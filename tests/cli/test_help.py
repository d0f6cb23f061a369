"""Help that teaches: every command says what it does and shows an example that is one."""

import shlex

import click
import pytest

from visavis.cli.main import CONTENTS, cli


def every_command(group=cli, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


COMMANDS = dict(every_command())
BOUND = {"serve", "worker", "migrate"}  # without arguments there is nothing to show


def examples(command):
    """The command lines in the help text, each on one line."""
    text = command.help.replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line.startswith("visavis ")]


def test_commands_are_those_of_the_contract():
    assert {name for group in CONTENTS.values() for name in group} == {
        *(
            "serve",
            "worker",
            "migrate",
            "demo",
            "admin",
            "doctor",
            "messages",
            "backup",
            "restore",
            "upgrade",
        ),
        *("school", "community", "hours", "closure", "term"),
        *("import", "imports", "export", "template"),
        *("slots", "explain", "book", "move", "waitlist", "calendars"),
        *("bookings", "series", "retention", "person"),
    }
    assert {" ".join(path) for path in COMMANDS if len(path) > 1} == {
        *("school show", "school set"),
        *(
            "admin add",
            "admin free",
            "community create",
            "community list",
            "community show",
            "community set",
            "community export",
            "community import",
        ),
        *("hours add", "hours list", "hours remove", "hours away", "hours extra"),
        *("term add", "term list", "term remove"),
        *("closure add", "closure list", "closure remove", "imports list", "imports undo"),
        *("waitlist list", "waitlist join", "waitlist leave"),
        *("messages list", "messages retry"),
        *("calendars list", "calendars read"),
        *("series list", "series show", "series end"),
        *("person export", "person erase"),
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_and_an_example_that_parses(path):
    command = COMMANDS[path]
    assert command.get_short_help_str()
    shown = examples(command)
    assert shown or path[0] in BOUND
    for line in shown:
        words = shlex.split(line.partition(" > ")[0])[1:]
        assert tuple(words[: len(path)]) == path
        leaf, used = command, len(path)
        while isinstance(leaf, click.Group):
            leaf, used = COMMANDS[tuple(words[: used + 1])], used + 1
        names = {name for option in leaf.params for name in option.opts}
        assert {word for word in words[used:] if word.startswith("--")} <= names


@pytest.mark.parametrize("path", [(), *COMMANDS], ids=lambda path: " ".join(path) or "visavis")
def test_help_shows_each_example_on_lines_of_its_own(visavis, path):
    shown = visavis(*path, "--help").stdout
    assert "\\b" not in shown
    lines = [line.strip() for line in shown.splitlines()]
    command = COMMANDS[path] if path else cli
    for example in written_lines(command):
        assert example in lines


def written_lines(command):
    """The lines of the examples in the docstring, each as it is written."""
    _, _, shown = (command.help or "").partition("\b\n")
    return [line.strip() for line in shown.splitlines() if line.strip()]


def test_help_needs_no_settings(visavis, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    answer = visavis("slots", "--help")
    assert (answer.status, "--service CODE" in answer.stdout) == (0, True)


def test_unknown_command_is_wrong_usage(visavis):
    answer = visavis("teleport")
    assert (answer.status, "teleport" in answer.stderr) == (2, True)
