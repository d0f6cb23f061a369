"""Part `openings`: the same question through the database, cold, warm and after one booking."""

from typing import Any

from bench import databases, processes
from bench.plan import Plan


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, by database, as plain data."""
    found = {}
    for kind in databases.kinds():
        with databases.throwaway(kind) as database:
            found[kind] = processes.ask(
                "bench.openings_process",
                database.environment,
                {"providers": plan.database_providers, "seconds": plan.seconds},
            )
    return found
