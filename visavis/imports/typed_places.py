"""Places that an administrator types in, one row for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.communities.models import Community
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.imports.enums import ImportKind
from visavis.imports.errors import TypedRefused
from visavis.imports.kinds.locations import KEY_LENGTH, NAME
from visavis.imports.typed import Typed, TypedBy, take_in

# The row on the page, the column, and what is wrong.
Wrong = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """A row: `place` is its number on the page, `cells` what stands there, by header."""

    place: int
    cells: Mapping[str, str]

    @property
    def key(self) -> str:
        return fold(self.cells[NAME])[:KEY_LENGTH]


@again_on_conflict
def add_places(community: Community, places: Sequence[TypedPlace], *, by: TypedBy) -> None:
    """Take in places; one that is archived comes back.

    Raises TypedRefused with everything that is wrong, also for a place that is here.
    """
    with transaction.atomic():
        wrong = _known(community, places)
        refused = {place for place, _column, _told in wrong}
        good = [one for one in places if one.place not in refused]
        table = Typed(
            ImportKind.LOCATIONS, [one.cells for one in good], [one.place for one in good]
        )
        try:
            take_in(community, [table], by=by)
        except TypedRefused as refusal:  # told together with what is wrong with the others
            wrong += refusal.data["errors"]
        if wrong:
            raise TypedRefused(wrong[0][2], data={"kind": ImportKind.LOCATIONS, "errors": wrong})


def _known(community: Community, places: Sequence[TypedPlace]) -> list[Wrong]:
    """A file would change what is there; whoever types a row means a new place."""
    keys = [one.key for one in places]
    rows = Location.objects.filter(community=community, archived_at=None, name_key__in=keys)
    there, seen = dict(rows.values_list("name_key", "name")), set[str]()
    told = _("“%(name)s” is here already. Change it on the page of places.")
    wrong: list[Wrong] = []
    for one in places:
        if one.key in there:
            wrong.append((one.place, NAME, told % {"name": there[one.key]}))
        elif one.key and one.key in seen:
            wrong.append((one.place, NAME, _("This name stands in another row as well.")))
        seen.add(one.key)
    return wrong
