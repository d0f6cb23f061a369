"""Where the students' real pages are found: one after the other, along a way that is possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.bookings.openings import Question, ask, next_starts
from visavis.catalogue.models import Service
from visavis.catalogue.queries import formats_of, services_of
from visavis.communities.models import Community
from visavis.core.instants import write_instant
from visavis.people.models import User

# By the name of the address: what the page is for, and how much of the way its address holds.
PAGES: Mapping[str, tuple[str | Promise, int]] = {
    "learn": (_("The first page"), 0),
    "services": (_("What to book"), 1),
    "times": (_("When"), 2),
    "providers": (_("With whom"), 3),
    "places": (_("Where"), 4),
    "topic": (_("What about"), 5),
    "review": (_("Before booking"), 5),
}
PARTS = ("format_id", "service_id", "start", "provider_id", "place_id")
SERVICES_TRIED = 50
DAYS_TRIED = 14


@dataclass(frozen=True, slots=True)
class Example:
    """What an example student has chosen so far; shorter where nothing can be chosen."""

    parts: tuple[Any, ...]

    def url(self, community: Community, name: str) -> str:
        """The address of the page, or empty where the way does not lead to it."""
        depth = PAGES[name][1]
        if depth > len(self.parts):
            return ""
        chosen = dict(zip(PARTS, self.parts[:depth], strict=False))
        return reverse(f"student:{name}", kwargs={"community": community.slug, **chosen})


def example_way(community: Community, reader: User, *, depth: int, now: datetime) -> Example:
    """The first `depth` choices of a way that is possible now: the first format, and so on."""
    format_ = formats_of(community).first()
    services = list(services_of(community)[:SERVICES_TRIED])
    if format_ is None or not services or not depth:
        return Example(() if format_ is None else (format_.pk,))
    if depth <= PAGES["times"][1]:
        return Example((format_.pk, services[0].pk))
    starts = next_starts(
        community, services=services, format_=format_, student=reader, now=now, days=DAYS_TRIED
    )
    service = next((one for one in services if one.pk in starts), None)
    if service is None:
        return Example((format_.pk, services[0].pk))
    question = Question(
        community=community,
        service=service,
        format=format_,
        first=starts[service.pk].astimezone(community.zone).date(),
        days=1,
        now=now,
        student=reader,
    )
    return Example((format_.pk, *_opening(question, service, starts[service.pk])))


def _opening(question: Question, service: Service, start: datetime) -> tuple[Any, ...]:
    openings = ask(question)
    free = openings.free(start)
    places = openings.places(free[0], start) if free else []
    known = (service.pk, write_instant(start))
    return known if not places else (*known, free[0].pk, places[0].pk)
