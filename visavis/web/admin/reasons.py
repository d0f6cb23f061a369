"""Why a time is not offered: each rule that says no in words, with a link to what makes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.availability.models import Location
from visavis.bookings.models import Booking
from visavis.bookings.queries import meeting_then
from visavis.bookings.refusals_for_staff import sentence_for_staff
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider, User
from visavis.people.rules import can_manage
from visavis.web.ui import times
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest

SETTINGS = "settings"
# The page on which the rule is set, and what the link to it says.
PAGES: dict[Reason, tuple[str, str | Promise]] = {
    Reason.SERVICE_INACTIVE: ("service", gettext_lazy("Open it")),
    Reason.FORMAT_INACTIVE: ("format", gettext_lazy("The kind of meeting")),
    Reason.PROVIDER_INACTIVE: ("provider", gettext_lazy("Their page")),
    Reason.NOT_CERTIFIED: ("eligibility", gettext_lazy("Who may give what")),
    Reason.LOCATION_INACTIVE: ("locations", gettext_lazy("Places")),
    Reason.LOCATION_NOT_ADMITTED: ("format", gettext_lazy("The kind of meeting")),
    Reason.OUTSIDE_HOURS: ("hours", gettext_lazy("Their hours that week")),
    Reason.AWAY: ("hours", gettext_lazy("Their hours that week")),
    Reason.CLOSED: ("closures", gettext_lazy("Closures")),
    Reason.IN_BREAK: ("terms", gettext_lazy("Terms and breaks")),
    Reason.OUTSIDE_TERM: ("terms", gettext_lazy("Terms and breaks")),
    Reason.OUTSIDE_LOCATION_HOURS: ("locations", gettext_lazy("Opening hours of places")),
    Reason.PROVIDER_BUSY: ("calendar", gettext_lazy("Their calendar that day")),
    Reason.MINUTE_NOT_ALLOWED: (SETTINGS, gettext_lazy("The setting")),
    Reason.LEAD_TIME: (SETTINGS, gettext_lazy("The setting")),
    Reason.BEYOND_HORIZON: (SETTINGS, gettext_lazy("The setting")),
    Reason.LOCATION_FULL: ("locations", gettext_lazy("Room in places")),
    Reason.PROVIDER_CAP: (SETTINGS, gettext_lazy("The setting")),
    Reason.STUDENT_CONFLICT: ("appointments", gettext_lazy("Their meetings")),
    Reason.STUDENT_LIMIT: (SETTINGS, gettext_lazy("The setting")),
    Reason.NOT_ELIGIBLE: (SETTINGS, gettext_lazy("The setting")),
    Reason.STUDENT_PAUSED: ("absences", gettext_lazy("Who is paused")),
    Reason.NOT_ON_LIST: ("enrollment", gettext_lazy("Who has what")),
}
FIELDS = {
    Reason.MINUTE_NOT_ALLOWED: "allowed_minutes",
    Reason.LEAD_TIME: "lead_time_minutes",
    Reason.BEYOND_HORIZON: "weeks_ahead",
    Reason.PROVIDER_CAP: "provider_weekly_cap_minutes",
    Reason.NOT_ELIGIBLE: "eligibility",
}
LIMITS = {
    "open": "student_open_bookings_limit",
    "day": "student_daily_limit_minutes",
    "week": "student_weekly_limit_minutes",
}
AT_DESK = {"service", "provider", "appointments", "appointment", "calendar"}


@dataclass(frozen=True, slots=True)
class Why:
    """One rule that says no: its sentence, and where it is set (empty: the reader may not)."""

    code: str
    sentence: str
    link: str = ""
    url: str = ""


@dataclass(frozen=True)
class Wanted:
    """What was asked for when it was refused; `start` is aware UTC."""

    service: Service
    format: AppointmentFormat
    start: datetime
    provider: Provider | None = None
    location: Location | None = None
    student: User | None = None

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.format.minutes)


def reasons(request: CommunityRequest, refusals: Iterable[Refusal], wanted: Wanted) -> list[Why]:
    """Each refusal for the reader of this page, in the order of the rules."""
    return [_why(request, refusal, wanted) for refusal in refusals]


def _why(request: CommunityRequest, refusal: Refusal, wanted: Wanted) -> Why:
    community = request.community
    said = sentence_for_staff(
        refusal,
        community,
        student=str(wanted.student or _("The student")),
        moment=lambda instant: times.moment_in_words(
            instant, zone=community.zone, cycle=cycle_of(request)
        ),
    )
    name, label = PAGES.get(refusal.code, ("", ""))
    if refusal.code == Reason.PROVIDER_BUSY:
        meeting = _meeting_then(wanted)
        if meeting is not None:
            url = reverse("manage:appointment", args=[community.slug, meeting.public_id])
            return Why(refusal.code.value, said, _("That meeting"), url)
    if not name or (name not in AT_DESK and not can_manage(request.standing)):
        return Why(refusal.code.value, said)
    return Why(refusal.code.value, said, str(label), _url(community.slug, name, refusal, wanted))


def _meeting_then(wanted: Wanted) -> Booking | None:
    if wanted.provider is None:
        return None
    return meeting_then(wanted.provider, start=wanted.start, end=wanted.end)


def _url(slug: str, name: str, refusal: Refusal, wanted: Wanted) -> str:
    numbers = {"service": wanted.service.pk, "format": wanted.format.pk}
    if wanted.provider is not None:
        numbers |= {"provider": wanted.provider.pk, "hours": wanted.provider.pk}
    if name in ("provider", "hours") and name not in numbers:
        name = "providers"
    path = reverse(f"manage:{name}", args=[slug, *([numbers[name]] if name in numbers else [])])
    return f"{path}{_more(name, refusal, wanted)}"


def _more(name: str, refusal: Refusal, wanted: Wanted) -> str:
    """What leads to the very thing on the page: a day, a name to search for, a field."""
    day = wanted.start.astimezone(wanted.service.community.zone).date()
    student = wanted.student.email if wanted.student else ""
    whom = wanted.provider.user.email if wanted.provider else ""
    pages: dict[str, dict[str, object]] = {
        "hours": {"week": day},
        "calendar": {"day": day},
        "eligibility": {"q": whom},
        "appointments": {"q": student, "first": day, "last": day},
        "enrollment": {"q": student},
    }
    asked = pages.get(name, {})
    if name == SETTINGS:
        period = refusal.data.get("period") or refusal.data.get("name")
        field = LIMITS.get(str(period), FIELDS.get(refusal.code, ""))
        return f"#id_{field}" if field else ""
    return f"?{urlencode(asked)}" if any(asked.values()) else ""
