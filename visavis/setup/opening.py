"""Opening a community to its students: what it lacks before anything can be booked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.queries import locations_of
from visavis.bookings.openings import next_starts
from visavis.catalogue.models import AppointmentFormat, Certification, Enrollment, Service
from visavis.catalogue.queries import coverage, formats_of, services_of
from visavis.communities.actions import change_settings
from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.core.history import Actor
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider
from visavis.setup.errors import NotBookable

AT_ONCE = 200


class Lack(StrEnum):
    """What may be missing, in the order in which one sees to it."""

    SERVICES = "services"
    PEOPLE = "people"
    CERTIFIED = "certified"
    PLACES = "places"
    HOURS = "hours"
    FORMATS = "formats"
    LISTS = "lists"
    STUDENTS = "students"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class FirstTime:
    """The first time that somebody could book: what, in which format, when (aware UTC)."""

    service: Service
    format: AppointmentFormat
    start: datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands in the way of a first booking, each with its sentence; and the first time."""

    lacks: dict[Lack, str]
    first: FirstTime | None = None


def readiness(community: Community, *, now: datetime) -> Readiness:
    """Whether a student could book at `now`, and what is missing where none could.

    The free times are looked for, up to the horizon, only when nothing else is missing.
    """
    lacks = lacks_of(community)
    if lacks:
        return Readiness(lacks)
    first = find_first_time(community, now=now)
    if first is not None:
        return Readiness({}, first)
    told = ngettext(
        "Nobody has a free time in the next %(weeks)s week: hours, places and kinds of meetings "
        "do not come together.",
        "Nobody has a free time in the next %(weeks)s weeks: hours, places and kinds of meetings "
        "do not come together.",
        community.weeks_ahead,
    )
    return Readiness({Lack.TIMES: told % {"weeks": community.weeks_ahead}})


def find_first_time(community: Community, *, now: datetime) -> FirstTime | None:
    """The first offered start of the first format and services that have one; None without."""
    services = list(services_of(community))
    for format_ in formats_of(community):
        for first in range(0, len(services), AT_ONCE):
            some = services[first : first + AT_ONCE]
            starts = next_starts(community, services=some, format_=format_, student=None, now=now)
            if starts:
                pk = min(starts, key=lambda found: starts[found])
                return FirstTime(next(s for s in some if s.pk == pk), format_, starts[pk])
    return None


def open_community(community: Community, *, by: Actor, now: datetime) -> Community:
    """Let students see it. One that is open already stays so.

    Raises NotBookable, with `data["lacks"]`, while nothing can be booked at `now`.
    """
    if community.is_opened and community.visible:
        return community
    found = readiness(community, now=now)
    if found.lacks:
        raise NotBookable(" ".join(found.lacks.values()), data={"lacks": dict(found.lacks)})
    return change_settings(community, {"visible": True}, by=by)


def lacks_of(community: Community) -> dict[Lack, str]:
    """What must be there before anything can be booked and is not, each with its sentence."""
    words = wording_of(community)
    people = Provider.objects.filter(community=community, retired_at=None)
    services = services_of(community)
    told = {
        Lack.SERVICES: (
            services.exists(),
            _("There is nothing to pick: no %(service)s is listed.") % {"service": words.service},
        ),
        Lack.PEOPLE: (
            people.exists(),
            _("There is nobody to meet: no %(provider)s is listed.") % {"provider": words.provider},
        ),
        Lack.PLACES: (locations_of(community).exists(), _("There is no place to meet.")),
        Lack.HOURS: (_has_hours(community), _("Nobody has hours.")),
        Lack.FORMATS: (formats_of(community).exists(), _("There is no kind of meeting to book.")),
        Lack.LISTS: (
            community.edit_services or _has_lists(community),
            _("Students may not change their list, and nothing is on anybody's."),
        ),
        Lack.STUDENTS: (
            community.eligibility == Eligibility.EVERYONE or _has_students(community),
            _("Only students on the list may book, and nobody is on it."),
        ),
    }
    lacks = {lack: sentence for lack, (is_there, sentence) in told.items() if not is_there}
    if not {Lack.SERVICES, Lack.PEOPLE} & lacks.keys() and not _somebody_may(community):
        lacks[Lack.CERTIFIED] = _("Nobody may give any of what is listed.")
    return lacks


def _has_hours(community: Community) -> bool:
    theirs = {"provider__community": community, "provider__retired_at": None}
    return (
        WeeklyBlock.objects.filter(**theirs).exists()
        or DatedChange.objects.filter(kind=ChangeKind.EXTRA, **theirs).exists()
    )


def _has_lists(community: Community) -> bool:
    services = services_of(community)
    return (
        services.filter(for_everybody=True).exists()
        or Enrollment.objects.filter(service__in=services.order_by().values("pk")).exists()
    )


def _has_students(community: Community) -> bool:
    return Membership.objects.filter(community=community, role=Role.STUDENT).exists()


def _somebody_may(community: Community) -> bool:
    """Whether some certification of somebody active covers something active."""
    entries = Certification.objects.filter(provider__community=community, provider__retired_at=None)
    by_name = entries.filter(
        is_pattern=False, key__in=services_of(community).order_by().values("code_key")
    )
    if by_name.exists():
        return True
    patterns = list(entries.filter(is_pattern=True))
    return bool(patterns and coverage(community, patterns).services(patterns))
