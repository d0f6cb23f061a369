"""How connections to a database are made: what they may wait for, and how many there are."""

from typing import Any

from visavis.config.environment import ENGINES, read_not_negative
from visavis.config.silence import our_end, their_end

# Seconds, for a page and for whatever else there is: jobs, commands, imports.
PAGES, JOBS = "", "JOB_"
DEFAULTS = {
    "STATEMENT_TIMEOUT": {PAGES: 30, JOBS: 900},
    "LOCK_TIMEOUT": {PAGES: 10, JOBS: 60},
    "IDLE_TRANSACTION_TIMEOUT": {PAGES: 60, JOBS: 900},
}
PARAMETERS = {
    "STATEMENT_TIMEOUT": "statement_timeout",
    "LOCK_TIMEOUT": "lock_timeout",
    "IDLE_TRANSACTION_TIMEOUT": "idle_in_transaction_session_timeout",
}
# A page from anywhere costs a disk without moving parts hardly more than the next one. By its own 4
# the server would read the hours of all schools to find those of a thousand people.
PLANNING = {"random_page_cost": 1.1}
# So many seconds SQLite waits while another writes.
PATIENCE = 20
# An index of a large table takes as long as it takes; but a migration that waits for a lock keeps
# everybody waiting behind it, so it gives up soon and is run again.
MIGRATION = {"STATEMENT_TIMEOUT": 0, "IDLE_TRANSACTION_TIMEOUT": 0, "LOCK_TIMEOUT": 10}


def is_sqlite(database: dict[str, Any]) -> bool:
    return bool(database["ENGINE"] == ENGINES[0])


def complete(database: dict[str, Any]) -> None:
    """Add to an address how its connections are made for pages."""
    if is_sqlite(database):
        database["CONN_MAX_AGE"] = 600
        database["OPTIONS"] = {
            # Readers that become writers half-way would fail with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=2000;"
            ),
        }
        return
    # The pool keeps connections; Django's own persistence must stay off beside it.
    database["CONN_MAX_AGE"] = 0
    database["CONN_HEALTH_CHECKS"] = True
    # What an address says itself stays.
    options = database["OPTIONS"] = our_end() | database.get("OPTIONS", {})
    options["pool"] = {
        "min_size": 1,
        "max_size": max(read_not_negative("DATABASE_POOL_SIZE", default=8), 1),
        # How long a page waits for a connection, and so for a server that went away.
        "timeout": read_not_negative("DATABASE_POOL_TIMEOUT", default=5),
    }
    if found := limits(PAGES):
        # Of two words for the same, the server takes the later one.
        options["options"] = f"{found} {options.get('options', '')}".rstrip()


def limits(who: str, **instead: int) -> str:
    """What the server ends by itself, for whom, and how it plans, as libpq's options.

    The environment says the limits. 0 is no limit, and where there is none nothing is sent: some
    poolers know no such options.
    """
    seconds = {
        name: instead.get(name, read_not_negative(f"{who}{name}", default=defaults[who]))
        for name, defaults in DEFAULTS.items()
    }
    found = {PARAMETERS[name]: end * 1000 for name, end in seconds.items() if end} | their_end()
    planning = PLANNING if found else {}
    return " ".join(f"-c {name}={number}" for name, number in (planning | found).items())
