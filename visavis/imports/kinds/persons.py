"""People in files: finding them by e-mail and SSO ID, and what an import may change of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.translation import gettext as _

from visavis.bookings.models import Booking, Commitment, Hold, Series, WaitlistEntry
from visavis.catalogue.models import Enrollment
from visavis.communities.models import Community
from visavis.core.text import fold
from visavis.imports.cells import clean, parse_email
from visavis.imports.headers import EMAIL_NAMES, Column
from visavis.imports.kinds.base import Candidate, Line, Move
from visavis.imports.seen import Seen
from visavis.people.erased import erased_among
from visavis.people.models import Membership, Provider, User

EMAIL, FIRST_NAME, LAST_NAME, SSO_ID, STUDENT_ID = (
    "Email",
    "First Name",
    "Last Name",
    "SSO ID",
    "Student ID",
)
EMAIL_COLUMN = Column(EMAIL, EMAIL_NAMES, required=True)
FIRST_COLUMN = Column(FIRST_NAME, ("first", "givenname", "forename", "preferredname"))
LAST_COLUMN = Column(LAST_NAME, ("last", "surname", "familyname"))
SSO_COLUMN = Column(SSO_ID, ("sso", "netid", "eppn", "uid", "username", "loginid", "login"))
STUDENT_ID_COLUMN = Column(STUDENT_ID, ("studentnumber", "studentno", "sid", "id", "campusid"))
FIELDS = {EMAIL: "email", FIRST_NAME: "first_name", LAST_NAME: "last_name", SSO_ID: "sso_id"}
PERSONAL = ("email", "first_name", "last_name", "sso_id")
NAME_LENGTH = 200
ID_LENGTH = 200
STUDENT_ID_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Person:
    """An account as imports see it. `is_kept`: it has signed in or belongs to others as well."""

    id: int
    email: str
    first_name: str
    last_name: str
    sso_id: str
    is_kept: bool

    @property
    def values(self) -> dict[str, str]:
        return {name: clean(getattr(self, name)) for name in PERSONAL}

    @property
    def label(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


@dataclass(slots=True)
class People:
    """The accounts that some rows of a file may mean."""

    by_email: dict[str, Person] = field(default_factory=dict)
    by_sso: dict[str, Person] = field(default_factory=dict)
    # Folded addresses and IDs of people whose data were erased.
    erased: set[str] = field(default_factory=set)

    def find(self, email: str, sso_id: str) -> Person | None:
        return self.by_email.get(fold(email)) or self.by_sso.get(fold(sso_id))

    def clash(self, email: str, sso_id: str) -> tuple[Person, Person] | None:
        """The two accounts, when e-mail and SSO ID name different ones."""
        one, two = self.by_email.get(fold(email)), self.by_sso.get(fold(sso_id))
        return (one, two) if one and two and one.id != two.id else None


def check_person(line: Line) -> tuple[str, str]:
    """E-mail and SSO ID of the row; notes what is wrong with them and with the names."""
    email = line.require(EMAIL)
    if email and line.parse(EMAIL, parse_email) is None:
        email = ""
    for column in (FIRST_NAME, LAST_NAME):
        line.limit(column, NAME_LENGTH, "name_too_long")
    sso_id = line.limit(SSO_ID, ID_LENGTH, "value_too_long")
    if len(fold(sso_id)) > ID_LENGTH >= len(sso_id):
        line.error(SSO_ID, "value_too_long", _("The SSO ID has too many characters. Shorten it."))
    line.limit(STUDENT_ID, STUDENT_ID_LENGTH, "value_too_long")
    return email, sso_id


def filled_and_blank(line: Line, fields: dict[str, str]) -> tuple[dict[str, Any], frozenset[str]]:
    """The row's filled cells by field, and the fields whose cells are there and empty."""
    there = {header: name for header, name in fields.items() if header in line.cells}
    filled = {name: line.get(header) for header, name in there.items() if line.get(header)}
    return filled, frozenset(name for name in there.values() if name not in filled)


def find_people(community: Community, candidates: Iterable[Candidate]) -> People:
    """The accounts that these rows name by e-mail or SSO ID, four queries for all of them."""
    pairs = [candidate.lookup for candidate in candidates]
    emails = {fold(email) for email, _sso in pairs if email}
    ssos = {fold(sso) for _email, sso in pairs if sso}
    columns = ("id", "email", "first_name", "last_name", "sso_id", "claimed_at", "is_school_admin")
    users = User.objects.filter(Q(email_key__in=emails) | Q(sso_key__in=ssos)).values_list(*columns)
    rows = list(users)
    elsewhere = belonging_elsewhere(community, [row[0] for row in rows])
    people = People()
    for pk, email, first, last, sso, claimed_at, is_admin in rows:
        is_kept = claimed_at is not None or is_admin or pk in elsewhere
        person = Person(pk, email, first, last, sso, is_kept)
        people.by_email[fold(email)] = person
        if sso:
            people.by_sso[fold(sso)] = person
    people.erased = erased_among((emails - set(people.by_email)) | (ssos - set(people.by_sso)))
    return people


def belonging_elsewhere(community: Community, ids: Sequence[int]) -> set[int]:
    """Those who have a place in another community as well."""
    return {
        pk
        for model in (Membership, Provider)
        for pk in model.objects.filter(user_id__in=ids)
        .exclude(community=community)
        .values_list("user_id", flat=True)
    }


def resolve_person(
    line: Line, lookup: tuple[str, str], people: People, seen: Seen
) -> Person | None:
    """Whom the row means; notes when e-mail and SSO ID name two people."""
    email, sso_id = lookup
    clash = people.clash(email, sso_id)
    if clash:
        line.error(
            SSO_ID,
            "two_people",
            _(
                "The e-mail belongs to %(one)s and the SSO ID to %(two)s: two different people. "
                "Correct one of the two."
            )
            % {"one": clash[0].label, "two": clash[1].label},
        )
        # The row is bad; whoever has the e-mail is still in the file and must not be removed.
        return clash[0]
    person = people.find(email, sso_id)
    if person is None:
        _check_erased(line, lookup, people)
    _check_seen(line, fold(email), fold(sso_id), person, seen)
    return person


def _check_erased(line: Line, lookup: tuple[str, str], people: People) -> None:
    # A list that was drawn up before knows nothing of it.
    for column, text in zip((EMAIL, SSO_ID), lookup, strict=True):
        if fold(text) in people.erased:
            line.error(
                column,
                "erased_person",
                _(
                    "The data of this person were erased. Take them off the list; if they are to "
                    "come back, add them by hand first."
                ),
            )
            return


def _check_seen(line: Line, email: str, sso: str, person: Person | None, seen: Seen) -> None:
    # One SSO ID is one e-mail, one account one row.
    other, number = seen.first(f"sso {sso}", email, line.number) if sso else (email, 0)
    if other == email and person:
        other, number = seen.first(f"person {person.id}", email, line.number)
    if other != email:
        line.error(
            SSO_ID,
            "two_people",
            _(
                "Line %(line)s names the same person with another e-mail, %(email)s. "
                "Correct one of the two."
            )
            % {"line": number, "email": other},
        )


def warn_of_kept(line: Line, candidate: Candidate, person: Person) -> None:
    """Note what the file says differently of an account that imports leave alone."""
    there = person.values
    different = [
        header
        for header, name in FIELDS.items()
        if name in candidate.values and not _same(name, candidate.values[name], there[name])
    ]
    for header in different:
        line.warn(
            header,
            "account_kept",
            _(
                "%(person)s has signed in or belongs to another community too, so “%(column)s” "
                "stays “%(there)s”. The person can change it in the profile."
            )
            % {"person": person.label, "column": header, "there": there[FIELDS[header]]},
        )


def _same(name: str, one: str, two: str) -> bool:
    return fold(one) == fold(two) if name in ("email", "sso_id") else one == two


def personal_values(candidate: Candidate, person: Person | None) -> dict[str, str]:
    """The account's values to begin with; its own spelling of the e-mail stays."""
    if person is None:
        return {}
    for name in ("email", "sso_id"):
        there = person.values[name]
        if name in candidate.values and fold(candidate.values[name]) == fold(there):
            candidate.values[name] = there
    return person.values


# --- Writing ----------------------------------------------------------------------------------


def save_people(community: Community, moves: Sequence[Move], *, now: datetime) -> dict[str, int]:
    """Make the provisional accounts that are missing, change those that may be changed.

    Answers ids by folded e-mail. Notes in `row.made` which accounts were made, and the values
    that others had before. Accounts that have signed in meanwhile are left as they are.
    """
    wanted = {fold(move.after["email"]): move for move in moves if move.after}
    known = {fold(move.before["email"]): move for move in moves if move.before}
    people = find_people(
        community,
        [_looked_up(move.after) for move in wanted.values()]
        + [_looked_up(move.before) for move in known.values()],
    )
    ids = {key: person.id for key, person in people.by_email.items()}
    new, changed = [], []
    for key, move in wanted.items():
        values = {name: move.after[name] for name in PERSONAL if name in move.after}
        person = _meant(people, move)
        if person is None:
            new.append((key, move, _new_user(values, now)))
            continue
        ids[key] = person.id
        if not person.is_kept and any(person.values[name] != values[name] for name in values):
            if not move.undoing:
                move.row.made["person_before"] = person.values
            changed.append(_derived(User(id=person.id, **{**person.values, **values})))
    made = User.objects.bulk_create([user for _key, _move, user in new])
    for (key, move, _user), user in zip(new, made, strict=True):
        ids[key] = user.pk
        move.row.made["user"] = user.pk
    User.objects.bulk_update(changed, [*PERSONAL, *User.DERIVED], batch_size=200)
    return ids


def _looked_up(values: dict[str, Any]) -> Candidate:
    lookup = (values["email"], values.get("sso_id", ""))
    return Candidate(Line(0, {}), "", "", {}, lookup=lookup)


def _meant(people: People, move: Move) -> Person | None:
    for values in (move.before, move.after):
        if values:
            found = people.find(values["email"], values.get("sso_id", ""))
            if found:
                return found
    return None


def _new_user(values: dict[str, str], now: datetime) -> User:
    # One hash for nobody's password: an unusable one is random letters, no work.
    user = User(**values, created_at=now, password=make_password(None))
    return _derived(user)


def _derived(user: User) -> User:
    user.derive()
    return user


def find_signed_in(community: Community, moves: Sequence[Move]) -> dict[int, str]:
    """Row id → why undo leaves it: it would change an account that imports must leave by now."""
    personal = [
        move
        for move in moves
        if move.before
        and move.after
        and any(move.before.get(name) != move.after.get(name) for name in PERSONAL)
    ]
    people = find_people(community, [_looked_up(move.before) for move in personal])
    why = _("The person has signed in or joined another community since.")
    found = {}
    for move in personal:
        person = people.find(move.before["email"], move.before.get("sso_id", ""))
        if person and person.is_kept:
            found[move.row.pk] = why
    return found


def remove_bare_people(ids: Iterable[int]) -> None:
    """Remove the provisional accounts among these that nothing refers to."""
    bare = User.objects.filter(pk__in=set(ids), claimed_at=None, is_school_admin=False)
    found = set(bare.values_list("pk", flat=True))
    for model, column in (
        (Membership, "user_id"),
        (Provider, "user_id"),
        (Enrollment, "user_id"),
        (Booking, "student_id"),
        (Commitment, "person_id"),
        (Series, "student_id"),
        (Hold, "student_id"),
        (WaitlistEntry, "student_id"),
    ):
        rows = model.objects.filter(**{f"{column}__in": found})
        found -= set(rows.values_list(column, flat=True))
    User.objects.filter(pk__in=found).delete()


def restore_people(rows: Iterable[Any], community: Community) -> None:
    """Give accounts that an added row changed their earlier values, if untouched since."""
    touched = [row for row in rows if "person_before" in row.made and not row.before]
    if not touched:
        return
    people = find_people(community, [_looked_up(row.after) for row in touched])
    back = []
    for row in touched:
        person = people.find(row.after["email"], row.after.get("sso_id", ""))
        told = {name: row.after[name] for name in PERSONAL if name in row.after}
        if person and not person.is_kept and told.items() <= person.values.items():
            back.append(_derived(User(id=person.id, **row.made["person_before"])))
    User.objects.bulk_update(back, [*PERSONAL, *User.DERIVED], batch_size=200)
