"""What can be done with a whole community: take it away as files, and bring such files in."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from visavis.backups.moment import one_moment
from visavis.bookings.models import Commitment
from visavis.communities.models import Community
from visavis.copies.errors import InvalidCopy, NewerCopy, PlaceTaken
from visavis.copies.places import Copy, new_copy, opened_copy
from visavis.copies.reading import Reader, read_community
from visavis.copies.sheets import LeftOut
from visavis.copies.writing import FORM, write_copy
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.core.turns import turn_to_write
from visavis.notifications.letters import register
from visavis.notifications.models import Telling
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people

ALL_OF_IT = LeftOut()


@dataclass(frozen=True, slots=True)
class Brought:
    """A community that came in: its rows by sheet, and how many of its people are new here."""

    community: Community
    counts: dict[str, int]
    new_people: int


def export_community(
    community: Community, path: Path, *, now: datetime, left_out: LeftOut = ALL_OF_IT
) -> dict[str, int]:
    """Write all that the community consists of, as it is at one moment, to a folder or zip file.

    Without what is `left_out`. Raises PlaceTaken, CannotWrite.
    """
    with new_copy(path) as target, one_moment():
        return write_copy(community, target, now=now, left_out=left_out)


def import_community(path: Path, *, slug: str = "", by: Actor, now: datetime) -> Brought:
    """Make a community of a copy: all of it or, when something does not fit, nothing.

    People are who has their e-mail address here, and provisional where nobody has. Nobody is told
    of what the copy tells. Raises InvalidCopy, NewerCopy, PlaceTaken.
    """
    with opened_copy(path) as copy:
        _require_form(copy)
        return _take_in(copy, slug=slug, by=by, now=now)


@again_on_conflict
def _take_in(copy: Copy, *, slug: str, by: Actor, now: datetime) -> Brought:
    community = read_community(copy, slug=slug)
    if Community.objects.filter(slug=community.slug).exists():
        raise PlaceTaken(
            f"There is a community “{community.slug}” here already. Give another with --slug."
        )
    try:
        with turn_to_write(), transaction.atomic():
            return _bring(copy, community, by=by, now=now)
    except IntegrityError as error:
        said = str(error).strip().partition("\n")[0]
        raise InvalidCopy(
            f"The database does not take what the copy says: {said}. Nothing has been changed."
        ) from error


def _require_form(copy: Copy) -> None:
    form = copy.document("manifest.json").get("form")
    if form != FORM:
        raise NewerCopy(
            f"The copy is written in form {form}, and this version reads form {FORM}. "
            "Install the version that made it, or a later one."
        )


def _bring(copy: Copy, community: Community, *, by: Actor, now: datetime) -> Brought:
    community.save(force_insert=True)
    reader = Reader(copy, community)
    reader.read_all()
    _tell_nobody(reader, now=now)
    people = set(Commitment.objects.filter(community=community).values_list("person", flat=True))
    lock_people(people)
    touch_time(*people)
    after = {name: count for name, count in reader.counts.items() if count}
    history.record(by, "brought in", community, community_id=community.pk, after=after)
    return Brought(community, reader.counts, reader.new_people)


def _tell_nobody(reader: Reader, *, now: datetime) -> None:
    """What became of these meetings was told where the copy was made."""
    for source in register.sources.values():
        numbers = reader.made.get(source.rows().model, {}).values()
        Telling.objects.bulk_create(
            (Telling(source=source.name, number=number, at=now) for number in numbers),
            batch_size=1000,
        )
