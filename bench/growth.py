"""Part `growth`: whether a provider costs more when there are more of them, or more weeks."""

import gc
import tracemalloc
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


def measure(providers: int, weeks: int, plan: Plan) -> dict[str, float]:
    """Microseconds of a warm union and bytes kept, both per provider."""
    asked = workload.asked(days=7 * weeks)
    workload.busy_times(providers, days=7 * weeks, each=BUSY_A_WEEK * weeks)
    gc.collect()
    tracemalloc.start()
    people = make_people(providers, weeks, asked)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    everybody, place = list(people.values()), [Place(1)]
    took = best_ms(
        lambda: search(asked.frame, Meeting(6), everybody, place), seconds=plan.seconds, most=20
    )
    return {
        "providers": providers,
        "weeks": weeks,
        "microseconds": took * MICRO / providers,
        "bytes": kept / providers,
    }


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, as plain data."""
    # Once beforehand: what is made once for the whole process belongs to no provider.
    measure(1, max(plan.weeks), plan)
    return {
        "cells": [
            measure(providers, weeks, plan) for weeks in plan.weeks for providers in plan.growth
        ]
    }
