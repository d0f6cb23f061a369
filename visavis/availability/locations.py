"""A community's places: what can be changed of one, and one function per verb.

These write the rows; `changes.places` looks after the meetings, and is what pages call.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.errors import InvalidLocation
from visavis.availability.models import Location
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict
from visavis.people.enums import Source

SCHEMES = {"https", "http", "mailto", "tel"}
# A scheme with slashes, or one of those that browsers run or open without.
ADDRESS = re.compile(
    r"(?<![\w.+-])(?P<scheme>[a-z][a-z0-9+.-]*(?=://)|(?:javascript|vbscript|data|file|blob)(?=:\S))",
    re.IGNORECASE,
)
LOCATION_COLUMNS = ("name", "kind", "hours", "capacity", "details")


def location_values(location: Location) -> dict[str, Any]:
    """What can be changed of a place, by column."""
    return {column: getattr(location, column) for column in LOCATION_COLUMNS}


@again_on_conflict
def add_location(community: Community, *, by: Actor, **values: Any) -> Location:
    """Add a place (`LOCATION_COLUMNS`). Raises InvalidLocation, naming the columns."""
    with transaction.atomic():
        lock_community(community)
        location = Location(community=community, **values)
        refuse_invalid(location)
        location.save()
        community_actions.touch(community)
        history.record(by, "added place", location, community_id=community.pk)
    return location


@again_on_conflict
def rewrite_location(
    location: Location, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> Location:
    """Give a place these values; it counts as entered by hand from then on.

    `seen`: the values that whoever changes it saw, by `core.seen`. Raises InvalidLocation,
    ChangedMeanwhile, and NotFound when it is gone; then nothing is written.
    """
    with transaction.atomic():
        locked = _lock(location)
        before = location_values(locked)
        check_seen(seen, before)
        for column in LOCATION_COLUMNS:
            setattr(locked, column, values.get(column, before[column]))
        refuse_invalid(locked)
        after = location_values(locked)
        if after == before:
            return locked
        locked.source = Source.HAND
        locked.save(update_fields=[*LOCATION_COLUMNS, "source"])
        community_actions.touch(locked.community)
        old, new = history.differing(before, after)
        history.record(
            by, "changed place", locked, community_id=locked.community_id, before=old, after=new
        )
    return locked


@again_on_conflict
def set_location_archived(location: Location, at: datetime | None, *, by: Actor) -> bool:
    """Archive the place at an instant (aware), or with None bring it back; False if it is so."""
    with transaction.atomic():
        locked = _lock(location)
        if (locked.archived_at is None) == (at is None):
            return False
        locked.archived_at = at
        if at is None:
            locked.source = Source.HAND
        locked.save(update_fields=["archived_at", "source"])
        community_actions.touch(locked.community)
        verb = "restored place" if at is None else "archived place"
        history.record(by, verb, locked, community_id=locked.community_id)
    return True


def _lock(location: Location) -> Location:
    """The place as it stands: its row, then its community's, as bookings and imports do."""
    rows = Location.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("community").filter(pk=location.pk).first()
    if found is None:
        raise NotFound(_("This place is not there any more."))
    lock_community(found.community)
    return found


def lock_community(community: Community) -> None:
    """The row that orders whoever enters places by hand."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def find_strange_address(details: str) -> str:
    """What in these details looks like an address that nobody should be sent to, or blank.

    Words alone are none; addresses of pages, of mail and of telephones are those one may have.
    """
    for word in details.split():
        found = ADDRESS.search(word)
        if found and found["scheme"].lower() not in SCHEMES:
            return word
    return ""


def tell_strange(address: str) -> str:
    """Why such an address is refused."""
    return _(
        "“%(address)s” is no address that students can open. Write one that begins with https://, "
        "http://, mailto: or tel:, or plain words."
    ) % {"address": address[:80]}


def refuse_invalid(location: Location) -> None:
    """Raises InvalidLocation, which names the columns, for values or a name that do not fit."""
    location.derive()
    try:
        location.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidLocation(" ".join(error.messages), data=error.message_dict) from error
    strange = find_strange_address(location.details)
    if strange:
        sentence = tell_strange(strange)
        raise InvalidLocation(sentence, data={"details": [sentence]})
    same = Location.objects.filter(community=location.community_id, name_key=location.name_key)
    other = same.exclude(pk=location.pk).first()
    if other is None:
        return
    told = _("“%(name)s” is here already. Choose another name, or change that one.")
    if not other.is_active:
        told = _("“%(name)s” is here already, archived. Restore it, or choose another name.")
    sentence = told % {"name": other.name}
    raise InvalidLocation(sentence, data={"name": [sentence]})
