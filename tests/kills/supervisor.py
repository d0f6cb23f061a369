"""Kills web and worker at random instants, and says what became of bookings and mails.

    DATABASE_URL=… VISAVIS_DATA=… python -m tests.kills.supervisor --kills 200 --seed 1

prints one line of JSON. `visavis serve` runs as anybody runs it: a server, the processes that
answer requests, and a worker beside them. Students book through its pages over HTTP, one time after
the other, and try again until a page acknowledges it; the worker hands its mails to an SMTP server
in this process. Killed with SIGKILL are one process that answers requests, the server with all of
them, or the worker.
"""

import argparse
import json
import os
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from aiosmtpd.controller import Controller  # noqa: E402  (needs the set-up above)
from django.conf import settings  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from django.utils.module_loading import autodiscover_modules  # noqa: E402

from bench.served import free_port  # noqa: E402
from tests.kills import scene  # noqa: E402
from tests.kills.served import Served  # noqa: E402
from tests.kills.student import Students  # noqa: E402

# A round ends so many acknowledgements after its start, and so many seconds after the last of them.
BOOKINGS, REST = (0, 3), (0.0, 0.4)
LONGEST_ROUND = 60  # seconds
WEB, WORKER = "web", "worker"


@dataclass
class Postbox:
    """Every mail that the server said yes to: (to, subject) with its Message-ID."""

    taken: list[tuple[tuple[str, str], str]] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  (aiosmtpd's name)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append(((envelope.rcpt_tos[0], mail["Subject"]), mail["Message-ID"]))
        return "250 OK"


def fork(work: Callable[[], object]) -> int:
    """A process that does this and nothing else."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001  (whatever it is, it must not go on as its parent)
        traceback.print_exc()
    finally:
        os._exit(code)


def ask(work: Callable[[], object]) -> dict:
    """What a process of its own answers: this one never touches the database."""
    reader, writer = os.pipe()
    pid = fork(lambda: _answer(writer, work()))
    os.close(writer)
    with os.fdopen(reader) as answer:
        told = answer.read()
    _pid, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError("The process that was asked has failed.")
    return json.loads(told)


def _answer(writer: int, told: object) -> None:
    with os.fdopen(writer, "w") as answer:
        json.dump(told, answer)


def run(kills: int, seed: int) -> dict:
    """Kill each of both so many times, let the worker finish, and count."""
    dice = random.Random(seed)  # noqa: S311  (which moment, no secret)
    postbox, ends = Postbox(), Counter()
    port = free_port()
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    wishes = ask(scene.stage)["wishes"]
    web = free_port()
    served = Served.here(web, port)
    students = Students(wishes, web)
    students.start()
    while min(ends[WEB], ends[WORKER]) < kills and not students.trouble:
        served.ensure()
        _wait(students, dice.randint(*BOOKINGS))
        time.sleep(dice.uniform(*REST))
        for victim in dice.choice([[WEB], [WORKER], [WEB, WORKER]]):
            _end(served, victim, dice, ends)
    served.kill_worker()
    served.kill_whole()
    students.stop()
    # What is killed may be cut off within one mail: those that the server has got, it has.
    rows = ask(scene.finish)
    controller.stop()
    controller.loop.close()
    acknowledged = wishes[: students.count]
    return {"seed": seed, "kills": dict(ends), **_figures(acknowledged, rows, postbox.taken)}


def _end(served: Served, victim: str, dice: random.Random, ends: Counter) -> None:
    """Kill it. A worker that was killed often rests before it starts: then all begins anew."""
    if victim == WORKER and served.kill_worker():
        ends[WORKER] += 1
        return
    kill = (
        served.kill_whole if victim == WORKER else dice.choice((served.kill_web, served.kill_whole))
    )
    ends[WEB] += kill()


def _wait(students: Students, more: int) -> None:
    """Let things go on until so many more bookings are acknowledged; not for ever."""
    end, enough = time.monotonic() + LONGEST_ROUND, students.count + more
    while students.count < enough and time.monotonic() < end and not students.trouble:
        time.sleep(0.005)


def _figures(acknowledged: list[dict], rows: dict, taken: list) -> dict:
    """Bookings and messages by what may have gone wrong with them; all but the last are to be 0."""
    booked = {row["key"] for row in rows["bookings"]}
    ids: dict[tuple, list[str]] = {}
    for letter, message_id in taken:
        ids.setdefault(letter, []).append(message_id)
    wanted = {(message["address"], message["subject"]) for message in rows["messages"]}
    return {
        "acknowledged": len(acknowledged),
        "bookings": len(booked),
        "messages": len(rows["messages"]),
        "mails": len(taken),
        "lost_bookings": len({wish["key"] for wish in acknowledged} - booked),
        "double_bookings": len(rows["bookings"]) - len(booked),
        # Student and provider are told of every booking.
        "untold": sum(row["messages"] != 2 for row in rows["bookings"]),
        "unsent": sum(message["state"] != "sent" for message in rows["messages"]),
        "lost_mails": len(wanted - set(ids)),
        "sent_under_two_ids": sum(len(set(found)) > 1 for found in ids.values()),
        "repeated_under_one_id": sum(len(found) - len(set(found)) for found in ids.values()),
    }


def main(run: Callable[[int, int], dict]) -> None:
    """Kill as often as the command line says, and print what `run` counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    # Everything is loaded before the first fork.
    get_resolver().url_patterns  # noqa: B018
    autodiscover_modules("tasks")
    print(json.dumps(run(wanted.kills, wanted.seed)))  # noqa: T201


if __name__ == "__main__":
    main(run)
