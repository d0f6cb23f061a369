"""Part `imports`: courses and enrollment files of several sizes; rows a second and peak memory."""

from typing import Any

from bench import databases, processes
from bench.plan import Plan


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, as plain data; a process and a database for each size."""
    rows = []
    for count in plan.import_rows:
        with databases.throwaway(databases.SQLITE) as database:
            rows.append(_measure(database, plan, count))
    if databases.POSTGRESQL in databases.kinds():
        with databases.throwaway(databases.POSTGRESQL) as database:
            # One size shows how the databases compare; memory is the process's own.
            rows.append(_measure(database, plan, plan.import_rows[1]))
    return {"courses": plan.courses, "rows": rows}


def _measure(database: databases.Database, plan: Plan, count: int) -> dict[str, Any]:
    wish = {"courses": plan.courses, "rows": count}
    told = processes.ask("bench.imports_process", database.environment, wish)
    return {"database": database.kind, **told}
