"""Ask what becomes of the meetings under a change, and make the change with the answer.

The page that asks sends everything again that was sent first, with the choices: nothing is kept in
between, so going back, reloading and a second tab are all harmless.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.bookings.actions import Heir
from visavis.bookings.models import Booking
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import UNDECIDED, Decision, Scope, coming_bookings
from visavis.changes.heirs import Heirs, find_heirs
from visavis.core import clock
from visavis.core.ids import read_ids
from visavis.people.enums import HourCycle
from visavis.people.times import moment_in_words
from visavis.web.ui.inputs import WordsField

PREFIX = "fate"
NOT_SENT_AGAIN = ("csrfmiddlewaretoken",)


USUAL = (Fate.OFFER, Fate.CANCEL, Fate.KEEP)
# What an administrator may choose besides.
ANY = (Fate.HAND_OVER, *USUAL)
AT_ONCE = 200
"""For so many meetings people are looked for who could give them instead."""
EVERY = {
    Fate.OFFER: _("Offer other times, and cancel where none is taken within three days"),
    Fate.HAND_OVER: _(
        "Hand each over to somebody who may give it and is free, and offer other "
        "times where nobody is"
    ),
    Fate.PLACE: _(
        "Move each to another place at the same time, of the same kind where one is free, and "
        "offer other times where no place is free or where a group meets"
    ),
    Fate.CANCEL: _("Cancel them"),
    Fate.KEEP: _("Keep them as they are"),
}


class FatesForm(forms.Form):
    """One choice for all, another for some, and a message to the students.

    With `heirs` a meeting can be handed over to one of those who are free for it.
    """

    every = forms.ChoiceField(
        label=_("What becomes of them"),
        choices=[(fate.value, EVERY[fate]) for fate in USUAL],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what becomes of the meetings.")},
    )
    message = WordsField(
        label=_("Message to the students"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the mail that tells them."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        touched: Sequence[Booking],
        fates: Sequence[Fate] = USUAL,
        heirs: Heirs | None = None,
    ) -> None:
        super().__init__(data, prefix=PREFIX)
        self.touched = touched
        self.fields["every"].choices = [(fate.value, EVERY[fate]) for fate in fates]  # type: ignore[attr-defined]
        single = [(fate.value, fate.label) for fate in fates if fate != Fate.HAND_OVER]
        for booking in touched:
            people = heirs.of(booking) if heirs is not None else []
            over = [
                (
                    heir_value(heir.provider.pk),
                    _("Hand it over to %(name)s") % {"name": heir.provider},
                )
                for heir in people
            ]
            self.fields[f"of-{booking.pk}"] = forms.ChoiceField(
                label=str(booking.student),
                choices=[("", _("As above")), *single, *over],
                required=False,
                widget=forms.Select(attrs={"class": "select w-full"}),
            )

    def chosen(self, booking: Booking) -> forms.BoundField:
        """The field for one meeting's own fate."""
        return self[f"of-{booking.pk}"]


@dataclass(frozen=True)
class Asked:
    """The question about the meetings that a change touches, as a page shows it."""

    form: FatesForm
    sent: list[tuple[str, str]]
    rows: list[tuple[Booking, str, forms.BoundField]]

    @property
    def can_hand_over(self) -> bool:
        """Whether handing over is among what can be chosen for all."""
        choices = self.form.fields["every"].choices  # type: ignore[attr-defined]
        return Fate.HAND_OVER.value in dict(choices)


def heir_value(provider_id: int) -> str:
    """What the form sends for a meeting that is handed over to this person."""
    return f"{Fate.HAND_OVER.value}:{provider_id}"


def read_decision(sent: QueryDict) -> Decision:
    """What the form that asks has sent; nothing where it was not sent, or not filled in."""
    named = sent.getlist(f"{PREFIX}-shown")
    shown = read_ids(named)
    if not shown:
        return UNDECIDED
    fates = {pk: Fate(fate) for pk in shown if (fate := chosen_fate(sent, pk)) in Fate.values}
    message = (sent.get(f"{PREFIX}-message") or "").strip().replace("\r\n", "\n")
    if len(message) > FatesForm.base_fields["message"].max_length:  # type: ignore[attr-defined]
        return UNDECIDED  # the form says so
    return Decision(fates, message)


def decide(sent: QueryDict, scope: Scope, fates: Sequence[Fate]) -> Decision:
    """What was sent, with the person for each meeting that is handed over.

    Where nobody is free for one that "anybody" should give, its student is offered other times.
    """
    decision = read_decision(sent)
    chosen = {pk: fate for pk, fate in decision.fates.items() if fate in fates}
    if Fate.HAND_OVER not in fates:
        return Decision(chosen, decision.message)
    rows = [
        row
        for row in coming_bookings(scope, clock.now())
        if chosen_fate(sent, row.pk).startswith(Fate.HAND_OVER.value)
    ]
    if not rows:
        return Decision(chosen, decision.message)
    heirs = heirs_in(scope, rows)
    given: dict[int, Heir] = {}
    for row in rows:
        for heir in heirs.of(row):
            if chosen_fate(sent, row.pk) == heir_value(heir.provider.pk):
                given[row.pk] = heir
    anybody = [row for row in rows if row.pk in chosen]
    given |= heirs.shared_out(anybody)
    chosen |= {row.pk: Fate.OFFER for row in anybody if row.pk not in given}
    chosen |= dict.fromkeys(given, Fate.HAND_OVER)
    return Decision(chosen, decision.message, given)


def heirs_in(scope: Scope, rows: Sequence[Booking]) -> Heirs:
    """Who could give these meetings instead."""
    return find_heirs(scope.community, rows, now=clock.now(), leaving=scope.leaving)


def chosen_fate(sent: QueryDict, pk: int) -> str:
    """What was chosen for one booking: its own choice, else the one for all."""
    return sent.get(f"{PREFIX}-of-{pk}") or sent.get(f"{PREFIX}-every") or ""


def asked(
    refusal: Undecided,
    sent: QueryDict,
    *,
    cycle: HourCycle,
    fates: Sequence[Fate] = USUAL,
    scope: Scope | None = None,
) -> Asked:
    """The question, with what was chosen before where it was asked before.

    `scope`: where people are looked for who could give the meetings instead.
    """
    heirs = None
    if scope is not None and Fate.HAND_OVER in fates:
        heirs = heirs_in(scope, refusal.touched[:AT_ONCE])
    is_answer = f"{PREFIX}-shown" in sent
    form = FatesForm(sent if is_answer else None, touched=refusal.touched, fates=fates, heirs=heirs)
    again = [
        (name, value)
        for name in sent
        for value in sent.getlist(name)
        if name not in NOT_SENT_AGAIN and not name.startswith(f"{PREFIX}-")
    ]
    rows = [(row, _moment(row, cycle), form.chosen(row)) for row in refusal.touched]
    return Asked(form, again, rows)


def _moment(booking: Booking, cycle: HourCycle) -> str:
    meeting = booking.appointment
    return moment_in_words(meeting.start, meeting.end, zone=meeting.community.zone, cycle=cycle)
