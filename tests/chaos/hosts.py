"""The hosts of an installation: three serve pages, two work, each on its own machine."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tests.chaos.network import Machine
from tests.kills.browser import Door
from tests.kills.served import PRODUCT, Served

PORT = 8000
NAME = "visavis.test"
# What the proxy before a host in production adds.
PROXIED = {
    "Host": NAME,
    "Origin": f"https://{NAME}",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.7",
}
VISAVIS = [sys.executable, "-m", "visavis.cli.main"]
SERVE = ["serve", "--host", "0.0.0.0", "--port", str(PORT)]  # noqa: S104  (in a namespace)
WEB = [*VISAVIS, *SERVE, "--no-worker", "--workers", "1"]
WORK = [*VISAVIS, "worker"]
OPENS_WITHIN = 3  # seconds
TOO_OFTEN = 20


class Kind(Enum):
    WEB = "web"
    WORKER = "worker"


@dataclass
class Host:
    """One machine with `visavis serve` or `visavis worker` on it, started as in production."""

    machine: Machine
    kind: Kind
    served: Served
    ended_by_itself: int = field(default=0)

    @property
    def name(self) -> str:
        return self.machine.name

    @property
    def door(self) -> Door:
        return Door(self.machine.address, PORT, PROXIED, OPENS_WITHIN, "__Host-")

    def ensure(self) -> None:
        """Start it, or start it again as a service manager does."""
        if self.served.has_ended():
            self.ended_by_itself += 1
            if self.ended_by_itself > TOO_OFTEN:
                raise RuntimeError(f"{self.name} ended by itself again and again.")
            self.served.forget()
        self.served.ensure()

    def kill(self) -> None:
        """SIGKILL for everything on it."""
        self.served.kill_whole()


def hosts_on(machines: list[Machine], environment: dict[str, str], folder: Path) -> list[Host]:
    """A host on each machine, as its name says what it does; none started yet."""
    _gather_static(environment, folder / "gathered")
    return [_host_on(machine, environment, folder) for machine in machines]


def _host_on(machine: Machine, environment: dict[str, str], folder: Path) -> Host:
    kind = Kind(machine.name.rstrip("0123456789"))
    data = folder / machine.name
    shutil.copytree(folder / "gathered", data)
    command = machine.inside(WEB if kind is Kind.WEB else WORK)
    return Host(machine, kind, Served(command, environment | {"VISAVIS_DATA": str(data)}))


def _gather_static(environment: dict[str, str], data: Path) -> None:
    """Once, as it is done when a release is made, and not by each host at its first start."""
    data.mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0"],
        env=os.environ | PRODUCT | environment | {"VISAVIS_DATA": str(data)},
        check=True,
    )
