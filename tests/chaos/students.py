"""Students who book, move and cancel at whichever host answers, and note what they are told."""

import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.kills.browser import Answer, Door, look, press

# A host that is cut off from the database says so within its own patience; a busy one takes long.
WITHIN = 40  # seconds
READS_FOR = (0.2, 1.5)
TRIES_AGAIN_AFTER = (0.05, 0.4)
# As a proxy does: who did not answer is left in peace for a while.
AVOIDED_FOR = 3.0
MOST_MEETINGS = 4
SEEN = re.compile(r'name="seen" value="(\d+)"')

Time = tuple[int, str]


@dataclass
class Meeting:
    """What a student was told of one booking."""

    key: str
    time: Time
    path: str = ""
    is_open: bool = True
    # Where it may be as well: a move that was refused, after tries which may hang somewhere.
    elsewhere: set[Time] = field(default_factory=set)
    # The run ended before any page answered whether it is cancelled.
    is_unanswered: bool = False


@dataclass(frozen=True)
class Told:
    """One acknowledged action: which, when it was begun, and how long it took."""

    what: str
    begun: float
    seconds: float


class Doors:
    """The hosts that serve pages, with a memory of who did not answer."""

    def __init__(self, doors: Sequence[Door]) -> None:
        self._doors = doors
        self._avoided: dict[str, float] = {}

    def any(self, dice: random.Random) -> Door:
        now = time.monotonic()
        live = [door for door in self._doors if self._avoided.get(door.host, 0) < now]
        return dice.choice(live or self._doors)

    def avoid(self, door: Door) -> None:
        self._avoided[door.host] = time.monotonic() + AVOIDED_FOR


@dataclass(frozen=True)
class Offered:
    """What all students have before them: the page, the form's fixed part, the times."""

    path: str
    form: dict[str, object]
    times: list[Time]

    def review(self, wanted: Time) -> str:
        """The last page before the meeting is moved there."""
        provider, start = wanted
        format_, service, place = (self.form[name] for name in ("format", "service", "place"))
        root = self.path.removesuffix("bookings/")
        return f"{root}book/{format_}/{service}/{start}/{provider}/{place}/review/"


class Student(threading.Thread):
    """One of them. Each wish is sent, to one host after the other, until a page says yes or no."""

    def __init__(self, offered: Offered, doors: Doors, session: str, dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.offered, self.doors, self.session, self.dice = offered, doors, session, dice
        self.meetings: list[Meeting] = []
        self.told: list[Told] = []
        self.answers: Counter[str] = Counter()
        self.trouble = ""
        self.leaving, self.breaking_off = threading.Event(), threading.Event()

    def run(self) -> None:
        while not self.leaving.is_set() and not self.trouble:
            self._act()
            self.leaving.wait(self.dice.uniform(*READS_FOR))

    def _act(self) -> None:
        mine = [meeting for meeting in self.meetings if meeting.is_open]
        if not mine or (len(mine) < MOST_MEETINGS and self.dice.random() < 0.5):
            self._book()
        elif self.dice.random() < 0.5:
            self._move(self.dice.choice(mine))
        else:
            self._cancel(self.dice.choice(mine))

    def _form(self, wanted: Time) -> dict[str, object]:
        return {**self.offered.form, "provider": wanted[0], "start": wanted[1]}

    def _book(self) -> None:
        wanted, key = self.dice.choice(self.offered.times), str(uuid.uuid4())
        meeting = Meeting(key, wanted)
        answer = self._insist("booked", self.offered.path, {**self._form(wanted), "key": key})
        if _is_yes(answer):
            meeting.path = answer.location
            self.meetings.append(meeting)

    def _move(self, meeting: Meeting) -> None:
        wanted = self.dice.choice(self.offered.times)
        seen = self._seen(meeting, wanted)
        if not seen:
            return
        form = {**self._form(wanted), "seen": seen}
        if _is_yes(self._insist("moved", f"{meeting.path}move/", form)):
            meeting.time, meeting.elsewhere = wanted, set()
        else:
            meeting.elsewhere.add(wanted)

    def _seen(self, meeting: Meeting, wanted: Time) -> str:
        """What the review says that is moved; nothing where it says that the time is not free."""
        page = f"{self.offered.review(wanted)}?moving={meeting.path.split('/')[-2]}"
        answer = self._until_answered(lambda door: look(door, page, self.session, within=WITHIN))
        found = SEEN.search(answer.page) if answer is not None else None
        return found[1] if found else ""

    def _cancel(self, meeting: Meeting) -> None:
        answer = self._insist("cancelled", f"{meeting.path}cancellation/", {})
        meeting.is_open, meeting.is_unanswered = not _is_yes(answer), answer is None

    def _insist(self, what: str, path: str, form: dict[str, object]) -> Answer | None:
        begun = time.monotonic()
        answer = self._until_answered(
            lambda door: press(door, path, form, self.session, within=WITHIN)
        )
        if _is_yes(answer):
            self.told.append(Told(what, begun, time.monotonic() - begun))
        elif answer is not None and answer.status != HTTPStatus.CONFLICT:
            self.trouble = f"{path} was answered with {answer.status} {answer.location}."
        return answer

    def _until_answered(self, ask: Callable[[Door], Answer | None]) -> Answer | None:
        """The first answer that is no excuse, from whichever host; None when time is up."""
        while not self.breaking_off.is_set():
            door = self.doors.any(self.dice)
            answer = ask(door)
            if answer is None:
                self.answers["none"] += 1
                self.doors.avoid(door)
            elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self.answers[str(answer.status)] += 1
            else:
                self.answers[
                    "answered" if answer.status < HTTPStatus.BAD_REQUEST else "refused"
                ] += 1
                return answer
            time.sleep(self.dice.uniform(*TRIES_AGAIN_AFTER))
        return None


def _is_yes(answer: Answer | None) -> bool:
    return (
        answer is not None and answer.status == HTTPStatus.FOUND and "/bookings/" in answer.location
    )
