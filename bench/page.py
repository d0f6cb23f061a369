"""Part `page`: "Pick a time" over HTTP, served as it ships, warm and after bookings."""

from typing import Any

from bench import databases, processes
from bench.databases import Database
from bench.plan import Plan
from bench.served import served
from bench.timing import MILLI, median, percentile

# Web processes; without a word, `visavis serve` starts one a processor.
WORKERS = {databases.SQLITE: (1, 2), databases.POSTGRESQL: (2,)}
CONNECTIONS = (1, 4, 8)
WARM_UP = 24
BOOKINGS = 10


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, as plain data."""
    found = []
    for kind in databases.kinds():
        with databases.throwaway(kind) as database:
            # It stays: it books what shall make the pages stale.
            booker = processes.start("bench.page_process", database.environment)
            try:
                processes.tell(booker, {"providers": plan.page_providers})
                page = processes.hear(booker)
                for workers in WORKERS[kind]:
                    found += _measure(database, booker, page, workers, plan)
            finally:
                processes.end(booker)
    return {"providers": plan.page_providers, "rows": found}


def _measure(
    database: Database, booker: Any, page: dict[str, str], workers: int, plan: Plan
) -> list[dict[str, Any]]:
    found = []
    with served(database.environment, workers=workers) as port:
        wish = {**page, "port": port}
        client = processes.start("bench.client", {})
        try:
            _request(client, wish, WARM_UP, max(CONNECTIONS))
            for connections in CONNECTIONS:
                told = _request(client, wish, plan.page_requests, connections)
                found.append(_row(database, workers, str(connections), told))
            stale = [_after_booking(client, booker, wish) for _ in range(BOOKINGS)]
            found.append(_row(database, workers, "after", _together(stale)))
        finally:
            processes.end(client)
    return found


def _request(client: Any, wish: dict[str, Any], requests: int, connections: int) -> dict[str, Any]:
    processes.tell(client, {**wish, "requests": requests, "connections": connections})
    told: dict[str, Any] = processes.hear(client)
    if told["bad"]:
        raise processes.Failed(f"{told['bad']} of {requests} pages came with another status.")
    return told


def _after_booking(client: Any, booker: Any, wish: dict[str, Any]) -> dict[str, Any]:
    processes.tell(booker, "book")
    processes.hear(booker)
    return _request(client, wish, 1, 1)


def _together(told: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = [one["seconds"][0] for one in told]
    return {**told[-1], "seconds": seconds, "a_second": None}


def _row(database: Database, workers: int, name: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "database": database.kind,
        "workers": workers,
        "connections": name,
        "p50": median(told["seconds"]) * MILLI,
        "p95": percentile(told["seconds"], 0.95) * MILLI,
        "a_second": told["a_second"],
        "client_ms": told["own_seconds"] * MILLI,
        "bytes": told["bytes"],
    }
