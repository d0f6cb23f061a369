"""One process that writes W(P) into the database of DATABASE_URL and asks about it."""

import gc
import os
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import kept, processes, workload  # noqa: E402
from bench.databases import look_at_tables  # noqa: E402
from bench.engine import RULES  # noqa: E402
from bench.school import US, School, build, make_people  # noqa: E402
from bench.timing import MILLI, best_ms, median, timed  # noqa: E402
from bench.yardsticks import masks, weeks  # noqa: E402
from visavis.bookings.actions import Order, book  # noqa: E402
from visavis.bookings.models import Commitment  # noqa: E402
from visavis.bookings.openings import ask  # noqa: E402
from visavis.engine.taken import TICK_SECONDS  # noqa: E402
from visavis.engine.wallclock import weekly_mask  # noqa: E402

BOOKINGS = 5
EPOCH = {"sqlite": "unixepoch({})", "postgresql": "extract(epoch from {})::bigint"}


def measure(school: School, seconds: float) -> dict[str, float | None]:
    """Milliseconds and queries of `ask`: cold, warm, after one booking; bytes that are kept."""
    ask_now = partial(_ask, school)
    look_at_tables(os.environ["DATABASE_URL"])
    kept.forget()
    cold_queries = _queries(ask_now)
    cold = best_ms(ask_now, seconds=2 * seconds, most=10, before=kept.forget)
    ask_now()
    booked = [_after_booking(school, number) for number in range(BOOKINGS)]
    return {
        "providers": len(school.providers),
        "starts": len(ask_now().starts),
        "cold": cold,
        "cold_queries": cold_queries,
        "warm_queries": _queries(ask_now),
        "warm": best_ms(ask_now, seconds=seconds, most=20),
        "booked": median([ms for ms, _queries in booked]),
        "booked_queries": max(queries for _ms, queries in booked),
        "bytes": _bytes_kept(ask_now, len(school.providers)),
    }


def _ask(school: School) -> Any:
    openings = ask(school.question())
    # The list of times is what a page reads.
    openings.starts  # noqa: B018  (a cached property)
    return openings


def _queries(action: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def _after_booking(school: School, number: int) -> tuple[float, int]:
    """Book a free time; then the milliseconds and the queries of the next question."""
    student = make_people(f"{school.community.slug}-student{number}-", 1)[0]
    openings = ask(school.question())
    start = openings.starts[7 * number]
    provider = openings.free(start)[0]
    question = school.question(provider=provider, student=student)
    book(Order(question, start, f"{school.community.pk}-{number}"), by=US, now=workload.NOW)
    with CaptureQueriesContext(connection) as captured:
        took = timed(partial(_ask, school))
    return took * MILLI, len(captured)


def _bytes_kept(ask_now: Callable[[], Any], providers: int) -> float | None:
    """What one question about four weeks leaves in the process, a provider; None: nothing is kept.

    Whole sheets are kept, and they have more weeks than four.
    """
    if not kept.forget():
        return None
    gc.collect()
    tracemalloc.start()
    ask_now()
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / providers


def check(school: School) -> None:
    """The answer through the database must be W(P)'s. Raises WrongAnswer."""
    found = [int(start.timestamp()) for start in _ask(school).starts]
    workload.check_digest("ask", found, len(school.providers))


def check_distinct(school: School) -> None:
    """With hours of their own: the starts that the masks of rules and rows give."""
    asked = workload.asked()
    base = int(asked.window.start.timestamp())
    busy = workload.busy_times(len(school.providers))
    free = [
        masks.free_masks(weekly_mask(rule, workload.NEW_YORK, asked.window), [times], base, 300)[0]
        for rule, times in zip(workload.distinct_rules(len(busy)), busy, strict=True)
    ]
    right = masks.set_ticks(masks.union_of_kept(free, 6, asked.candidates))
    found = [int(start.timestamp()) for start in _ask(school).starts]
    if found != [base + tick * TICK_SECONDS for tick in right]:
        raise workload.WrongAnswer("ask answers differently for hours of everybody's own.")


def floors(school: School, seconds: float) -> dict[str, float]:
    """Milliseconds for the two things that a cold question cannot do without."""
    asked = workload.asked()
    rules = [
        [(block.weekday, block.start_minute, block.end_minute) for block in rule]
        for rule in workload.distinct_rules(len(school.providers))
    ]

    def rules_to_bits() -> None:
        cut = weeks.pieces(workload.NEW_YORK, asked.window.start, asked.window.ticks)
        for rule in rules:
            weeks.weekly_mask(rule, cut, workload.DAYS // 7 + 1)

    return {
        "rules": best_ms(rules_to_bits, seconds=seconds),
        "rows": best_ms(partial(_read_rows, school), seconds=seconds),
        "count": _read_rows(school),
    }


def _read_rows(school: School) -> int:
    """Read everybody's taken times through a cursor, as epoch integers."""
    start, end = (EPOCH[connection.vendor].format(f'"{name}"') for name in ("start", "end"))
    table = Commitment._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, {start}, {end} FROM {table} WHERE community_id = %s",  # noqa: S608
            [school.community.pk],
        )
        return len(cursor.fetchall())


def main(wishes: dict[str, Any]) -> dict[str, Any]:
    """Build, check, measure: the communities one after the other."""
    call_command("migrate", verbosity=0)
    same = []
    for count in wishes["providers"]:
        school = build(f"same-{count}", count)
        check(school)
        same.append(measure(school, wishes["seconds"]))
    own = build("own", min(RULES, max(wishes["providers"])), distinct=True)
    check_distinct(own)
    found_floors = floors(own, wishes["seconds"])
    return {
        "same": same,
        "own": measure(own, wishes["seconds"]),
        "floors": found_floors,
        "keeps": kept.forget(),
    }


if __name__ == "__main__":
    for message in processes.messages():
        processes.answer(main(message))
