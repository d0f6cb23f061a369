"""Part `bookings`: how many a second, beside a bare transaction; a slot that 32 want at once."""

from collections import Counter
from subprocess import Popen
from typing import Any

from bench import databases, processes
from bench.plan import Plan
from bench.timing import MILLI, median, percentile

PROCESSES, CLIENTS = 8, 32
BARE_TIMES = 5  # a bare transaction is so much shorter; it needs more of them to be timed
# Those that serve have opened their connections and sent each statement on them long ago, and
# PostgreSQL makes its last plan of a statement at the fifth time that it is carried out prepared.
WARM_UP = 10
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
                found[kind] = measure(scene, racers, plan)
            finally:
                for racer in racers:
                    processes.end(racer)
    return {"clients": CLIENTS, "databases": found}


def measure(scene: Scene, racers: Racers, plan: Plan) -> dict[str, Any]:
    """Bookings and bare transactions a second, alone and by many; and the hot slot."""
    scene = _split(scene, plan)
    alone = CLIENTS * 2
    many, few = min(plan.bookings * BARE_TIMES, len(scene["starts"])), plan.bookings
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


def _split(scene: Scene, plan: Plan) -> Scene:
    """The scene with its starts dealt out: to be counted, to warm up with, and the hot ones."""
    others, hot = scene["starts"][: -plan.hot_slots], scene["starts"][-plan.hot_slots :]
    return {**scene, "starts": others[:-WARM_UP], "warm_up": others[-WARM_UP:], "hot": hot}


def _each(scene: Scene, way: str, first: int, count: int) -> list[dict[str, Any]]:
    """A wish for each client: a provider of their own, so that no two want the same."""
    return [_wish(scene, way, first + number, number, count) for number in range(CLIENTS)]


def _wish(scene: Scene, way: str, provider: int, client: int, count: int) -> dict[str, Any]:
    """So many bookings of a client; each is of another student, who has no other."""
    each = len(scene["students"]) // (CLIENTS + 1)
    return {
        **{name: scene[name] for name in ("community", "service", "format", "location")},
        "way": way,
        "provider": scene["providers"][provider],
        "students": scene["students"][client * each : (client + 1) * each],
        "warm_up": scene["warm_up"],
        "starts": scene["starts"][:count],
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
    for start in scene["hot"]:
        wishes = [_wish(scene, "book", PROVIDERS - 1, n, 0) for n in range(CLIENTS)]
        results = _race(racers, [{**wish, "warm_up": [], "starts": [start]} for wish in wishes])
        took += [one for result in results for one in result["took"]]
        ends.update(end for result in results for end in result["ends"])
    return {
        "slots": plan.hot_slots,
        "p50": median(took) * MILLI,
        "p99": percentile(took, 0.99) * MILLI,
        "ends": dict(ends),
    }
