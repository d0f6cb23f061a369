"""What is typed and shown about going on sick leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.availability.errors import InvalidHours
from visavis.availability.models import DatedChange, HoursChange
from visavis.bookings.models import Appointment, Booking, Proposal
from visavis.bookings.proposals import uprooted_by
from visavis.changes.sick_leave import (
    Leave,
    away_until,
    check_until,
    end_of_leave,
    meetings_on_leave,
    missing_parts,
    times_away,
)
from visavis.core.ids import read_id
from visavis.people.enums import HourCycle
from visavis.people.models import Provider, User
from visavis.web.hours.words import change_in_words, days_in_words
from visavis.web.ui.inputs import WordsField
from visavis.web.ui.instants import DayField


class SickLeaveForm(forms.Form):
    """Until the end of which day, and what the students read."""

    until = DayField(
        label=gettext_lazy("Away until the end of"),
        widget=forms.DateInput,
        error_messages={"required": gettext_lazy("Say until which day.")},
    )
    message = WordsField(
        label=gettext_lazy("Message to the students"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "It stands in the mail with the other times. No reason has to be given."
        ),
    )

    def __init__(self, data: Any, *, provider: Provider, now: datetime) -> None:
        self.provider, self.now = provider, now
        self.today = now.astimezone(provider.community.zone).date()
        # Whoever is away already comes to see for how long, and to take it back.
        away = away_until(provider, now=now) if data is None else None
        self.first_day = away or self.today
        super().__init__(data, initial={"until": self.first_day})

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        try:
            check_until(self.provider, until, self.now)
        except InvalidHours as error:
            raise ValidationError(error.message) from error
        return until

    @property
    def day(self) -> date:
        """The day that was chosen; where none was, the last one away already, or today."""
        if not self.is_bound:
            return self.first_day
        self.full_clean()
        return self.cleaned_data.get("until") or self.today

    def leave(self, seen: Iterable[str]) -> Leave:
        """What a valid form asks for; `seen` are the meetings as the page named them."""
        words = done_in_words(
            is_today=self.day == self.today, day=days_in_words(self.day, self.day)
        )
        message = self.cleaned_data["message"].strip()
        return Leave(self.day, message, dict(_read(seen)), words)


@dataclass(frozen=True)
class Meeting:
    """One meeting that the leave touches, with everybody who comes to it."""

    appointment: Appointment
    students: list[User]
    is_request: bool


@dataclass(frozen=True)
class Outlook:
    """What a leave until the end of a day does, or has done already."""

    provider: Provider
    until: date
    is_today: bool
    bookings: list[Booking]
    is_away: bool
    away: list[tuple[DatedChange, str]]
    offers: list[Proposal]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.is_away and not self.bookings

    def is_of(self, change: HoursChange) -> bool:
        """Whether the change is what has made them away."""
        made = {pk for table, pk, _mark in change.done["made"] if table == "change"}
        return bool(made) and made <= {row.pk for row, _words in self.away}

    @property
    def day(self) -> str:
        return days_in_words(self.until, self.until)

    @property
    def seen(self) -> list[str]:
        """Each booking as the page names it, where it is now."""
        return [f"{row.pk}-{row.appointment_id}" for row in self.bookings]

    @property
    def meetings(self) -> list[Meeting]:
        """The bookings by their meetings: a group is one."""
        groups: dict[int, list[Booking]] = {}
        for row in self.bookings:
            groups.setdefault(row.appointment_id, []).append(row)
        return [
            Meeting(
                rows[0].appointment,
                [row.student for row in rows],
                all(row.state == "requested" for row in rows),
            )
            for rows in groups.values()
        ]


def outlook(provider: Provider, until: date, *, now: datetime, cycle: HourCycle) -> Outlook:
    """What going on leave now would do: reads only."""
    today = now.astimezone(provider.community.zone).date()
    return Outlook(
        provider,
        until,
        until == today,
        meetings_on_leave(provider, until, now=now),
        not missing_parts(provider, until, now=now),
        [(row, change_in_words(row, cycle=cycle)) for row in times_away(provider, until, now=now)],
        list(uprooted_by(provider, until=end_of_leave(provider, until), now=now)),
    )


def _read(seen: Iterable[str]) -> Iterable[tuple[int, int]]:
    for text in seen:
        booking, appointment = map(read_id, text.partition("-")[::2])
        if booking is not None and appointment is not None:
            yield booking, appointment


def done_in_words(*, is_today: bool, day: str) -> str:
    """What was done, as the line with the undo says it."""
    if is_today:
        return _("Away from now until the end of today.")
    return _("Away from now until the end of %(day)s.") % {"day": day}
