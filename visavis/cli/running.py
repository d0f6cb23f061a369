"""From a declared command to the code that does it, and from a refusal to an exit status."""

import functools
import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for machines, refusals too."
)


class Refused(click.ClickException):
    """A refusal: one sentence on stderr, or JSON on stdout; exit status 1."""

    exit_code = 1

    def __init__(self, message: str, *, code: str = "refused", **more: Any) -> None:
        super().__init__(message)
        self.payload = {"refused": str(code), "message": message, **more}
        self.as_json = False
        self.details = ""

    def show(self, file: Any = None) -> None:  # noqa: ARG002  (click's)
        if self.as_json:
            print_json(self.payload)
            return
        click.echo(self.message, err=True)
        if self.details:
            click.echo(self.details, err=True)


def does(
    path: str, *, within: str = "ready"
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Have the declared command carried out by `module:function` of visavis.cli.work.

    It runs `within` a context of visavis.cli.start: by default with Django and the database made
    ready. Declarations import neither, so that help answers at once, wherever it is asked for.
    """
    module, name = path.split(":")

    def declare(declaration: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(declaration)
        def run(**options: Any) -> None:
            try:
                with getattr(import_module("visavis.cli.start"), within)():
                    getattr(import_module(f"visavis.cli.work.{module}"), name)(**options)
            except Refused as refusal:
                refusal.as_json = bool(options.get("as_json"))
                raise

        return run

    return declare


def print_json(data: Any) -> None:
    """One JSON document on stdout, in plain ASCII where the terminal knows no more."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") != "utf8"
    click.echo(json.dumps(data, ensure_ascii=plain, indent=2))
