"""The worker beside the server."""

import os
import subprocess
import sys
import threading
import time
from typing import Self

from visavis.cli.output import say

SHORTEST_REST, LONGEST_REST = 1.0, 30.0  # seconds before a worker that ended starts again
LIVED_WELL = 60.0  # seconds after which an end is no sign of a lasting trouble


class Assistant:
    """Keeps one `visavis worker` running within the block: started again when it ends."""

    def __init__(self, *, end_within: float) -> None:
        self.end_within = end_within
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.ask_to_end()
        if self._child is not None:
            self._see_end(self._child)
        self._keeper.join(self.end_within)

    def ask_to_end(self) -> None:
        """Tell the worker, once, to end after its job, and start no other."""
        with self._starting:
            if self._stopping.is_set():
                return
            self._stopping.set()
            if self._child is not None:
                self._child.terminate()

    def _keep(self) -> None:
        rest = SHORTEST_REST
        while child := self._start():
            born = time.monotonic()
            status = child.wait()
            if self._stopping.is_set():
                return
            lived = time.monotonic() - born
            rest = SHORTEST_REST if lived > LIVED_WELL else min(rest * 2, LONGEST_REST)
            say(f"The worker ended with status {status}; it starts again in {rest:.0f} seconds.")
            self._stopping.wait(rest)

    def _start(self) -> "subprocess.Popen[bytes] | None":
        with self._starting:
            if self._stopping.is_set():
                return None
            command = [sys.executable, "-m", "visavis.cli.main", "worker"]
            # A session of its own: Ctrl-C reaches the server, which then ends the worker, once.
            self._child = subprocess.Popen(  # noqa: S603  (our own command)
                [*command, "--parent", str(os.getpid())], start_new_session=True
            )
            return self._child

    def _see_end(self, child: "subprocess.Popen[bytes]") -> None:
        try:
            child.wait(self.end_within)
        except subprocess.TimeoutExpired:
            child.kill()
