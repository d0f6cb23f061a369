"""People whom an administrator types in, one row for each.

Where students pick a person, the row makes the person, their own service, and their place in the
one for everybody ("All available Peer Mentors").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.catalogue.actions import set_owner
from visavis.catalogue.enums import ServiceKind
from visavis.catalogue.models import CODE_LENGTH, Service
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.core.text import fold, fold_code
from visavis.core.troubles import again_on_conflict
from visavis.imports.enums import ImportKind
from visavis.imports.errors import TypedRefused
from visavis.imports.kinds.base import Candidate, Line
from visavis.imports.kinds.courses import NAME, NUMBER, SUBJECT
from visavis.imports.kinds.entries import COURSES
from visavis.imports.kinds.persons import EMAIL, FIRST_NAME, LAST_NAME, Person, find_people
from visavis.imports.typed import Typed, TypedBy, lock_known, take_in
from visavis.people.models import Provider
from visavis.setup.people import told_already, told_name_too_long, told_too_long, who_gives

# What the page calls the column in which a person's own service can be named.
OWN_SERVICE = "Own Service"
# The row on the page, the column, and what is wrong.
Wrong = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A row: `place` is its number on the page, `service` what it was called there, or blank."""

    place: int
    email: str
    first_name: str
    last_name: str = ""
    service: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedCourse:
    place: int
    subject: str
    number: str = ""
    name: str = ""


def add_courses(community: Community, courses: Sequence[TypedCourse], *, by: TypedBy) -> None:
    """Take in courses and topics. Raises TypedRefused."""
    rows = [{SUBJECT: one.subject, NUMBER: one.number, NAME: one.name} for one in courses]
    take_in(community, [Typed(ImportKind.COURSES, rows, [c.place for c in courses])], by=by)


@again_on_conflict
def add_people(community: Community, people: Sequence[TypedPerson], *, by: TypedBy) -> None:
    """Take in people; where students pick a person, with a service of each one's own.

    Raises TypedRefused with everything that is wrong, also for somebody who gives support here.
    """
    with transaction.atomic():
        lock_known(person.email for person in people)
        own, unnamed = _own_services(community, people) if community.is_provider_first else ({}, [])
        wrong = [*_known(community, people), *unnamed]
        refused = {place for place, _column, _told in wrong}
        good = [person for person in people if person.place not in refused]
        try:
            _take(community, good, own, by)
        except TypedRefused as refusal:  # told together with what is wrong with the others
            wrong += refusal.data["errors"]
        if wrong:
            raise TypedRefused(wrong[0][2], data={"kind": ImportKind.PROVIDERS, "errors": wrong})


def _take(
    community: Community, people: Sequence[TypedPerson], own: dict[int, str], by: TypedBy
) -> None:
    if not people:
        return
    if not own:
        take_in(community, [_table(people, {})], by=by)
        return
    names = [own[person.place] for person in people]
    everybody = _for_everybody(community)
    topics = [{SUBJECT: everybody, NUMBER: ""}, *({SUBJECT: n, NUMBER: ""} for n in names)]
    places = [people[0].place, *(person.place for person in people)]
    certified = {
        person.place: (*person.entries, name, everybody)
        for person, name in zip(people, names, strict=True)
    }
    table = Typed(ImportKind.COURSES, topics, places)
    take_in(community, [table, _table(people, certified)], by=by)
    _see_to_owners(community, people, names, by)


def _table(people: Sequence[TypedPerson], entries: dict[int, tuple[str, ...]]) -> Typed:
    rows = [
        {
            EMAIL: person.email,
            FIRST_NAME: person.first_name,
            LAST_NAME: person.last_name,
            COURSES: "|".join(entries.get(person.place, person.entries)),
        }
        for person in people
    ]
    return Typed(ImportKind.PROVIDERS, rows, [person.place for person in people])


def _known(community: Community, people: Sequence[TypedPerson]) -> list[Wrong]:
    """A file would change who is there; whoever types a row means somebody new."""
    there, seen = who_gives(community, (person.email for person in people)), set[str]()
    wrong: list[Wrong] = []
    for person in people:
        key = fold(person.email)
        if key in there:
            wrong.append((person.place, EMAIL, told_already(there[key])))
        elif key and key in seen:
            wrong.append((person.place, EMAIL, _("This address stands in another row as well.")))
        seen.add(key)
    return wrong


def _own_services(
    community: Community, people: Sequence[TypedPerson]
) -> tuple[dict[int, str], list[Wrong]]:
    """Row → what its person's own service is called: as typed, else the shortest name that is free.

    Blank where none fits or is free, with what is wrong there.
    """
    taken, named, wrong = _taken(community), {}, list[Wrong]()
    known = _known_accounts(community, people)
    for person in people:
        email = fold(person.email)
        ways = _names(community, person, known.get(email))
        # What was typed is read as it stands; the import tells of it if it is too long.
        fitting = ways if person.service else [one for one in ways if len(one) <= CODE_LENGTH]
        # A retired person who comes back finds what was theirs.
        name = next((n for n in fitting if taken.get(fold_code(n), email) == email), "")
        if not fitting:
            wrong.append((person.place, *_too_long(ways[0], is_kept=email in known)))
        elif not name:
            told = _("Another one is called so already. Write a name of its own.")
            wrong.append((person.place, OWN_SERVICE, told))
        taken[fold_code(name)] = ""
        named[person.place] = name
    return named, wrong


def _too_long(service: str, *, is_kept: bool) -> tuple[str, str]:
    """The column, and what is wrong: a name that an account keeps cannot be shortened here."""
    if is_kept:
        return OWN_SERVICE, told_too_long(service)
    return FIRST_NAME, told_name_too_long(service, _("What students pick"))


def _taken(community: Community) -> dict[str, str]:
    """The codes that are given away, with the folded e-mail of whom each belongs to, or blank."""
    rows = Service.objects.filter(community=community).exclude(
        owner=None, archived_at__isnull=False
    )
    owners = rows.values_list("code_key", "owner__user__email_key")
    taken = {key: email or "" for key, email in owners}
    return {**taken, fold_code(_for_everybody(community)): ""}


def _known_accounts(community: Community, people: Sequence[TypedPerson]) -> dict[str, Person]:
    """By folded e-mail: the accounts that keep their own names, whatever is typed."""
    rows = [Candidate(Line(0, {}), "", "", {}, lookup=(one.email, "")) for one in people]
    found = find_people(community, rows).by_email
    return {email: one for email, one in found.items() if one.is_kept and one.first_name}


def _names(community: Community, person: TypedPerson, account: Person | None) -> list[str]:
    if person.service:
        return [person.service]
    called = account or person
    initial = f"{called.first_name} {called.last_name[:1]}".strip()
    whole = f"{called.first_name} {called.last_name}".strip()
    words = wording_of(community)
    told = _("%(support)s with %(name)s")
    return [told % {"support": words.support, "name": name} for name in (initial, whole)]


def _for_everybody(community: Community) -> str:
    """The topic that means anybody who is free: the one there is, or one in the words here."""
    there = Service.objects.filter(
        community=community, kind=ServiceKind.TOPIC, for_everybody=True, archived_at=None
    ).first()
    if there is not None:
        return there.code
    words = wording_of(community)
    # The providers file knows a topic for everybody by how it begins (kinds/ownership.py).
    return f"All available {words.providers}"


def _see_to_owners(
    community: Community, people: Sequence[TypedPerson], own: Sequence[str], by: TypedBy
) -> None:
    """The file proposes an owner by the name alone; here it is known, whatever it is called."""
    emails = [fold(person.email) for person in people]
    rows = Provider.objects.filter(community=community, user__email_key__in=emails)
    providers = {row.user.email_key: row for row in rows.select_related("user")}
    keys = [fold_code(name) for name in own]
    found = Service.objects.filter(community=community, code_key__in=keys)
    services = {service.code_key: service for service in found.select_related("community")}
    for email, key in zip(emails, keys, strict=True):
        if services[key].owner_id != providers[email].pk:
            set_owner(services[key], providers[email], by=by.actor)
