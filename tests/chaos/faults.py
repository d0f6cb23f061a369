"""What happens to the hosts, and when: drawn before the start, so that a seed repeats it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from tests.chaos.hosts import Host, Kind
from tests.chaos.network import Machine, Street

LASTS, REST = (2.0, 14.0), (0.5, 4.0)  # seconds of a fault, and from one to the next
COMES_BACK_IN = 15.0  # seconds that a host which was killed needs to be there again


class Fault(Enum):
    STOPPED = "processes killed with SIGKILL, started again later"
    DEAD = "power lost: killed and gone from the network at once, started again later"
    UNPLUGGED = "cable pulled, plugged in later"
    SILENT = "cut off in silence: packets vanish both ways, connections hang"
    MUTE = "what it sends to the database vanishes"
    DEAF = "what the database sends to it vanishes"


@dataclass(frozen=True)
class Blow:
    """One fault of one host, in seconds after the start."""

    begin: float
    end: float
    fault: Fault
    host: int

    @property
    def well_again(self) -> float:
        return self.end + (COMES_BACK_IN if self.fault in (Fault.STOPPED, Fault.DEAD) else 0)


def plan(dice: random.Random, kinds: Sequence[Kind], begin: float, end: float) -> list[Blow]:
    """Blows from `begin` on, all over by `end`; one host of each kind is always left in peace."""
    blows: list[Blow] = []
    deck: list[Fault] = []
    now = begin
    while now < end - LASTS[0]:
        now += dice.uniform(*REST)
        lasts, pick = dice.uniform(*LASTS), dice.random()
        struck = {blow.host for blow in blows if blow.well_again > now}
        free = [host for host in range(len(kinds)) if _may_be_struck(host, kinds, struck)]
        if not free or now >= end - LASTS[0]:
            continue
        if not deck:
            # Each comes as often as the others, also in a short run.
            deck = dice.sample(list(Fault), len(Fault))
        host = free[int(pick * len(free))]
        blows.append(Blow(now, min(now + lasts, end), deck.pop(), host))
    return blows


def _may_be_struck(host: int, kinds: Sequence[Kind], struck: set[int]) -> bool:
    same = {other for other, kind in enumerate(kinds) if kind is kinds[host]}
    return host not in struck and len(same - struck) > 1


class Fates:
    """Carries faults out on a street, and takes them back."""

    def __init__(self, street: Street, database: Machine) -> None:
        self.street, self.database = street, database

    def strike(self, fault: Fault, host: Host) -> None:
        deeds: dict[Fault, Callable[[], None]] = {
            Fault.STOPPED: host.kill,
            Fault.DEAD: lambda: self._lose_power(host),
            Fault.UNPLUGGED: lambda: self.street.pull(host.machine),
            Fault.SILENT: lambda: self.street.silence(host.machine),
            Fault.MUTE: lambda: self.street.mislead(host.machine, self.database),
            Fault.DEAF: lambda: self.street.mislead(self.database, host.machine),
        }
        deeds[fault]()

    def heal(self, fault: Fault, host: Host) -> None:
        deeds: dict[Fault, Callable[[], None]] = {
            Fault.STOPPED: host.ensure,
            Fault.DEAD: lambda: self._gain_power(host),
            Fault.UNPLUGGED: lambda: self.street.plug_in(host.machine),
            Fault.SILENT: lambda: self.street.pass_on(host.machine),
            Fault.MUTE: lambda: self.street.set_right(host.machine, self.database),
            Fault.DEAF: lambda: self.street.set_right(self.database, host.machine),
        }
        deeds[fault]()

    def _lose_power(self, host: Host) -> None:
        # The card first: what dies must not be able to say so.
        self.street.tear_out(host.machine)
        host.kill()

    def _gain_power(self, host: Host) -> None:
        self.street.wire(host.machine)
        host.ensure()
