"""A street of machines in one: each a network namespace with a cable into one switch.

Everything is inside namespaces with names of its own, the switch as well: nothing of the machine's
own network is touched, and two streets do not meet.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

SWITCH, CARD = "switch", "eth0"
NOWHERE = "02:00:00:00:00:ff"
NET = "10.77.0"
OUTLIVES = 5  # seconds


def lack() -> str:
    """What is missing here to make namespaces, as one clear sentence; blank when nothing is."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "no `ip` here: network namespaces need the package “iproute2”"
    name = f"vv-try-{os.getpid()}"
    for words in (["netns", "add", name], ["-n", name, "link", "add", SWITCH, "type", "bridge"]):
        if trouble := _try(*words):
            _try("netns", "del", name)
            return f"network namespaces cannot be made here: {trouble}"
    _ip("netns", "del", name)
    return ""


@dataclass(frozen=True)
class Machine:
    """One namespace: its name on the street, its address, and how a command is run in it."""

    street: str
    name: str
    address: str

    @property
    def namespace(self) -> str:
        return f"{self.street}-{self.name}"

    @property
    def cable(self) -> str:
        """Its end at the switch."""
        return f"to-{self.name}"

    def inside(self, command: Sequence[str]) -> list[str]:
        """The same command, in this machine; it keeps its process id."""
        return ["ip", "netns", "exec", self.namespace, *command]


class Street:
    """The switch, whose machine has the first address, and the machines that are plugged in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.switch = Machine(name, SWITCH, f"{NET}.1")
        self.made: list[Machine] = []

    def __enter__(self) -> Self:
        self._add(self.switch)
        self._in_switch("link", "add", SWITCH, "type", "bridge")
        self._in_switch("address", "add", f"{self.switch.address}/24", "dev", SWITCH)
        self._in_switch("link", "set", SWITCH, "up")
        self._in_switch("link", "set", "lo", "up")
        return self

    def __exit__(self, *reason: object) -> None:
        for machine in reversed(self.made):
            _try("netns", "del", machine.namespace)

    def machine(self, name: str, number: int) -> Machine:
        """One more, plugged in."""
        machine = Machine(self.name, name, f"{NET}.{number}")
        self._add(machine)
        self.wire(machine)
        return machine

    def _add(self, machine: Machine) -> None:
        _ip("netns", "add", machine.namespace)
        self.made.append(machine)

    def _in_switch(self, *words: str) -> None:
        _ip("-n", self.switch.namespace, *words)

    def wire(self, machine: Machine) -> None:
        """A card for a machine that has none, and the cable to the switch."""
        peer = ("peer", "name", CARD, "netns", machine.namespace)
        self._in_switch("link", "add", machine.cable, "type", "veth", *peer)
        self._in_switch("link", "set", machine.cable, "master", SWITCH, "up")
        self.inside(machine, "address", "add", f"{machine.address}/24", "dev", CARD)
        self.inside(machine, "link", "set", CARD, "up")
        self.inside(machine, "link", "set", "lo", "up")

    def inside(self, machine: Machine, *words: str) -> None:
        _ip("-n", machine.namespace, *words)

    # --- What goes wrong with a cable ---------------------------------------------------------

    def pull(self, machine: Machine) -> None:
        """The card sees that nothing is plugged in."""
        self._in_switch("link", "set", machine.cable, "down")

    def plug_in(self, machine: Machine) -> None:
        self._in_switch("link", "set", machine.cable, "up")

    def silence(self, machine: Machine) -> None:
        """The card sees a cable, but the switch passes nothing on: connections hang."""
        self._in_switch("link", "set", machine.cable, "nomaster")

    def pass_on(self, machine: Machine) -> None:
        self._in_switch("link", "set", machine.cable, "master", SWITCH)

    def mislead(self, one: Machine, about: Machine) -> None:
        """What `one` sends to the other goes to nobody; what the other sends still arrives."""
        self.inside(
            one,
            "neigh",
            "replace",
            about.address,
            "lladdr",
            NOWHERE,
            "dev",
            CARD,
            "nud",
            "permanent",
        )

    def set_right(self, one: Machine, about: Machine) -> None:
        self.inside(one, "neigh", "del", about.address, "dev", CARD)

    def tear_out(self, machine: Machine) -> None:
        """The card goes, and with it every connection; nobody at the other end is told."""
        self._in_switch("link", "del", machine.cable)


def _ip(*words: str) -> None:
    if trouble := _try(*words):
        raise RuntimeError(f"`ip {' '.join(words)}` failed: {trouble}")


def _try(*words: str) -> str:
    """What `ip` says that stands against it, blank when it is done."""
    command = ["ip", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return (done.stderr.strip() or f"status {done.returncode}") if done.returncode else ""
