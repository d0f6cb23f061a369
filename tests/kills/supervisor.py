"""Kills web and worker at random instants, and says what became of bookings and mails.

    DATABASE_URL=… VISAVIS_DATA=… python -m tests.kills.supervisor --kills 200 --seed 1

prints one line of JSON. Every life is a process of its own, forked from this one, which has all
code loaded and holds no connection; it ends by SIGKILL. The web process books through the real
pages, one booking after the other, and acknowledges each by a line in a pipe once it has the page's
answer. The worker is that of `visavis worker`, and hands its mails to an SMTP server in this one.
"""

import argparse
import json
import os
import random
import signal
import socket
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

from tests.kills import scene  # noqa: E402

LIFE = (0.02, 0.9)  # seconds between a process's start and its end
WEB, WORKER = "web", "worker"


@dataclass
class Postbox:
    """Every mail that the server said yes to: (to, subject) with its Message-ID."""

    taken: list[tuple[tuple[str, str], str]] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  (aiosmtpd's name)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append(((envelope.rcpt_tos[0], mail["Subject"]), mail["Message-ID"]))
        return "250 OK"


@dataclass
class Acknowledged:
    """A pipe through which a web process says how far it has come."""

    ends: tuple[int, int] = field(default_factory=os.pipe)
    count: int = 0

    def __post_init__(self):
        os.set_blocking(self.ends[0], False)

    def say(self, number: int) -> None:
        os.write(self.ends[1], f"{number}\n".encode())

    def listen(self) -> int:
        """How many wishes are acknowledged."""
        try:
            while heard := os.read(self.ends[0], 65536):
                self.count = int(heard.split()[-1])
        except BlockingIOError:
            pass
        return self.count


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    wishes = ask(scene.stage)["wishes"]
    spoken = Acknowledged()
    lives = {WEB: 0, WORKER: 0}
    while min(ends[WEB], ends[WORKER]) < kills:
        _start(lives, wishes, spoken)
        time.sleep(dice.uniform(*LIFE))
        for victim in dice.choice([[WEB], [WORKER], [WEB, WORKER]]):
            if _kill(lives[victim]):
                ends[victim] += 1
            lives[victim] = 0
    for pid in filter(None, lives.values()):
        _kill(pid)
    # What is killed may be cut off within one mail: those that the server has got, it has.
    rows = ask(scene.finish)
    controller.stop()
    controller.loop.close()
    acknowledged = wishes[: spoken.listen()]
    return {"seed": seed, "kills": dict(ends), **_figures(acknowledged, rows, postbox.taken)}


def _start(lives: dict[str, int], wishes: list[dict], spoken: Acknowledged) -> None:
    done = spoken.listen()
    if not lives[WEB]:
        lives[WEB] = fork(lambda: scene.book_all(wishes, done, spoken.say))
    if not lives[WORKER]:
        lives[WORKER] = fork(scene.work)


def _kill(pid: int) -> bool:
    """End the process; False when it had ended by itself, which none should."""
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"A process ended by itself with status {status}.")
    return True


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    get_resolver().url_patterns  # noqa: B018  (loads every page before the first fork)
    print(json.dumps(run(wanted.kills, wanted.seed)))  # noqa: T201


if __name__ == "__main__":
    main()
