"""How much memory the processes of a server hold, as the system counts it."""

import re
import threading
import time
from pathlib import Path
from typing import Self

from tests.kills.served import Served

KILO = 1024
HELD, PEAK = "VmRSS", "VmHWM"
OWN = "RssAnon"  # without pages of files, which the system lends: SQLite maps its own
EVERY = 60.0  # seconds


def held(served: Served) -> dict[str, dict[str, float]]:
    """Megabytes of each process, now and at its highest."""
    found = {name: _sizes(pid) for name, pid in served.processes().items()}
    return {name: sizes for name, sizes in found.items() if sizes}


def _sizes(pid: int) -> dict[str, float]:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return {}
    sizes = dict(re.findall(r"^(\w+):\s+(\d+) kB$", status, re.MULTILINE))
    return {name: int(sizes[name]) / KILO for name in (HELD, PEAK, OWN) if name in sizes}


class Sampler:
    """Looks every so often within the block at what each process holds: (hours, megabytes)."""

    def __init__(self, served: Served, every: float = EVERY) -> None:
        self.served, self.every = served, every
        self.samples: dict[str, list[tuple[float, float]]] = {}
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._over.set()
        self._looking.join()
        self._sample()

    def _look(self) -> None:
        self._begun = time.monotonic()
        self._sample()
        while not self._over.wait(self.every):
            self._sample()

    def _sample(self) -> None:
        hours = (time.monotonic() - self._begun) / 3600
        for name, sizes in held(self.served).items():
            self.samples.setdefault(name, []).append((hours, sizes[OWN]))
