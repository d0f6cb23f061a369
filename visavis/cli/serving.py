"""`visavis serve`, `visavis worker`, `visavis migrate`."""

import click

from visavis.cli.running import does


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    envvar="PORT",
    show_default=True,
    show_envvar=True,
    help="Port to listen on.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that answer requests (one a processor and 4 at most unless said otherwise).",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Requests that one process answers at a time.",
)
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="Whether a worker for background jobs runs beside the pages.",
)
@click.option(
    "--stop-delay",
    type=click.FloatRange(0, 600),
    default=1,
    envvar="STOP_DELAY",
    show_default=True,
    show_envvar=True,
    help="Seconds after SIGTERM in which pages go on and /readyz says that the server stops.",
)
@click.option(
    "--stop-timeout",
    type=click.IntRange(1, 3600),
    default=30,
    envvar="STOP_TIMEOUT",
    show_default=True,
    show_envvar=True,
    help="Seconds that requests and the running job may then take to end.",
)
@does("serving:serve")
def serve() -> None:
    """Serve the pages, with a worker for background jobs beside them.

    Migrates a SQLite database, collects static files when they changed, and starts a worker again
    when it ends. Ctrl-C and SIGTERM end everything; what has begun is finished.
    """


@click.command()
@click.option(
    "--interval",
    type=click.FloatRange(min=1),
    default=1,
    show_default=True,
    help="Seconds between two looks for jobs while there are none.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    envvar="WORKER_HOST",
    show_default=True,
    show_envvar=True,
    help="Address for --port.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="WORKER_PORT",
    show_envvar=True,
    help="Port at which the worker tells whether it lives (/healthz) and its metrics (/metrics).",
)
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
@does("serving:worker")
def worker() -> None:
    """Run background jobs without serving pages: mail, imports, whatever runs by the clock.

    On PostgreSQL any number may run, on any machine; on SQLite one. `visavis serve` has its own.
    """


@click.command()
def migrate() -> None:
    """Bring the database up to this version. Run it after each upgrade; twice does no harm."""
    from visavis.cli.work.migrating import migrate as carry_out  # noqa: PLC0415  (help stays fast)

    carry_out()
