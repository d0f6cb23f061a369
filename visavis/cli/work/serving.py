"""Serving pages and running jobs."""

import fcntl
import multiprocessing
import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from visavis.cli.output import say
from visavis.cli.running import Refused
from visavis.cli.work.assistant import Assistant
from visavis.cli.work.orphans import SITE, load_site
from visavis.core import clock, jobs
from visavis.core.address import remember_address
from visavis.core.worker import StandingWorker
from visavis.telemetry import exposition, logs
from visavis.telemetry.beside import tell_beside

MOST = 4
AFFINITY = hasattr(os, "sched_getaffinity")  # not on macOS
STOPPING = "stopping"
# Seconds until a thread without requests ends: the most that Granian allows, instead of 30. It
# leaves its connection behind, on SQLite open with all that it keeps until Python's collector
# comes by, and the next thread opens another.
PATIENCE_OF_THREADS = 600


def serve(
    *,
    host: str,
    port: int,
    workers: int | None,
    threads: int,
    with_worker: bool,
    stop_delay: float,
    stop_timeout: int,
) -> None:
    """Serve until a signal comes. Raises Refused for a port that cannot be had."""
    refuse_taken_port(host, port)
    collect_static()
    # Neither the server's processes nor the worker may share this process's connection.
    connection.close()
    multiprocessing.set_start_method("spawn", force=True)
    shared = share_folder(port)
    server = Server(
        SITE,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or web_processes(),
        blocking_threads=threads,
        blocking_threads_idle_timeout=PATIENCE_OF_THREADS,
        log_level=LogLevels.warning,
        log_dictconfig=logs.settings_of_server(as_json=settings.LOG_AS_JSON),
        workers_kill_timeout=stop_timeout,
        respawn_failed_workers=True,
    )
    remember_address(host, port)
    assistant = Assistant(end_within=stop_timeout)
    leave = Leave(server, shared / STOPPING, stop_delay, assistant.ask_to_end)
    server.on_startup(leave.listen)
    with assistant if with_worker else nullcontext():
        say(f"Visavis serves on http://{host}:{port} (Ctrl-C ends it)")
        server.serve(target_loader=load_site, wrap_loader=False)


class Leave:
    """How the server takes its leave: no new connections are wanted, but nobody is turned away.

    For a while after SIGTERM everything is answered, `/readyz` says that the server stops, so that
    whoever shares out requests sends no more, and no connection is kept. Then what has begun is
    finished. Ctrl-C, and a second SIGTERM, end it without the while.
    """

    def __init__(
        self, server: AbstractServer[Any], mark: Path, delay: float, and_then: Callable[[], None]
    ) -> None:
        self.server, self.mark, self.delay, self.and_then = server, mark, delay, and_then

    def listen(self) -> None:
        signal.signal(signal.SIGTERM, self._begin)

    def _begin(self, *_signal: object) -> None:
        signal.signal(signal.SIGTERM, self.server.signal_handler_interrupt)
        self.mark.touch()
        waiting = threading.Timer(self.delay, self._end)
        waiting.daemon = True
        waiting.start()

    def _end(self) -> None:
        self.and_then()
        self.server.signal_handler_interrupt()  # type: ignore[no-untyped-call]


def share_folder(port: int) -> Path:
    """An empty folder for what the processes of this server tell each other: figures, its end.

    They learn of it from the environment.
    """
    folder = settings.DATA / "serving" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ.setdefault(exposition.FOLDER, str(folder))
    os.environ["VISAVIS_STOPPING_MARK"] = str(folder / STOPPING)
    return folder


def web_processes() -> int:
    """How many processes serve unless it is said: one a processor that is ours, `MOST` at most.

    Pages are computing, of which one process does one at a time, on either database: SQLite's
    readers do not wait for each other. Each process keeps masks of its own, and memory has an end.
    """
    return min(len(os.sched_getaffinity(0)) if AFFINITY else os.cpu_count() or 1, MOST)


def worker(interval: float, host: str, port: int | None, parent: int | None) -> None:
    """Run jobs until a signal comes, or until the process `parent` is gone."""
    standing = StandingWorker(interval=interval)
    if port is not None and parent is None:
        _tell_beside(standing, host, port)
    if connection.vendor == "sqlite":
        with only_worker():
            # Nobody else can be at work, so what is marked as running was left by the dead.
            jobs.reap_all(now=clock.now())
            _work(standing, parent)
    else:
        connection.settings_dict["CONN_MAX_AGE"] = 600
        _work(standing, parent)


def _tell_beside(standing: StandingWorker, host: str, port: int) -> None:
    try:
        tell_beside(host, port, is_well=standing.is_well)
    except OSError as error:
        raise taken(host, port, error, "WORKER_PORT") from error


def _work(standing: StandingWorker, parent: int | None) -> None:
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
        raise taken(host, port, error, "PORT") from error


def taken(host: str, port: int, error: OSError, name: str) -> Refused:
    return Refused(
        f"Port {port} on {host} cannot be used: {error.strerror or error}. "
        f"Choose another with --port or {name}, as in `visavis serve --port 8081`.",
        code="port_taken",
    )


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
