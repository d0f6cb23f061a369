"""A small community in which everything can be booked; each part by the real actions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from visavis.availability.actions import add_weekly_block
from visavis.availability.models import Location
from visavis.bookings.actions import Order, book
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question
from visavis.catalogue.actions import add_format, certify
from visavis.catalogue.enums import Repeats
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.enums import Preset
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.people.actions import add_provider, find_or_make_user
from visavis.people.models import Provider, User
from visavis.setup.actions import found_community

TESTER = Actor(None, "A test")
# A Monday morning in New York, four weeks before the clocks go forward.
MONDAY = datetime(2027, 2, 15, 13, 0, tzinfo=UTC)


@dataclass
class World:
    """A community with one service; `provider(...)` and `student(...)` add people."""

    community: Community
    service: Service
    format: AppointmentFormat
    location: Location

    def provider(self, first_name: str = "Talia", *, hours: bool = True) -> Provider:
        user = make_user(f"{first_name.lower()}@uni.test", first_name)
        provider = add_provider(user, self.community, by=TESTER)
        certify(provider, self.service.code, by=TESTER)
        if hours:
            for weekday in range(5):
                add_weekly_block(
                    provider, weekday=weekday, start_minute=9 * 60, end_minute=17 * 60, by=TESTER
                )
        return provider

    def student(self, first_name: str = "Sam") -> User:
        return make_user(f"{first_name.lower()}@students.test", first_name)

    def question(self, **changes: Any) -> Question:
        values = {
            "community": self.community,
            "service": self.service,
            "format": self.format,
            "first": MONDAY.date(),
            "days": 7,
            "now": MONDAY,
        }
        return Question(**{**values, **changes})

    def order(
        self, provider: Provider, student: User, start: datetime, key: str = "", **changes: Any
    ) -> Order:
        question = self.question(provider=provider, student=student, **changes)
        return Order(question, start, key or f"{provider.pk}-{student.pk}-{start.timestamp()}")

    def book(
        self, provider: Provider, student: User, start: datetime, key: str = "", **changes: Any
    ) -> Booking:
        return book(self.order(provider, student, start, key, **changes), by=TESTER, now=MONDAY)


def make_user(email: str, first_name: str = "", last_name: str = "Example") -> User:
    return find_or_make_user(email, first_name=first_name, last_name=last_name, by=TESTER)[0]


def make_world(
    slug: str = "mentoring",
    *,
    preset: str = Preset.PROVIDER_FIRST,
    timezone: str = "America/New_York",
) -> World:
    community = found_community(
        slug=slug, name=slug.title(), preset=preset, timezone=timezone, by=TESTER
    )
    service = Service.objects.create(
        community=community, subject="All available Peer Mentoring", for_everybody=True
    )
    format_ = community.formats.get()
    # A test that is about questions asks its own.
    format_.questions.all().delete()
    return World(community, service, format_, Location.objects.get(community=community))


def make_weekly_world(slug: str = "mentoring", **format_values: Any) -> World:
    """The same with a format that is met every week."""
    world = make_world(slug)
    values = {"name": "Weekly hour", "minutes": 60, "repeats": Repeats.WEEKLY, **format_values}
    world.format = add_format(world.community, by=TESTER, **values)
    return world
