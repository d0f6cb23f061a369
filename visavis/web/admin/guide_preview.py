"""What a student would see, in a few lines for each step, with the real first free times."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.availability.queries import locations_of
from visavis.bookings.openings import next_starts
from visavis.catalogue.formats import all_formats
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import services_of
from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.times import duration_in_words

LINES = 4


@dataclass(frozen=True, slots=True)
class SeenLine:
    """Something to choose, and what stands beside it; `start` where it is a free time."""

    name: str
    about: str = ""
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeenStep:
    """One page of the student's way: its heading, its first lines, how many more, its address."""

    prompt: str
    lines: list[SeenLine]
    more: int = 0
    url: str = ""
    nothing: str = ""


def preview_for_students(request: CommunityRequest) -> list[SeenStep]:
    """The pages in the order in which a student meets them, for the first kind of meeting."""
    community = request.community
    formats, words = list(all_formats(community)), wording_of(community)
    learn = reverse("student:learn", args=[community.slug])
    offered = [SeenLine(one.name, duration_in_words(one.minutes)) for one in formats]
    places = [SeenLine(one.name, one.get_kind_display()) for one in locations_of(community)]
    asked = list(formats[0].questions.all()) if formats else []
    questions = [SeenLine(one.label, "" if one.is_required else _("optional")) for one in asked]
    return [
        _seen(words.learn, offered, url=learn, nothing=_("No kind of meeting can be chosen yet.")),
        *(_services(request, formats[0], words.pick_service, words.pick_time) if formats else []),
        _seen(words.pick_place, places, nothing=_("No place can be chosen yet.")),
        _seen(words.topic, questions, nothing=_("Nothing is asked.")),
    ]


def _seen(prompt: str, lines: list[SeenLine], *, url: str = "", nothing: str = "") -> SeenStep:
    return SeenStep(prompt, lines[:LINES], max(0, len(lines) - LINES), url, nothing)


def _services(
    request: CommunityRequest, format_: AppointmentFormat, prompt: str, when: str
) -> list[SeenStep]:
    community = request.community
    services = list(services_of(community)[:LINES])
    starts = next_starts(
        community, services=services, format_=format_, student=None, now=clock.now()
    )
    count = services_of(community).count()
    lines = [_service(one, starts.get(one.pk)) for one in services]
    url = reverse("student:services", args=[community.slug, format_.pk])
    free = sorted((line for line in lines if line.start), key=lambda line: str(line.start))[:1]
    first = min(starts, key=lambda pk: starts[pk]) if starts else None
    times = reverse("student:times", args=[community.slug, format_.pk, first]) if first else ""
    weeks = ngettext("%d week", "%d weeks", community.weeks_ahead) % community.weeks_ahead
    return [
        SeenStep(prompt, lines, max(0, count - LINES), url, _("Nothing can be picked yet.")),
        SeenStep(
            when, free, 0, times, _("No time is free in the next %(weeks)s.") % {"weeks": weeks}
        ),
    ]


def _service(service: Service, start: datetime | None) -> SeenLine:
    name = str(service.owner) if service.owner else service.label
    return SeenLine(name, "" if start else _("no free time"), start)
