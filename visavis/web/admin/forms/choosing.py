"""One person, service or place of the community: picked while the list is short, named when not."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from visavis.communities.models import Community
from visavis.core.ids import read_id
from visavis.core.text import fold
from visavis.web.admin.queries.appointments import all_places, all_providers, all_services

# A longer list is slow to draw, slow to send, and nobody finds anything in it.
MOST_OPTIONS = 200
MOST_SUGGESTIONS = 12
FEWEST_LETTERS = 2
MOST_NAMED = 3


class NamedSelect(forms.Select):
    """A select; with more than MOST_OPTIONS an input that proposes names while one types."""

    field: "NamedField"

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        # One option more is the empty one, and another tells that there are too many.
        some = list(islice(self.choices, MOST_OPTIONS + 2))
        if len(some) <= MOST_OPTIONS + 1:
            self.choices = some
            return super().render(name, value, attrs, renderer)
        attributes = self.build_attrs(self.attrs, attrs)
        attributes["class"] = attributes.get("class", "").replace("select", "input")
        page = {
            "name": name,
            "value": self.field.name_of(value),
            "attributes": flatatt(attributes),
            "names": f"{attributes.get('id', name)}-names",
            "suggestions": self.field.suggestions,
            "empty": self.field.empty_label or "",
        }
        return render_to_string("admin/named_input.html", page)


class NamedField(forms.ModelChoiceField[Any]):
    """A row by its id, or by what it is called where the page could not list all of them.

    `also_gone` proposes those too that are retired or archived.
    """

    widget = NamedSelect
    of: ClassVar[str]
    # Where words are looked for, and what nobody of that name is told.
    searched: ClassVar[tuple[str, ...]]
    unknown = gettext_lazy("Nothing here is called “%(typed)s”. Check how it is written.")
    several = gettext_lazy("More than one is meant by “%(typed)s”: %(names)s. Write more of it.")

    def __init__(
        self,
        queryset: QuerySet[Any],
        *,
        community: Community,
        also_gone: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(queryset, **kwargs)
        address = reverse("manage:names", args=[community.slug, self.of])
        self.suggestions = f"{address}?gone=1" if also_gone else address
        self.rows, self.widget.field = queryset, self

    def name_of(self, value: Any) -> str:
        """What stands in the input for an id or for what was typed."""
        if isinstance(value, Model):
            return self.full_name(value)
        row_id = read_id(str(value or ""))
        row = None if row_id is None else self.rows.filter(pk=row_id).first()
        return self.full_name(row) if row else str(value or "")

    def full_name(self, row: Any) -> str:
        """By which the row is told from every other, where names allow it."""
        return self.label_from_instance(row)

    def named(self, text: str) -> list[Any]:
        """The first rows in whose names every word of `text` stands, in the order of the list."""
        wanted = Q()
        for word in fold(text).replace("(", " ").replace(")", " ").split():
            found = Q()
            for column in self.searched:
                found |= Q(**{f"{column}__contains": word})
            wanted &= found
        return list(self.rows.filter(wanted)[:MOST_SUGGESTIONS])

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        try:
            return super().to_python(typed)
        except ValidationError:
            if typed.isdecimal() or isinstance(value, Model):
                raise
        return self._by_name(typed)

    def _by_name(self, typed: str) -> Any:
        found = self.named(typed)
        same = [row for row in found if fold(typed) in self._names(row)]
        if len(same) == 1:
            return same[0]
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(self.unknown, code="unknown", params={"typed": typed})
        names = ", ".join(self.full_name(row) for row in found[:MOST_NAMED])
        told = f"{names} …" if len(found) > MOST_NAMED else names
        raise ValidationError(self.several, code="several", params={"typed": typed, "names": told})

    def _names(self, row: Any) -> Iterable[str]:
        return {fold(self.full_name(row)), fold(self.label_from_instance(row))}


class ProviderField(NamedField):
    of = "providers"
    searched = ("user__search_key",)
    unknown = gettext_lazy("Nobody here is called “%(typed)s”. Check the name, or use the e-mail.")

    def full_name(self, row: Any) -> str:
        return f"{row} ({row.user.email})"


class ServiceField(NamedField):
    of = "services"
    searched = ("search_key",)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class PlaceField(NamedField):
    of = "locations"
    searched = ("name_key",)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


FIELDS: dict[str, tuple[type[NamedField], Callable[[Community], QuerySet[Any]], str]] = {
    "providers": (ProviderField, all_providers, "retired_at"),
    "services": (ServiceField, all_services, "archived_at"),
    "locations": (PlaceField, all_places, "archived_at"),
}


def names_like(community: Community, of: str, text: str, *, also_gone: bool) -> list[str]:
    """Full names to propose for what was typed so far: none before two letters stand there."""
    kind, rows_of, gone = FIELDS[of]
    if len(fold(text)) < FEWEST_LETTERS:
        return []
    rows = rows_of(community) if also_gone else rows_of(community).filter(**{gone: None})
    field = kind(rows, community=community)
    return [field.full_name(row) for row in field.named(text)]
