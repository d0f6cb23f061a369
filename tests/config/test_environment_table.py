"""The operator's table of the environment names what is read, all of it and nothing else."""

import ast
import re
from pathlib import Path

import visavis
from visavis.config.databases import DEFAULTS, JOBS, PAGES

HOUSE = Path(visavis.__file__).parent
GUIDE = (HOUSE.parent / "docs" / "guide" / "operator.md").read_text()
NAME = re.compile(r"[A-Z][A-Z0-9_]+")
READERS = re.compile(r"read_\w+|env|env\.\w+|find_secret|os\.environ\.get|environ\.get")
# What is read, and is no setting of whoever runs it.
NOT_THEIRS = {
    "VISAVIS_DEBUG": "for who changes the code; docs/components.md",
    "VISAVIS_STOPPING_MARK": "said by `visavis serve` to its own processes",
}
# What the collector's library reads, and Visavis only asks whether it is there.
OF_A_LIBRARY = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME"}


def read_in_code():
    """The names that are read, wherever it is done, command line included."""
    for file in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                yield from _named(node)
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                yield from _words(node.slice)
    for who in (PAGES, JOBS):
        yield from (f"{who}{name}" for name in DEFAULTS)


def _named(call):
    """Of a call that reads: its first argument; and `envvar=` of a command's option."""
    if READERS.fullmatch(ast.unparse(call.func)) and call.args:
        yield from _words(call.args[0])
    yield from (word for key in call.keywords if key.arg == "envvar" for word in _words(key.value))


def _words(node):
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAME.fullmatch(node.value)
    ):
        yield node.value


def table():
    """The names of the first column."""
    section = GUIDE.split("## The environment\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {
        name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split(" | ")[0])
    }


def test_everything_that_is_read_stands_in_the_table():
    missing = set(read_in_code()) - table() - set(NOT_THEIRS) - OF_A_LIBRARY
    assert missing == set()


def test_everything_in_the_table_is_read():
    # A collector's address is asked for in a loop; a secret may be in a file under the same name.
    read = set(read_in_code()) | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert table() - read - {f"{name}_FILE" for name in read} == set()


def test_what_is_left_out_is_still_read():
    assert set(NOT_THEIRS) <= set(read_in_code())
