"""One run, from the switch of a street: students ask, hosts fail, and what is left is counted.

`python -m tests.chaos` makes the street and starts this in it; it prints one line of JSON.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.kills.supervisor import Postbox, ask  # isort: skip  (sets Django up)

import psycopg
from aiosmtpd.controller import Controller
from django.conf import settings

from tests.chaos import scene
from tests.chaos.counting import figures
from tests.chaos.faults import Blow, Fates, plan
from tests.chaos.hosts import NAME, Host, Kind, hosts_on
from tests.chaos.network import Machine, Street
from tests.chaos.students import Doors, Offered, Student
from tests.chaos.watch import Watch
from tests.kills.browser import look

MAIL_PORT = 2525
CALM, LEAST_CALM = 0.2, 4.0  # share of the minutes in which nothing fails, and seconds
COMES_UP, COMES_BACK = 240.0, 240.0
LAST_WORD = 90.0  # seconds in which those who still wait for an answer get one


@dataclass(frozen=True)
class Wanted:
    """How long, how many, and in which order."""

    seconds: float
    students: int
    seed: int


def say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {sentence}", file=sys.stderr, flush=True)  # noqa: T201


def run(street: Street, machines: list[Machine], url: str, wanted: Wanted) -> dict:
    """Set the scene, start the hosts, let them fail and heal, and count."""
    postbox, (database, *others) = Postbox(), machines
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = street.switch.address, MAIL_PORT
    controller = Controller(postbox, hostname=street.switch.address, port=MAIL_PORT)
    controller.start()
    with tempfile.TemporaryDirectory(prefix="visavis-chaos-") as folder:
        hosts = hosts_on(others, _environment(street, url), Path(folder))
        say("Setting the scene …")
        staged = ask(lambda: scene.stage(wanted.students))
        try:
            told = _let_it_happen(hosts, Fates(street, database), staged, url, wanted)
        finally:
            for host in hosts:
                host.kill()
        say("Doing what is left, and counting …")
        rows = ask(lambda: scene.finish(staged["first"]))
    controller.stop()
    controller.loop.close()
    return figures(told, rows, postbox.taken)


def _environment(street: Street, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": NAME,
        # Beside what happens to the hosts, only what none of them got over is worth a line.
        "LOG_LEVEL": "error",
        "EMAIL_URL": f"smtp://{street.switch.address}:{MAIL_PORT}",
    }


def _let_it_happen(hosts: list[Host], fates: Fates, staged: dict, url: str, wanted: Wanted) -> dict:
    for host in hosts:
        host.ensure()
    say("Starting three hosts that serve and two that work …")
    if not _wait_for_pages(hosts, COMES_UP):
        raise RuntimeError("The hosts did not come up.")
    students = _enrol(hosts, staged, wanted)
    calm = max(CALM * wanted.seconds, LEAST_CALM)
    dice = random.Random(wanted.seed)  # noqa: S311  (which moment, no secret)
    blows = plan(dice, [host.kind for host in hosts], calm, wanted.seconds)
    with psycopg.connect(url, autocommit=True) as connection, Watch(url) as watch:
        begin = time.monotonic()
        for student in students:
            student.start()
        say(f"{wanted.students} students book, move and cancel; nothing fails for {calm:.0f} s.")
        time.sleep(calm)
        connection.execute("UPDATE communities_community SET reminder_hours = '[24]'")
        _carry_out(blows, hosts, fates, students, begin)
        came_back = _end(students, hosts)
        left_open = watch.wait_until_nothing_hangs()
        say(f"Silent for {watch.longest:.1f} s within a transaction: {watch.whose}")
    return {
        "seed": wanted.seed,
        "seconds": wanted.seconds,
        "students": wanted.students,
        "faults": Counter(blow.fault.name for blow in blows),
        "ended_by_themselves": sum(host.ended_by_itself for host in hosts),
        "came_back": came_back,
        "left_open": left_open,
        "longest_open": watch.longest,
        "failing_from": begin + calm,
        "acted": students,
    }


def _enrol(hosts: list[Host], staged: dict, wanted: Wanted) -> list[Student]:
    doors = Doors([host.door for host in hosts if host.kind is Kind.WEB])
    times = [(provider, start) for provider, start in staged["times"]]
    offered = Offered(staged["path"], staged["form"], times)
    return [
        Student(offered, doors, session, random.Random(f"{wanted.seed} {number}"))  # noqa: S311
        for number, session in enumerate(staged["sessions"])
    ]


def _carry_out(
    blows: list[Blow], hosts: list[Host], fates: Fates, students: list[Student], begin: float
) -> None:
    """Each fault at its moment, and its end at its own."""
    moments = [(blow.begin, True, blow) for blow in blows]
    moments += [(blow.end, False, blow) for blow in blows]
    for at, begins, blow in sorted(moments, key=lambda moment: moment[:2]):
        time.sleep(max(begin + at - time.monotonic(), 0))
        for host in hosts:
            if host.served.has_ended():
                host.ensure()
        host = hosts[blow.host]
        (fates.strike if begins else fates.heal)(blow.fault, host)
        said = blow.fault.value if begins else "whole again"
        say(f"{at:6.1f} s  {host.name}: {said}")
        trouble = next((student.trouble for student in students if student.trouble), "")
        if trouble:
            raise RuntimeError(trouble)


def _end(students: list[Student], hosts: list[Host]) -> bool:
    """Let everybody have their last answer; whether all hosts are there again."""
    say("All faults are over; whoever still waits for an answer gets it.")
    for student in students:
        student.leaving.set()
    until = time.monotonic() + LAST_WORD
    for student in students:
        student.join(max(until - time.monotonic(), 0))
    for student in students:
        student.breaking_off.set()
    for student in students:
        student.join()
        if student.trouble:
            raise RuntimeError(student.trouble)
    # Without those who ask: it is asked whether hosts are well, not how many they can serve.
    return _wait_for_pages(hosts, COMES_BACK)


def _wait_for_pages(hosts: list[Host], seconds: float) -> bool:
    """Whether every host that serves says that it is ready, within so many seconds."""
    until = time.monotonic() + seconds
    waiting = [host for host in hosts if host.kind is Kind.WEB]
    while waiting and time.monotonic() < until:
        for host in waiting:
            if host.served.has_ended():
                host.ensure()
        waiting = [host for host in waiting if not _is_ready(host)]
        time.sleep(0.3)
    if waiting:
        say(f"Not there: {', '.join(host.name for host in waiting)}")
    return not waiting


def _is_ready(host: Host) -> bool:
    answer = look(host.door, "/readyz", "", within=15)
    return answer is not None and answer.status == 200


def main() -> None:
    told = json.loads(sys.stdin.readline())
    street = Street(told["street"])
    machines = [Machine(street.name, name, address) for name, address in told["machines"]]
    url = os.environ["DATABASE_URL"]
    print(json.dumps(run(street, machines, url, Wanted(**told["wanted"]))))  # noqa: T201


if __name__ == "__main__":
    main()
