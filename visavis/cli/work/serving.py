"""Serving pages and running jobs."""

import fcntl
import logging
import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from visavis.cli.output import say
from visavis.cli.running import Refused
from visavis.cli.work.assistant import Assistant
from visavis.cli.work.orphans import SITE, load_site
from visavis.core import clock, jobs
from visavis.core.address import remember_address
from visavis.core.worker import StandingWorker

MOST = 4
AFFINITY = hasattr(os, "sched_getaffinity")  # not on macOS
KILL_AFTER = 5  # seconds that a process may take to end by itself


def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve until a signal comes. Raises Refused for a port that cannot be had."""
    refuse_taken_port(host, port)
    collect_static()
    # Neither the server's processes nor the worker may share this process's connection.
    connection.close()
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        SITE,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or web_processes(),
        blocking_threads=threads,
        log_level=LogLevels.warning,
        workers_kill_timeout=KILL_AFTER,
        respawn_failed_workers=True,
    )
    remember_address(host, port)
    with Assistant(end_within=KILL_AFTER):
        say(f"Visavis serves on http://{host}:{port} (Ctrl-C ends it)")
        server.serve(target_loader=load_site, wrap_loader=False)


def web_processes() -> int:
    """How many processes serve unless it is said: one a processor that is ours, `MOST` at most.

    Pages are computing, of which one process does one at a time, on either database: SQLite's
    readers do not wait for each other. Each process keeps masks of its own, and memory has an end.
    """
    return min(len(os.sched_getaffinity(0)) if AFFINITY else os.cpu_count() or 1, MOST)


def worker(interval: float, parent: int | None) -> None:
    """Run jobs until a signal comes, or until the process `parent` is gone."""
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    if connection.vendor == "sqlite":
        with only_worker():
            # Nobody else can be at work, so what is marked as running was left by the dead.
            jobs.reap_all(now=clock.now())
            _work(interval, parent)
    else:
        connection.settings_dict["CONN_MAX_AGE"] = 600
        _work(interval, parent)


def _work(interval: float, parent: int | None) -> None:
    standing = StandingWorker(interval=interval)
    standing.configure_signals()
    standing.work(until=lambda: parent is not None and os.getppid() != parent)


@contextmanager
def only_worker() -> Iterator[None]:
    """Hold the one place of a worker on this data folder. Raises Refused when it is taken."""
    with (settings.DATA / "worker.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                f"A worker runs on {settings.DATA} already, and SQLite has room for one. "
                "`visavis serve` brings its own; for more, use PostgreSQL.",
                code="worker_runs",
            ) from error
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Refused with a sentence where the server would fail, or share the port in silence."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, number) as probe:
            # A port that was closed a moment ago is free for us.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(
            f"Port {port} on {host} cannot be used: {reason}. "
            "Choose another with --port, as in `visavis serve --port 8081`.",
            code="port_taken",
        ) from error


def collect_static() -> None:
    """Gather the static files unless what was gathered last is newer than all of them."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and manifest.stat().st_mtime >= _newest_source():
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0)


def _newest_source() -> float:
    paths = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return max((Path(path).stat().st_mtime for path in paths), default=0.0)
