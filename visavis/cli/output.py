"""What people read: tables on a terminal, aligned columns in a pipe."""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


def say(text: str) -> None:
    """One line for people, without anything that could steer their terminal."""
    click.echo(printable(text))


def count(number: int, thing: str) -> str:
    """A number with its noun: 1 row, 2 rows."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def show_table(headers: Sequence[str], rows: Iterable[Iterable[Any]], *, empty: str) -> None:
    """The rows under their headers; the sentence `empty` where there are none."""
    cells = [[printable(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(empty)
    elif sys.stdout.isatty():
        _draw(headers, cells)
    else:
        _align([[header.upper() for header in headers], *cells])


def _draw(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _align(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def printable(value: Any) -> str:
    """The value as one line of text; control characters become visible."""
    text = "" if value is None else str(value)
    return "".join("�" if unicodedata.category(letter) == "Cc" else letter for letter in text)
