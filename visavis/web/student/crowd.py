"""The people behind a service: a list while they are few, found by name when they are many."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from visavis.catalogue.models import Service
from visavis.catalogue.queries import certified_providers, covering
from visavis.core.ids import read_id
from visavis.core.prepared import Blank, prepared
from visavis.core.text import fold
from visavis.people.models import Provider, User

# A list that is longer is searched faster than scrolled.
FEW = 40
NAMED = 12


@dataclass(frozen=True)
class Crowd:
    """Those who may give a service, the student themselves left out."""

    service: Service
    student: User

    @property
    def people(self) -> QuerySet[Provider]:
        return self._without(self.student.pk)

    def _without(self, person: Any) -> QuerySet[Provider]:
        return certified_providers(self.service).exclude(user_id=person)

    @cached_property
    def is_large(self) -> bool:
        """Whether they are more than a list should hold; how many more is nobody's question."""
        key = ("crowd", *covering(self.service), FEW)
        more = prepared(
            key, lambda: self._without(Blank("student")).order_by().values_list("pk")[FEW : FEW + 1]
        )
        return bool(more.rows(student=self.student.pk))

    @property
    def is_choice(self) -> bool:
        """Whether there are several to choose from."""
        return self.is_large or len(self.listed) > 1

    @cached_property
    def listed(self) -> list[Provider]:
        """All of them by name, while they are few."""
        return [] if self.is_large else list(self.people)

    def find(self, pk: str) -> Provider | None:
        """The one with this id, as an address has it."""
        if not self.is_large:
            return next((provider for provider in self.listed if str(provider.pk) == pk), None)
        wanted = read_id(pk)
        return self.people.filter(pk=wanted).first() if wanted else None

    def matching(self, text: str) -> list[int]:
        """The ids, by name, of those whose name holds every word of the text.

        A text that is somebody's whole name means them alone.
        """
        words, found = fold(text).split(), self.people
        for word in words:
            found = found.filter(user__search_key__contains=word)
        # The search key holds the address as well, which is nobody's business here.
        rows = found.values_list("pk", "user__first_name", "user__last_name").iterator()
        names = {pk: fold(f"{first} {last}".strip()) for pk, first, last in rows}
        fitting = [pk for pk, name in names.items() if all(word in name for word in words)]
        return [pk for pk in fitting if names[pk] == " ".join(words)] or fitting

    def named(self, text: str) -> tuple[list[Provider], int]:
        """The first few of them, and how many more there are."""
        matching = self.matching(text)
        found = self.people.in_bulk(matching[:NAMED])
        people = sorted(found.values(), key=lambda provider: fold(provider.user.full_name))
        return people, max(0, len(matching) - NAMED)
