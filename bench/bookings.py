"""Part `bookings`: how many a second, beside a bare transaction; a slot that 32 want at once."""

from collections import Counter
from collections.abc import Sequence
from subprocess import Popen
from typing import Any

from bench import databases, processes
from bench.plan import Plan
from bench.timing import MILLI, median, percentile

PROCESSES, CLIENTS = 8, 32
BARE_TIMES = 5  # a bare transaction is so much shorter; it needs more of them to be timed
WARM_UP = 12  # bookings of each client; PostgreSQL makes its last plan of a statement at the ninth
PROVIDERS = 2 * CLIENTS + 3
Racers = list["Popen[str]"]
Scene = dict[str, Any]


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, by database, as plain data."""
    found = {}
    for kind in databases.kinds():
        with databases.throwaway(kind) as database:
            scene = processes.ask(
                "bench.race_stage",
                database.environment,
                {"providers": PROVIDERS, "students": (CLIENTS + 1) * (plan.bookings + WARM_UP)},
            )
            racers = [
                processes.start("bench.racer", database.environment) for _ in range(PROCESSES)
            ]
            try:
                _warm_up(scene, racers, plan, database)
                found[kind] = measure(scene, racers, plan)
            finally:
                for racer in racers:
                    processes.end(racer)
    return {"clients": CLIENTS, "databases": found}


def _warm_up(scene: Scene, racers: Racers, plan: Plan, database: databases.Database) -> None:
    """Bookings by every client, which keeps its connection.

    Those that serve have opened theirs and sent each statement long ago, and PostgreSQL has looked
    at its tables: it does by itself, some time after many rows were written.
    """
    last = -plan.hot_slots
    for first in (0, WARM_UP // 2):
        few = scene["starts"][last - WARM_UP // 2 : last]
        wishes = [_wish(scene, "book", number, number, few, first) for number in range(CLIENTS)]
        results = _race(racers, wishes)
        if any(set(result["ends"]) != {"done"} for result in results):
            raise processes.Failed(f"The first bookings ended otherwise: {results}")
        databases.look_at_tables(database.environment["DATABASE_URL"])
        last -= WARM_UP // 2


def measure(scene: Scene, racers: Racers, plan: Plan) -> dict[str, Any]:
    """Bookings and bare transactions a second, alone and by many; and the hot slot."""
    alone = CLIENTS * 2
    starts = scene["starts"][: -plan.hot_slots - WARM_UP]
    many, few = starts[: plan.bookings * BARE_TIMES], starts[: plan.bookings]
    return {
        "many": {
            "book": _rate(_race(racers, _each(scene, "book", 0, few))),
            "bare": _rate(_race(racers, _each(scene, "bare", CLIENTS, many))),
        },
        "one": {
            "book": _rate(_race(racers, [_wish(scene, "book", alone, CLIENTS, few)])),
            "bare": _rate(_race(racers, [_wish(scene, "bare", alone + 1, CLIENTS, many)])),
        },
        "hot": _hot(scene, racers, plan),
    }


def _each(scene: Scene, way: str, first: int, starts: Sequence[str]) -> list[dict[str, Any]]:
    """A wish for each client: a provider of their own, so that no two want the same."""
    return [_wish(scene, way, first + number, number, starts) for number in range(CLIENTS)]


def _wish(
    scene: Scene, way: str, provider: int, client: int, starts: Sequence[str], first: int = WARM_UP
) -> dict[str, Any]:
    """A client's bookings at these starts, of their students from the `first` on, one of each."""
    each = len(scene["students"]) // (CLIENTS + 1)
    return {
        **{name: scene[name] for name in ("community", "service", "format", "location")},
        "way": way,
        "provider": scene["providers"][provider],
        "students": scene["students"][client * each + first : (client + 1) * each],
        "starts": starts,
    }


def _race(racers: Racers, wishes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deal the wishes out, wait until all are ready, and let them go."""
    shares = [wishes[number :: len(racers)] for number in range(len(racers))]
    running = [(racer, share) for racer, share in zip(racers, shares, strict=True) if share]
    for racer, share in running:
        processes.tell(racer, share)
    for racer, _share in running:
        processes.hear(racer)
    for racer, _share in running:
        processes.tell(racer, "go")
    return [result for racer, _share in running for result in processes.hear(racer)]


def _rate(results: list[dict[str, Any]]) -> dict[str, Any]:
    ends = Counter(end for result in results for end in result["ends"])
    seconds = max(r["ended"] for r in results) - min(r["began"] for r in results)
    took = [one for result in results for one in result["took"]]
    return {
        "a_second": ends["done"] / seconds,
        "done": ends["done"],
        "others": {end: count for end, count in ends.items() if end != "done"},
        "p50": median(took) * MILLI,
        "p99": percentile(took, 0.99) * MILLI,
    }


def _hot(scene: Scene, racers: Racers, plan: Plan) -> dict[str, Any]:
    """All clients want the same start of the same provider, again and again at another start."""
    took: list[float] = []
    ends: Counter[str] = Counter()
    for start in scene["starts"][-plan.hot_slots :]:
        wishes = [_wish(scene, "book", PROVIDERS - 1, n, [start]) for n in range(CLIENTS)]
        results = _race(racers, wishes)
        took += [one for result in results for one in result["took"]]
        ends.update(end for result in results for end in result["ends"])
    return {
        "slots": plan.hot_slots,
        "p50": median(took) * MILLI,
        "p99": percentile(took, 0.99) * MILLI,
        "ends": dict(ends),
    }
