"""The people behind a service: a list while they are few, found by name when they are many."""

from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.db.models import QuerySet

from visavis.catalogue.models import Service
from visavis.catalogue.queries import certified_providers
from visavis.core.text import fold
from visavis.people.models import Provider, User

# A list that is longer is searched faster than scrolled.
FEW = 40
NAMED = 12


@dataclass(frozen=True)
class Crowd:
    """Those who may give a service, the student themselves left out."""

    people: QuerySet[Provider]

    @classmethod
    def of(cls, service: Service, student: User) -> "Crowd":
        return cls(certified_providers(service).exclude(user=student))

    @cached_property
    def size(self) -> int:
        return self.people.count()

    @property
    def is_large(self) -> bool:
        return self.size > FEW

    @cached_property
    def listed(self) -> list[Provider]:
        """All of them by name, while they are few."""
        return [] if self.is_large else list(self.people)

    def find(self, pk: str) -> Provider | None:
        """The one with this id, as an address has it."""
        if not self.is_large:
            return next((provider for provider in self.listed if str(provider.pk) == pk), None)
        if not (pk.isdecimal() and len(pk) < 19):  # noqa: PLR2004  (what an id's column holds)
            return None
        return self.people.filter(pk=int(pk)).first()

    def named(self, text: str, among: Container[int] | None = None) -> list[Provider]:
        """The first of those whose name holds every word of the text; `among` these ids only."""
        words, found = fold(text).split(), self.people
        for word in words:
            found = found.filter(user__search_key__contains=word)
        # The search key holds the address as well, which is nobody's business here.
        fitting = (p for p in found if _holds(p, words) and (among is None or p.pk in among))
        return list(islice(fitting, NAMED)) if words else []


def _holds(provider: Provider, words: list[str]) -> bool:
    name = fold(provider.user.full_name)
    return all(word in name for word in words)
