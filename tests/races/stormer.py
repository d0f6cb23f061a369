"""One process of a storm: does random things to a community and asks for its times meanwhile.

A line {"scene", "seed", "acts", "now"} in, the digests of its warm and of its cold answers out:
acts while all others act, and after a second line answers while nobody does.
"""

import hashlib
import json
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from threading import Event

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.races.settings"
django.setup()

from django.db import connection, transaction  # noqa: E402  (needs the set-up above)

from tests.factories.world import TESTER  # noqa: E402
from visavis.availability.actions import (  # noqa: E402
    add_dated_change,
    add_weekly_block,
    remove_dated_change,
    remove_weekly_block,
)
from visavis.availability.closures import add_closure, remove_closure  # noqa: E402
from visavis.availability.enums import ChangeKind  # noqa: E402
from visavis.availability.models import (  # noqa: E402
    Closure,
    DatedChange,
    OutsideCalendar,
    WeeklyBlock,
)
from visavis.availability.outside import (  # noqa: E402
    Reading,
    connect_calendar,
    keep_reading,
    pause_calendar,
    resume_calendar,
)
from visavis.bookings.actions import (  # noqa: E402
    Order,
    accept,
    book,
    cancel,
    decline,
    expire_requests,
    hold_time,
    release_hold,
)
from visavis.bookings.enums import HoldPurpose  # noqa: E402
from visavis.bookings.models import Booking, Hold  # noqa: E402
from visavis.bookings.openings import (  # noqa: E402
    Openings,
    Question,
    ask,
    explain,
    question_for_start,
)
from visavis.catalogue.models import AppointmentFormat, Service  # noqa: E402
from visavis.communities.actions import change_settings  # noqa: E402
from visavis.communities.models import Community  # noqa: E402
from visavis.core.errors import VisavisError  # noqa: E402
from visavis.imports.actions import apply_import, plan_import, undo_import  # noqa: E402
from visavis.imports.models import Import  # noqa: E402
from visavis.people.models import Provider, User  # noqa: E402

TICK, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
DAYS = 40  # more than a sheet, so that two are asked
SETTINGS = {
    "buffer_before_minutes": [0, 10],
    "buffer_after_minutes": [0, 15],
    "provider_weekly_cap_minutes": [None, 60, 600],
    "allowed_minutes": [[0, 30], [15, 45]],
    "lead_time_minutes": [0, 60],
    "timezone": ["America/New_York", "Europe/London"],
}


@dataclass
class Storm:
    """One process's part in one round."""

    scene: dict
    dice: random.Random
    now: datetime

    @cached_property
    def acts(self):
        return [
            self.book,
            self.book,
            self.book,
            self.hold,
            self.release,
            self.cancel,
            self.answer,
            self.change_hours,
            self.change_dates,
            self.close,
            self.set,
            self.import_hours,
            self.undo,
            self.read_calendar,
            self.read_calendar,
            self.pause_calendar,
            self.tidy,
            self.search,
            self.search,
        ]

    def act(self, count: int) -> None:
        """Act, while two other threads of this process keep asking: they share what is kept."""
        over = Event()
        with ThreadPoolExecutor(2) as threads:
            asking = [threads.submit(self.keep_asking, over) for _ in range(2)]
            try:
                for _ in range(count):
                    # What is refused is refused: somebody was quicker.
                    with suppress(VisavisError):
                        self.dice.choice(self.acts)()
            finally:
                over.set()
        for thread in asking:
            thread.result()

    def keep_asking(self, over: Event) -> None:
        try:
            while not over.is_set():
                self.search()
        finally:
            connection.close()

    # --- acts -----------------------------------------------------------------------------

    def book(self) -> None:
        provider = Provider.objects.get(pk=self.dice.choice(self.scene["providers"]))
        question = self.question(provider=provider, student=self.student())
        if starts := ask(question).starts:
            key = f"{self.dice.random()}"
            book(Order(question, self.dice.choice(starts), key), by=TESTER, now=self.now)

    def hold(self) -> None:
        provider = Provider.objects.get(pk=self.dice.choice(self.scene["providers"]))
        question = self.question(provider=provider, student=self.student())
        if starts := ask(question).starts:
            order = Order(question, self.dice.choice(starts), "")
            until = self.now + self.dice.choice([1, 6, 30]) * HOUR
            purpose = HoldPurpose.PROPOSED
            hold_time(order, until=until, purpose=purpose, by=TESTER, now=self.now)

    def release(self) -> None:
        if hold := self.any_of(Hold.objects.select_related("provider")):
            release_hold(hold, by=TESTER, now=self.now)

    def student(self) -> User:
        return User.objects.get(pk=self.dice.choice(self.scene["students"]))

    def cancel(self) -> None:
        if booking := self.any_of(Booking.objects.select_related("appointment__provider")):
            cancel(booking, by=TESTER, now=self.now)

    def answer(self) -> None:
        asked = Booking.objects.filter(state="requested").select_related("appointment__provider")
        if booking := self.any_of(asked):
            self.dice.choice((accept, decline))(booking, by=TESTER, now=self.now)

    def change_hours(self) -> None:
        if self.dice.random() < 0.5 and (block := self.any_of(WeeklyBlock.objects)):
            remove_weekly_block(block, by=TESTER)
            return
        start = self.dice.randrange(8, 16) * 60
        add_weekly_block(
            Provider.objects.get(pk=self.dice.choice(self.scene["providers"])),
            weekday=self.dice.randrange(7),
            start_minute=start,
            end_minute=start + 90,
            by=TESTER,
        )

    def change_dates(self) -> None:
        if self.dice.random() < 0.5 and (change := self.any_of(DatedChange.objects)):
            remove_dated_change(change, by=TESTER)
            return
        day = self.day()
        add_dated_change(
            Provider.objects.get(pk=self.dice.choice(self.scene["providers"])),
            kind=self.dice.choice((ChangeKind.AWAY, ChangeKind.EXTRA)),
            first=day,
            last=day,
            start_minute=600,
            end_minute=720,
            by=TESTER,
        )

    def close(self) -> None:
        if self.dice.random() < 0.5 and (closure := self.any_of(Closure.objects)):
            remove_closure(closure, by=TESTER)
            return
        day = self.day()
        add_closure(self.community(), first=day, last=day, by=TESTER)

    def set(self) -> None:
        name = self.dice.choice(list(SETTINGS))
        change_settings(self.community(), {name: self.dice.choice(SETTINGS[name])}, by=TESTER)

    def import_hours(self) -> None:
        day = self.dice.choice(("Mon", "Sat"))
        run = plan_import(
            self.community(),
            kind="availability",
            mode=self.dice.choice(("merge", "replace")),
            file_name="hours.csv",
            content=f"Email,Day,Start,End\ntalia@uni.test,{day},9,10".encode(),
            actor=TESTER,
        )
        apply_import(run, actor=TESTER, now=self.now, confirmed=True)

    def undo(self) -> None:
        if run := self.any_of(Import.objects.filter(state="applied")):
            undo_import(run, actor=TESTER, now=self.now)

    def read_calendar(self) -> None:
        """One of a person's two calendars says something else, or is connected."""
        provider = Provider.objects.get(pk=self.dice.choice(self.scene["providers"]))
        address = f"https://calendar.test/{self.dice.randrange(2)}.ics"
        found = OutsideCalendar.objects.filter(person=provider.user, address=address).first()
        if found is None:
            person = provider.user
            connect_calendar(person, name="Classes", address=address, by=TESTER, now=self.now)
            return
        starts = [self.now + self.dice.randrange(DAYS * 24) * HOUR for _ in range(20)]
        reading = Reading([(start, start + 3 * TICK) for start in starts], self.now + DAYS * DAY)
        keep_reading(found, reading, next_at=self.now, now=self.now)

    def pause_calendar(self) -> None:
        if calendar := self.any_of(OutsideCalendar.objects):
            verb = resume_calendar if calendar.is_paused else pause_calendar
            verb(calendar, by=TESTER, now=self.now)

    def tidy(self) -> None:
        # Seldom: what ran out must be free without it.
        if self.dice.random() < 0.05:
            expire_requests(now=self.now)

    def search(self) -> None:
        ask(self.question()).starts  # noqa: B018  (what it keeps is what is tested)

    def any_of(self, rows):
        rows = list(rows.order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def day(self):
        return self.now.date() + timedelta(days=self.dice.randrange(DAYS))

    # --- answers --------------------------------------------------------------------------

    def community(self) -> Community:
        return Community.objects.get(pk=self.scene["community"])

    def question(self, **more) -> Question:
        community = self.community()
        service = Service.objects.select_related("community").get(pk=self.scene["service"])
        format_ = AppointmentFormat.objects.get(pk=self.scene["formats"][0])
        day = self.now.date()
        return replace(Question(community, service, format_, day, DAYS, self.now), **more)

    def answers(self) -> list[dict[str, str]]:
        """Now, after everybody's requests have run out without a word, and now once more."""
        return [self.answer_at(now) for now in (self.now, self.now + 2 * HOUR, self.now)]

    def answer_at(self, now: datetime) -> dict[str, str]:
        question = self.question(now=now)
        warm = digest(ask(question))
        with transaction.atomic():
            # Inside a transaction nothing is kept: this answer is made of rows.
            return {
                "warm": warm,
                "cold": digest(ask(question)),
                "disputed": self.disputed(question),
            }

    def disputed(self, question: Question) -> list[str]:
        """Some starts, offered and not, about which the explanation says other than the search."""
        offered = set(ask(question).starts)
        days = [self.now + n * TICK for n in range(3 * DAY // TICK)]
        some = self.dice.sample(days, 8) + self.dice.sample(sorted(offered), min(4, len(offered)))
        return [
            start.isoformat()
            for start in some
            if (start in offered)
            != any(
                not verdict.refusals
                for verdict in explain(question_for_start(question, start), start)
            )
        ]


def digest(openings: Openings) -> str:
    told = [
        (slot.start.isoformat(), sorted(provider.pk for provider in slot.providers))
        for slot in openings.slots()
    ]
    return f"{len(told)}:{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"


def main() -> None:
    for line in iter(sys.stdin.readline, ""):
        wish = json.loads(line)
        now = datetime.fromisoformat(wish["now"])
        storm = Storm(wish["scene"], random.Random(wish["seed"]), now)  # noqa: S311
        storm.act(wish["acts"])
        print("done", flush=True)  # noqa: T201
        sys.stdin.readline()
        print(json.dumps(storm.answers()), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
