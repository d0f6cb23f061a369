"""A person's names and addresses in texts that the system wrote, and what takes their place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, TextField
from django.db.models.fields.json import JSONField
from django.db.models.functions import Cast

from visavis.core.text import fold
from visavis.people.models import Membership, User

FIRST_NAME, LAST_NAME = "Erased", "person"
LABEL = f"{FIRST_NAME} {LAST_NAME}"
# Shorter IDs would be found in the midst of other words and numbers.
SHORTEST = 4
AT_ONCE = 200


@dataclass(frozen=True)
class Names:
    """What a person is called in texts: addresses, IDs, and the name if nobody else bears it."""

    tokens: tuple[str, ...]

    @classmethod
    def of(cls, person: User) -> "Names":
        ids = Membership.objects.filter(user=person).values_list("student_id", flat=True)
        found = {person.email, person.email_key, person.sso_id, *ids}
        found = {text for text in found if len(text) >= SHORTEST}
        if person.full_name and not _namesakes(person).exists():
            found.add(person.full_name)
        return cls(tuple(sorted(found, key=len, reverse=True)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # Not within a longer word: “Ann Lee” is not in “Joann Leeson”.
        words = "|".join(re.escape(token) for token in self.tokens)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    def replaced(self, value: Any) -> Any:
        """The value without them: a text, or a list or mapping as JSON has them."""
        if isinstance(value, str):
            return self._pattern.sub(LABEL, value)
        if isinstance(value, list):
            return [self.replaced(one) for one in value]
        if isinstance(value, dict):
            return {self.replaced(key): self.replaced(one) for key, one in value.items()}
        return value

    def are_in(self, text: str) -> bool:
        folded = fold(text)
        return any(fold(token) in folded for token in self.tokens)

    def rows_with(self, model: type[Model], fields: tuple[str, ...]) -> QuerySet[Any]:
        """The rows in which one of these columns may hold one of them."""
        rows = model._default_manager.all()
        wanted = Q(pk__in=[])
        for name in fields:
            column = name
            if isinstance(model._meta.get_field(name), JSONField):
                column = f"{name}_as_text"
                rows = rows.annotate(**{column: Cast(name, TextField())})
            for text in self._written():
                wanted |= Q(**{f"{column}__icontains": text})
        return rows.filter(wanted)

    def _written(self) -> Iterator[str]:
        """Each as it may stand in a column: also as JSON writes it, in ASCII or not."""
        for token in self.tokens:
            as_json = (json.dumps(token, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False))
            yield from {token, *as_json}


def _namesakes(person: User) -> QuerySet[User]:
    """Others of exactly this name: in texts nobody can tell them apart."""
    same = User.objects.filter(first_name=person.first_name, last_name=person.last_name)
    return same.exclude(pk=person.pk)


def scrub(names: Names, model: type[Model], fields: tuple[str, ...]) -> int:
    """Put “Erased person” in their place in these columns of all rows; how many rows."""
    ids = list(names.rows_with(model, fields).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        rows = list(model._default_manager.filter(pk__in=ids[first : first + AT_ONCE]))
        for row in rows:
            for name in fields:
                setattr(row, name, _fitting(row, name, names.replaced(getattr(row, name))))
        model._default_manager.bulk_update(rows, fields)
    return len(ids)


def _fitting(row: Model, name: str, value: Any) -> Any:
    field = row._meta.get_field(name)
    if isinstance(field, CharField) and isinstance(value, str) and field.max_length:
        return value[: field.max_length]
    return value
