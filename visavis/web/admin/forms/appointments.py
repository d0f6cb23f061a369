"""What is typed on the pages of appointments."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.bookings.heirs import Heir
from visavis.bookings.models import Booking
from visavis.bookings.queries import find_guest
from visavis.catalogue.queries import certified_providers, is_certified, services_of
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.core.instants import read_instant, write_instant
from visavis.engine.world import Reason
from visavis.people.models import Provider, User
from visavis.people.queries import providers_of
from visavis.web.admin.forms.appointment_filters import FIRST, LAST, service_label
from visavis.web.admin.forms.choosing import PlaceField, ProviderField, ServiceField
from visavis.web.admin.queries.appointments import (
    all_places,
    single_formats,
)
from visavis.web.ui.inputs import MailField
from visavis.web.ui.instants import DayField
from visavis.web.ui.meeting_seen import MeetingSeenForm

GRID = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAY_NOT_GIVE = "may_not_give"


def _message(label: Any, help_text: Any) -> forms.CharField:
    """Why, for whoever is told; nothing has to be said."""
    return forms.CharField(
        label=label,
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class MessageForm(forms.Form):
    """What the student is told."""

    reason = _message(
        _("A message for the student"),
        _("They read it in the mail, and on the page of their meeting."),
    )


class EndingForm(MeetingSeenForm, MessageForm):
    """Before a meeting ends: the message, for the meeting that was looked at."""


class HandingOverForm(MeetingSeenForm, MessageForm):
    """Who gives the meeting instead: one of the people that the page has found."""

    reason = _message(
        _("A message"),
        _(
            "The student reads it in the mail and on the page of their meeting; whoever gave the "
            "meeting and whoever gives it now read it in theirs."
        ),
    )
    heir = forms.ChoiceField(
        label=_("Free at that time"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who takes it."),
            "invalid_choice": _("This person is not free then any more. Choose somebody else."),
        },
    )

    def __init__(self, *args: Any, heirs: Sequence[Heir], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heirs = heirs
        choices = [(str(one.provider.pk), str(one.provider)) for one in heirs]
        self.fields["heir"].choices = choices  # type: ignore[attr-defined]

    def clean_heir(self) -> Heir:
        wanted = int(self.cleaned_data["heir"])
        return next(one for one in self.heirs if one.provider.pk == wanted)


class WallForm(forms.Form):
    """A local date and time of the community, as typed; `zone` says where the clock hangs."""

    day = DayField(label=_("Day"), widget=forms.DateInput)
    clock = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput,
        help_text=_("In steps of five minutes."),
        error_messages={"invalid": _("This is no time. It looks like 14:30.")},
    )
    # The instant that the two were filled with: where a time comes twice in a night, it is kept.
    start = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    @staticmethod
    def shown_at(instant: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """The first values for this instant."""
        local = instant.astimezone(zone)
        return {
            "day": local.date(),
            "clock": local.time(),
            "start": write_instant(instant),
        }

    @staticmethod
    def shown_on_grid(instant: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """The same for the last full five minutes."""
        return WallForm.shown_at(instant - (instant - EPOCH) % GRID, zone)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        day, clock = values.get("day"), values.get("clock")
        if day is None or clock is None:
            return values
        if not FIRST <= day <= LAST:
            self.add_error("day", _("This date lies too far away. Check the year."))
        elif clock.minute % 5 or clock.second:
            self.add_error("clock", _("Meetings begin at full five minutes, such as 10:05."))
        else:
            values["instant"] = self._instant(day, clock)
        return values

    def _instant(self, day: date, clock: time) -> datetime | None:
        wall = datetime.combine(day, clock.replace(second=0, microsecond=0))
        filled = read_instant(self.cleaned_data.get("start") or "")
        if filled and filled.astimezone(self.zone).replace(tzinfo=None, fold=0) == wall:
            return filled
        instant = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None, fold=0) != wall:
            said = _("The clocks go forward that day, and this time does not exist.")
            self.add_error("clock", ValidationError(said, code=Reason.NO_SUCH_TIME))
            return None
        return instant


class OverridingForm(forms.Form):
    """Setting rules aside, for who may; the reason is for the history alone."""

    anyway = forms.BooleanField(
        label=_("Even if rules say no"),
        required=False,
        help_text=_(
            "Hours, closures, notice and limits do not count then. Nobody is ever in two meetings "
            "at a time, and a place gets no more than it holds."
        ),
    )
    why = forms.CharField(
        label=_("Why the rules are set aside"),
        max_length=500,
        required=False,
        help_text=_("Kept in the history. The student does not read it."),
    )

    def check_why(self) -> None:
        """Whoever sets rules aside says why."""
        values = self.cleaned_data
        if values.get("anyway") and not values.get("why", "").strip():
            self.add_error("why", _("Say in a few words why. It is kept in the history."))


class ChangeForm(MessageForm, OverridingForm, WallForm):
    """When, with whom, where and as what a meeting takes place from now on."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, booking: Booking, may_override: bool, **kwargs: Any) -> None:
        meeting = booking.appointment
        super().__init__(*args, zone=meeting.community.zone, **kwargs)
        providers = certified_providers(meeting.service).exclude(user=booking.student_id)
        self.fields["provider"] = ProviderField(
            providers | Provider.objects.filter(pk=meeting.provider_id).select_related("user"),
            community=meeting.community,
            label=wording_of(meeting.community).provider,
            empty_label=None,
        )
        places = all_places(meeting.community)
        self.fields["place"] = PlaceField(
            places.filter(archived_at=None) | places.filter(pk=meeting.location_id),
            community=meeting.community,
            label=_("Where"),
            empty_label=None,
        )
        formats = single_formats(meeting.community)
        if booking.series_id is None:
            self.fields["format"] = forms.ModelChoiceField(
                formats | type(meeting.format).objects.filter(pk=meeting.format_id),
                label=_("What"),
                empty_label=None,
            )
        if not may_override:
            del self.fields["anyway"], self.fields["why"]
        self.order_fields(["day", "clock", "provider", "place", "format", "reason"])

    @staticmethod
    def shown(booking: Booking) -> dict[str, Any]:
        """The first values: how it stands."""
        meeting = booking.appointment
        return {
            **WallForm.shown_at(meeting.start, meeting.community.zone),
            "provider": meeting.provider_id,
            "place": meeting.location_id,
            "format": meeting.format_id,
            "seen": meeting.pk,
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.check_why()
        return values

    def keep(self, sentence: str, booking: Booking) -> None:
        """Come back whole where somebody else was faster; the next try knows how it stands."""
        told = _("%(what)s What you typed is still here; send it again if it shall stand.")
        self.add_error(None, told % {"what": sentence})
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = str(booking.appointment_id)  # type: ignore[index]


class MeetingForm(WallForm):
    """What meeting is meant: whose, what, with whom, where and when. Ids are of this community."""

    email = MailField(label=_("E-mail of the student"), max_length=254)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, zone=community.zone, **kwargs)
        self.community, words = community, wording_of(community)
        self.fields["service"] = ServiceField(
            services_of(community),
            community=community,
            label=service_label(words),
            empty_label=_("Choose one"),
            error_messages={"required": _("Choose what it is about.")},
        )
        self.fields["format"] = forms.ModelChoiceField(
            single_formats(community),
            label=_("What"),
            empty_label=None,
            error_messages={"required": _("There is no kind of meeting for one student.")},
        )
        self.fields["provider"] = ProviderField(
            providers_of(community),
            community=community,
            label=words.provider,
            empty_label=_("Choose somebody"),
        )
        self.fields["place"] = PlaceField(
            all_places(community).filter(archived_at=None),
            community=community,
            label=_("Where"),
            required=False,
            empty_label=_("The first that has room"),
        )

    def check_may_give(self) -> None:
        """Whoever may not give what was chosen has no time for it on any day."""
        values = self.cleaned_data
        provider, service = values.get("provider"), values.get("service")
        if provider and service and not is_certified(provider, service):
            told = _("%(name)s may not give “%(service)s”. Choose somebody who may, or let them.")
            names = {"name": provider, "service": service.label}
            self.add_error("provider", ValidationError(told, code=MAY_NOT_GIVE, params=names))

    @property
    def has_no_format(self) -> bool:
        """Whether every kind of meeting for one student is archived."""
        return not self.fields["format"].queryset.exists()  # type: ignore[attr-defined]

    @property
    def may_not_give(self) -> bool:
        """Whether the one who was chosen may not give it."""
        return self.has_error("provider", MAY_NOT_GIVE)

    @property
    def chosen(self) -> Provider:
        """Who was chosen, where they may not give it. Raises ValidationError if nobody was."""
        pk = self["provider"].value()
        return self.fields["provider"].clean(pk)  # type: ignore[no-any-return]


class WhomForm(MeetingForm):
    """For whom times are looked for: the same without a time and a place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("day", "clock", "start", "place"):
            del self.fields[name]
        self.fields["email"].help_text = _(
            "Somebody whom nobody knows yet will do, too: they are told by mail."
        )
        self.order_fields(["email", "service", "format", "provider"])

    def clean(self) -> dict[str, Any]:
        self.check_may_give()
        return self.cleaned_data


class WhyForm(MeetingForm):
    """Which time is asked about: of a student here or of anybody, with somebody or with anyone."""

    student: User | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Empty: whoever it is. Then no rule about students.")
        self.fields["provider"].required = False
        self.fields["provider"].empty_label = _("Anyone who may give it")  # type: ignore[attr-defined]
        self.fields["place"].empty_label = _("Any place")  # type: ignore[attr-defined]
        self.order_fields(["email", "service", "format", "provider", "place", "day", "clock"])

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        self.student = find_guest(self.community, email)
        if email and self.student is None:
            raise ValidationError(_("No student here has this address."))
        return email


class NewForm(OverridingForm, MeetingForm):
    """A new appointment for somebody: by the rules, against them, or one that has happened."""

    RULES, ANYWAY, HAPPENED = "rules", "anyway", "happened"
    first_name = forms.CharField(label=_("First name"), max_length=200, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=200, required=False)
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            (RULES, _("By the rules, as the student could book it")),
            (ANYWAY, _("Even if rules say no")),
            (HAPPENED, _("It has already happened: write it down")),
        ],
        widget=forms.RadioSelect,
        initial=RULES,
        help_text=_(
            "Nobody is ever in two meetings at a time, and a place gets no more than it holds."
        ),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def __init__(self, *args: Any, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["anyway"]
        self.fields["why"].label = _("Why, or how it came about")
        self.fields["why"].help_text = _(
            "Needed unless it goes by the rules. Kept in the history; the student does not read it."
        )
        if not may_override:
            del self.fields["how"], self.fields["why"]
            return
        # By the rules a place is found; whoever sets them aside names one, and says why.
        self.fields["place"].empty_label = _("By the rules: the first that has room")  # type: ignore[attr-defined]
        self.fields["place"].help_text = _("Needed unless it goes by the rules.")
        for name in ("place", "why"):
            # Neither always needed nor optional: the hint says when, and the label nothing.
            self.fields[name].depends = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("how", self.RULES) == self.RULES:
            return values
        if not values.get("why", "").strip():
            self.add_error("why", _("Say in a few words why. It is kept in the history."))
        if "place" not in self.errors and values.get("place") is None:
            self.add_error(
                "place", _("Choose a place: only by the rules the first that has room is found.")
            )
        return values


class AddressForm(forms.Form):
    """What a link to the form of a change may fill in."""

    start = forms.CharField(required=False)
    provider = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = DayField(required=False)

    @classmethod
    def read(cls, data: QueryDict) -> dict[str, Any]:
        """What makes sense of it; `start` as an instant, `from` as a date."""
        form = cls(data)
        form.is_valid()
        found = {name: form.cleaned_data.get(name) for name in form.fields}
        first = found["from"]
        return {
            "start": read_instant(found["start"] or ""),
            "provider": found["provider"],
            "first": first if first and FIRST <= first <= LAST else None,
        }
