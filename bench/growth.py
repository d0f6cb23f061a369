"""Part `growth`: whether a provider costs more when there are more of them, or more weeks."""

import sys
from collections.abc import Iterator
from typing import Any

from bench import workload
from bench.plan import Plan
from bench.timing import best_ms
from visavis.engine.search import search
from visavis.engine.wallclock import weekly_mask
from visavis.engine.world import Meeting, Place, Provider, masks_from_epochs

BUSY_A_WEEK = 5
MICRO = 1000  # of a millisecond


def make_people(providers: int, weeks: int, asked: workload.Asked) -> dict[int, Provider]:
    """Providers by id, each with open and busy masks of their own: nothing is shared."""
    days = 7 * weeks
    busy = workload.busy_times(providers, days=days, each=BUSY_A_WEEK * weeks)
    rules = workload.distinct_rules(providers)
    return {
        number: Provider(
            number,
            {1: weekly_mask(rule, workload.NEW_YORK, asked.window)},
            taken=masks_from_epochs(asked.window, ((s, e, 0, 0, False) for s, e in times)),
        )
        for number, (rule, times) in enumerate(zip(rules, busy, strict=True))
    }


def size_of(root: Any) -> int:
    """The bytes of everything that can be reached from here, each object counted once."""
    waiting, seen, size = [root], set[int](), 0
    while waiting:
        thing = waiting.pop()
        if id(thing) not in seen:
            seen.add(id(thing))
            size += sys.getsizeof(thing)
            waiting += _parts(thing)
    return size


def _parts(thing: Any) -> Iterator[Any]:
    if isinstance(thing, dict):
        yield from thing.keys()
        yield from thing.values()
    elif isinstance(thing, tuple):
        yield from thing
    else:
        yield from (getattr(thing, name) for name in getattr(thing, "__slots__", ()))


def measure(providers: int, weeks: int, plan: Plan) -> dict[str, float]:
    """Microseconds of a warm union and bytes kept, both per provider."""
    asked = workload.asked(days=7 * weeks)
    people = make_people(providers, weeks, asked)
    everybody, place = list(people.values()), [Place(1)]
    took = best_ms(
        lambda: search(asked.frame, Meeting(6), everybody, place), seconds=plan.seconds, most=20
    )
    return {
        "providers": providers,
        "weeks": weeks,
        "microseconds": took * MICRO / providers,
        "bytes": size_of(people) / providers,
    }


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, as plain data."""
    return {
        "cells": [
            measure(providers, weeks, plan) for weeks in plan.weeks for providers in plan.growth
        ]
    }
