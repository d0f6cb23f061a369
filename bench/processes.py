"""Processes of our own: what they are told goes in as JSON, what they find comes out as JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """A process of the benchmark ended without an answer."""


def start(module: str, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    """A process that runs this module; talk to it with `tell` and `hear`, end it with `end`."""
    return subprocess.Popen(  # noqa: S603  (our own module)
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def tell(process: "subprocess.Popen[str]", message: Any) -> None:
    """Send one message."""
    if process.stdin is not None:
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()


def hear(process: "subprocess.Popen[str]") -> Any:
    """Wait for one message. Raises Failed when the process ends instead."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise Failed(f"A process ended with status {process.wait()}; its own words stand above.")
    return json.loads(line)


def end(process: "subprocess.Popen[str]") -> None:
    """Let the process end by closing its input, and wait for it."""
    if process.stdin is not None:
        process.stdin.close()
    process.wait(timeout=60)
    if process.stdout is not None:
        process.stdout.close()


def ask(module: str, environment: Mapping[str, str], message: Any) -> Any:
    """Run the module for one message and one answer."""
    process = start(module, environment)
    try:
        tell(process, message)
        return hear(process)
    finally:
        end(process)


def messages() -> Any:
    """The messages that come to this process, one after the other."""
    for line in sys.stdin:
        yield json.loads(line)


def answer(found: Any) -> None:
    """Send what was found to whoever started this process."""
    print(json.dumps(found), flush=True)  # noqa: T201  (a pipe, not a screen)
