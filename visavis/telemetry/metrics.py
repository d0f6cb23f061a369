"""What modules say about their doings (`core.measuring`), as Prometheus counts it.

In `visavis serve` every process writes into files of one folder (prometheus-client's multiprocess
mode), so whichever of them is asked answers for all, the worker included. What rows know anyway,
how many jobs wait for instance, is asked of the database when somebody asks: `telemetry.rows`.
"""

from prometheus_client import Counter, Histogram

from visavis.core.troubles import Trouble

# Pages and searches; seconds.
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)

COUNTED = {
    "http_requests": Counter(
        "visavis_http_requests", "Requests answered.", ["route", "method", "status"]
    ),
    "bookings": Counter(
        "visavis_bookings",
        "What people did with bookings, by what came of it: done, or why it was refused.",
        ["action", "outcome"],
    ),
    "jobs": Counter("visavis_jobs", "Jobs that were tried, by how it ended.", ["job", "outcome"]),
    "import_rows": Counter(
        "visavis_import_rows", "Rows of files that were applied.", ["kind", "outcome"]
    ),
    "calendar_fetches": Counter(
        "visavis_calendar_fetches",
        "Outside calendars that were asked for, by what came of it.",
        ["outcome"],
    ),
    "mails": Counter("visavis_mails", "Messages handed to the mail server, or not.", ["outcome"]),
    "database_conflicts": Counter(
        "visavis_database_conflicts",
        "Transactions that lost against another and were carried out again.",
        ["action"],
    ),
    "database_troubles": Counter(
        "visavis_database_troubles", "Pages that the database kept from being shown.", ["trouble"]
    ),
}
TIMED = {
    "http_request": Histogram(
        "visavis_http_request_seconds", "How long a page took.", ["route"], buckets=QUICK
    ),
    "slot_search": Histogram(
        "visavis_slot_search_seconds", "How long a search for free times took.", buckets=QUICK
    ),
    "job": Histogram("visavis_job_seconds", "How long a job took.", ["job"], buckets=SLOW),
    "calendar_fetch": Histogram(
        "visavis_calendar_fetch_seconds", "How long an outside calendar took.", buckets=SLOW
    ),
}

# Prometheus sees a rise only between two figures: what is first heard of when it happens has not
# risen. So what an alert looks for is there at nought before it happens.
WATCHED = {
    "mails": [{"outcome": outcome} for outcome in ("sent", "failed", "given_up")],
    "database_troubles": [{"trouble": trouble.value} for trouble in Trouble],
}


def begin() -> None:
    """Let what alerts look for begin at nought."""
    for what, watched in WATCHED.items():
        for labels in watched:
            COUNTED[what].labels(**labels)


def hear(what: str, amount: float, labels: dict[str, str]) -> None:
    """A listener of `core.measuring`; what has no figure here is not counted."""
    counter, histogram = COUNTED.get(what), TIMED.get(what)
    if counter is not None:
        counter.labels(**labels).inc(amount)
    elif histogram is not None:
        (histogram.labels(**labels) if labels else histogram).observe(amount)
