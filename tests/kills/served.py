"""`visavis serve` as somebody runs it, and the processes that it is made of."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "visavis.cli.main", "serve"]
DIES_WITHIN, ENDS_WITHIN = 20, 40  # seconds
# Words in the command lines of its processes.
ANSWERING, WORKING = "spawn_main", "visavis.cli.main worker"


# One machine asks here for what a campus asks in an hour.
UNLIMITED = {"LIMIT_SEARCH": "off", "LIMIT_BOOKING": "off"}
PRODUCT = {"DJANGO_SETTINGS_MODULE": "visavis.config.settings", "VISAVIS_DEMO": "0"}


class Served:
    """One installation: started again whenever it is not there."""

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        limits: Mapping[str, str] = UNLIMITED,
    ) -> None:
        self.command = command
        self.environment = {**os.environ, **limits, **PRODUCT, **environment}
        self._server: subprocess.Popen | None = None

    @classmethod
    def here(cls, port: int, mail_port: int) -> "Served":
        """Pages with a worker beside them, on this machine."""
        return cls([*COMMAND, "--port", str(port)], {"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"})

    def has_ended(self) -> bool:
        """Whether it was started and is gone, though nobody has killed it."""
        return self._server is not None and self._server.poll() is not None

    def forget(self) -> None:
        """Take it for not started."""
        self._server = None

    def ensure(self) -> None:
        """Start it if it is not there. Raises RuntimeError when it has ended by itself."""
        if self._server is None:
            self._server = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL
            )
        elif self._server.poll() is not None:
            raise RuntimeError(f"`visavis serve` ended by itself with {self._server.returncode}.")

    def kill_web(self) -> bool:
        """End one process that answers requests; the server brings another."""
        return any(_kill(pid) for pid in self._children(ANSWERING))

    def kill_whole(self) -> bool:
        """End the server with all that answer requests, as a machine does that has no memory left.

        Its worker is left behind, sees that, and ends by itself.
        """
        server = self._server
        if server is None:
            return False
        answering = self._children(ANSWERING)
        server.kill()
        for pid in answering:
            _kill(pid)
        server.wait()
        self._server = None
        _wait_for_end(answering)
        return True

    def kill_worker(self) -> bool:
        """End the worker beside it; False while there is none."""
        return any(_kill(pid) for pid in self._children(WORKING))

    def processes(self) -> dict[str, int]:
        """Each process by what it does: the server, those that answer, the worker beside it."""
        if self._server is None:
            return {}
        answering = enumerate(self._children(ANSWERING), start=1)
        working = self._children(WORKING)
        found = {"server": self._server.pid, **{f"web {n}": pid for n, pid in answering}}
        return found | ({"worker": working[0]} if working else {})

    def end(self) -> None:
        """As Ctrl-C does: what has begun is finished."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(timeout=ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill_worker()
            self.kill_whole()
        self._server = None

    def _children(self, words: str) -> list[int]:
        """The processes below the server whose command line holds these words."""
        if self._server is None:
            return []
        # Each thread of the server has the children that it has started.
        tasks = Path(f"/proc/{self._server.pid}/task").glob("*/children")
        listed = {int(child) for task in tasks for child in _read(task).split()}
        return sorted(pid for pid in listed if words in _command_line(pid))


def _command_line(pid: int) -> str:
    return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")


def _read(path: Path) -> str:
    """What the machine says of a process; nothing of one that is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _wait_for_end(pids: list[int]) -> None:
    """Nobody waits for the orphans but the machine; until then they may hold the port."""
    end = time.monotonic() + DIES_WITHIN
    while any(_command_line(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.01)
