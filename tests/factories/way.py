"""Addresses of a student's way in a world, and what its last button sends."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.factories.world import MONDAY, TESTER, World
from visavis.catalogue.actions import certify
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import FormatQuestion, Service
from visavis.core.instants import write_instant
from visavis.people.models import Provider

TEN = MONDAY + timedelta(hours=2)


@dataclass
class Way:
    """Each step's address for these choices."""

    world: World
    provider: Provider
    start: datetime = TEN
    service: Service | None = None

    @property
    def root(self) -> str:
        return f"/c/{self.world.community.slug}"

    @property
    def _service(self) -> Service:
        return self.service or self.world.service

    @property
    def learn(self) -> str:
        return f"{self.root}/learn/"

    @property
    def bookings(self) -> str:
        return f"{self.root}/bookings/"

    @property
    def services(self) -> str:
        return f"{self.root}/book/{self.world.format.pk}/services/"

    @property
    def times(self) -> str:
        return f"{self.root}/book/{self.world.format.pk}/{self._service.pk}/times/"

    @property
    def providers(self) -> str:
        return self.times.replace("times/", f"{write_instant(self.start)}/providers/")

    @property
    def places(self) -> str:
        return self.providers.replace("providers/", f"{self.provider.pk}/places/")

    @property
    def weeks(self) -> str:
        return self.places.replace("places/", f"{self.world.location.pk}/weeks/")

    @property
    def series(self) -> str:
        return f"{self.root}/series/"

    @property
    def topic(self) -> str:
        return self.places.replace("places/", f"{self.world.location.pk}/topic/")

    @property
    def review(self) -> str:
        return self.topic.replace("topic/", "review/")

    @property
    def steps(self) -> list[str]:
        return [self.services, self.times, self.providers, self.places, self.topic, self.review]

    def confirmation(self, key: str = "", **changes: object) -> dict[str, object]:
        """What the button of the review sends."""
        return {
            "format": self.world.format.pk,
            "service": self._service.pk,
            "start": write_instant(self.start),
            "provider": self.provider.pk,
            "place": self.world.location.pk,
            "key": key or str(uuid.uuid4()),
            **changes,
        }


def own_service(world: World, provider: Provider) -> Service:
    """The service by which this person is picked."""
    service = Service.objects.create(
        community=world.community,
        subject=f"Peer Mentoring with {provider.user.first_name}",
        owner=provider,
    )
    certify(provider, service.code, by=TESTER)
    return service


def ask_question(world: World, **values: object) -> FormatQuestion:
    """One more question of the world's format; a short text unless said otherwise."""
    defaults = {
        "format": world.format,
        "label": "What is it about?",
        "kind": QuestionKind.SHORT_TEXT,
        "position": world.format.questions.count(),
    }
    return FormatQuestion.objects.create(**{**defaults, **values})
