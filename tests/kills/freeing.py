"""Kills the worker while it offers freed times to those who wait, and counts what it has left.

    DATABASE_URL=… VISAVIS_DATA=… python -m tests.kills.freeing --kills 200 --seed 1

prints one line of JSON. One process gives meetings back through the real pages, one after the
other, and acknowledges each; the worker is that of `visavis worker`. Each of its lives is a process
of its own that ends by SIGKILL. More people wait than times come free, and no offer runs out: in
the end every time that was given back is held for one of them.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.kills import supervisor  # isort: skip  (sets Django up)

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from tests.factories.world import TESTER, World, make_world
from visavis.bookings.actions import (
    Order,
    Wish,
    book,
    expire_requests,
    join_waitlist,
    run_waitlist,
)
from visavis.bookings.enums import (
    CommitmentPart,
    CommitmentStatus,
    HoldState,
    WaitlistEventKind,
    WaitlistState,
)
from visavis.bookings.models import Commitment, Hold, WaitlistEntry, WaitlistEvent
from visavis.bookings.openings import Question, ask
from visavis.cli.work.serving import worker
from visavis.communities.actions import change_settings
from visavis.core import clock, jobs
from visavis.core.worker import StandingWorker
from visavis.notifications import delivery, outbox
from visavis.notifications.enums import Kind
from visavis.notifications.models import Message

MENTORS_TIMES = 150
PATIENCE = 180  # seconds
A_WEEK = 7 * 24 * 60
# A round ends so many acknowledgements after its start, and so many seconds after the last of them:
# the worker looks once a second.
FREED, REST = (1, 3), (0.0, 1.4)
LONGEST_ROUND = 20  # seconds
GIVEN_BACK = (200, 302)


def stage(count: int) -> dict:
    """At least so many times, all of them taken, and more people who wait for any of them."""
    call_command("migrate", verbosity=0)
    world = make_world()
    settings = {"waitlist": True, "waitlist_hold_minutes": A_WEEK}
    world.community = change_settings(world.community, settings, by=TESTER)
    world.service.community = world.community
    mentors = -(-count // MENTORS_TIMES)
    taken = [row for n in range(mentors) for row in _take_all(world, n, -(-count // mentors))]
    days = [row["day"] for row in taken]
    for number in range(len(taken) + 5):
        who = world.student(f"Waits{number}")
        wish = Wish(who, world.service, world.format, min(days), max(days))
        join_waitlist(wish, by=TESTER, now=clock.now())
    return {"taken": [{**row, "day": str(row["day"])} for row in taken]}


def _take_all(world: World, number: int, count: int) -> list[dict]:
    """One student takes every time of a mentor, by whole days, until there are so many."""
    provider, student = world.provider(f"Mentor{number}"), world.student(f"Has{number}")
    client, now = Client(), clock.now()
    client.force_login(student)
    question = Question(
        community=world.community,
        service=world.service,
        format=world.format,
        first=(now + timedelta(days=9)).astimezone(world.community.zone).date(),
        days=1,
        now=now,
        student=student,
        provider=provider,
    )
    found: list[dict] = []
    while len(found) < count:
        for start in ask(question).starts:
            booking = book(Order(question, start, f"{number}-{start}"), by=TESTER, now=now)
            root = f"/c/{world.community.slug}/bookings/{booking.public_id}"
            found.append(
                {
                    "page": f"{root}/cancellation/",
                    "session": client.cookies["sessionid"].value,
                    "time": [provider.pk, start.isoformat()],
                    "day": question.first,
                }
            )
        question = replace(question, first=question.first + timedelta(days=1))
    return found


@dataclass
class Spoken:
    """A pipe through which the process that gives back says how far it has come."""

    ends: tuple[int, int] = field(default_factory=os.pipe)
    count: int = 0

    def __post_init__(self):
        os.set_blocking(self.ends[0], False)

    def say(self, number: int) -> None:
        os.write(self.ends[1], f"{number}\n".encode())

    def listen(self) -> int:
        """How many are acknowledged."""
        try:
            while heard := os.read(self.ends[0], 65536):
                self.count = int(heard.split()[-1])
        except BlockingIOError:
            pass
        return self.count


def work() -> None:
    """What `visavis worker` does."""
    # As the command line does: one thread needs no pool.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    worker(1.0, "127.0.0.1", None, None)


def free_all(taken: list[dict], done: int, say: Callable[[int], None]) -> None:
    """Give back on, from the first that was not acknowledged, until the end of this process."""
    for number, one in enumerate(taken[done:], start=done + 1):
        client = Client(headers={"host": "localhost"})
        client.cookies["sessionid"] = one["session"]
        answer = client.post(one["page"])
        if answer.status_code not in GIVEN_BACK:
            raise RuntimeError(f"{one} was answered with {answer.status_code}.")
        say(number)
        time.sleep(0.1)
    time.sleep(PATIENCE)


def finish() -> dict:
    """Let the worker's jobs be done, look once more by the clock, and say what there is."""
    standing = StandingWorker()
    jobs.reap_all(now=clock.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())
    while standing.step():
        pass
    expire_requests(now=clock.now())
    run_waitlist(now=clock.now())
    outbox.tell_all(now=clock.now())
    delivery.send_off_stranded()
    while standing.step():
        pass
    held = Hold.objects.filter(state=HoldState.OPEN)
    offers = WaitlistEvent.objects.filter(kind=WaitlistEventKind.OFFERED)
    offered = WaitlistEntry.objects.filter(state=WaitlistState.OFFERED)
    kept = Commitment.objects.filter(part=CommitmentPart.HOLD, status=CommitmentStatus.HELD)
    mails = Message.objects.filter(kind=Kind.OFFERED)
    return {
        "held": [[p, s.isoformat()] for p, s in held.values_list("provider_id", "start")],
        "offers": list(offers.values_list("entry_id", flat=True)),
        "times_offered": [
            [p, s.isoformat()] for p, s in offers.values_list("hold__provider_id", "hold__start")
        ],
        "held_without_offer": held.exclude(pk__in=offered.values("hold")).count()
        + kept.exclude(pk__in=held.values("commitment")).count(),
        "offers_without_hold": offered.exclude(hold__in=held).count(),
        "mails": list(mails.values_list("recipient_id", flat=True)),
    }


def run(kills: int, seed: int) -> dict:
    """Kill the worker so many times, let the work be finished, and count."""
    dice = random.Random(seed)  # noqa: S311  (which moment, no secret)
    taken = supervisor.ask(lambda: stage(FREED[1] * kills))["taken"]
    spoken, ended = Spoken(), 0
    freeing = supervisor.fork(lambda: free_all(taken, 0, spoken.say))
    try:
        while ended < kills:
            worker = supervisor.fork(work)
            enough, until = spoken.listen() + dice.randint(*FREED), time.monotonic() + LONGEST_ROUND
            while spoken.listen() < min(enough, len(taken)) and time.monotonic() < until:
                time.sleep(0.005)
            os.kill(freeing, signal.SIGSTOP)
            time.sleep(dice.uniform(*REST))
            ended += kill(worker)
            os.kill(freeing, signal.SIGCONT)
    finally:
        # Left behind, it would keep open what this process writes to, and its reader waiting.
        kill(freeing)
    done = spoken.listen()
    return {"seed": seed, "kills": ended, **_figures(taken, done, supervisor.ask(finish))}


def kill(pid: int) -> int:
    """End the process with SIGKILL. Raises RuntimeError when it had ended by itself."""
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"A process ended by itself with status {status}.")
    return 1


def _figures(taken: list[dict], done: int, rows: dict) -> dict:
    """What was given back and what was offered; all from `offered_twice` on are to be 0."""
    held = {tuple(time) for time in rows["held"]}
    freed = {tuple(one["time"]) for one in taken[:done]}
    return {
        "given_back": done,
        "offers": len(rows["offers"]),
        "offered_twice": _repeated(rows["offers"]) + _repeated(map(tuple, rows["times_offered"])),
        "held_without_offer": rows["held_without_offer"],
        "offers_without_hold": rows["offers_without_hold"],
        "lost_offers": len(freed - held),
        "untold": len(rows["offers"]) - len(set(rows["mails"])),
        "told_twice": _repeated(rows["mails"]),
    }


def _repeated(found) -> int:
    return sum(count - 1 for count in Counter(found).values())


if __name__ == "__main__":
    supervisor.main(run)
