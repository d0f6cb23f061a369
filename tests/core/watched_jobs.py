"""Jobs that say what was done to them."""

import time
from datetime import timedelta
from pathlib import Path

from visavis.core.jobs import GiveUp, Policy, job

calls: list[str] = []
failures: list[str] = []

TWICE = Policy(attempts=2, first_delay=timedelta(seconds=30), lease=timedelta(minutes=1))


def say_that_it_failed(word):
    calls.append(f"{word} failed")


@job(TWICE, last_words=say_that_it_failed)
def note(word):
    """Fails as often as `failures` has entries."""
    calls.append(word)
    if failures:
        raise RuntimeError(failures.pop())


@job(TWICE)
def surrender():
    calls.append("surrender")
    raise GiveUp("nothing will help")


@job(TWICE)
def dawdle(begun, done, seconds):
    """Says in files that it has begun, and some seconds later that it is done, each time anew."""
    Path(begun).touch()
    time.sleep(seconds)
    with Path(done).open("a") as file:
        file.write("once")
