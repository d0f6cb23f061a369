"""Providers: who gives support, and what each is certified in."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.reviving import revive_entries
from visavis.bookings.models import Appointment, Hold, Series, WaitlistEntry
from visavis.catalogue.codes import entry_key
from visavis.catalogue.models import Certification, Service
from visavis.communities import actions as community_actions
from visavis.core.text import fold
from visavis.imports.cells import clean
from visavis.imports.enums import ImportKind
from visavis.imports.headers import Column
from visavis.imports.kinds import ownership
from visavis.imports.kinds.base import Candidate, Current, Kind, Line, Move, Planned
from visavis.imports.kinds.entries import (
    COURSES,
    Catalogue,
    split_entries,
    warn_of_dormant,
)
from visavis.imports.kinds.persons import (
    EMAIL,
    EMAIL_COLUMN,
    FIELDS,
    FIRST_COLUMN,
    FIRST_NAME,
    LAST_COLUMN,
    LAST_NAME,
    PERSONAL,
    SSO_COLUMN,
    SSO_ID,
    check_person,
    filled_and_blank,
    find_people,
    find_signed_in,
    personal_values,
    remove_bare_people,
    resolve_person,
    restore_people,
    save_people,
    warn_of_kept,
)
from visavis.imports.models import ImportRow
from visavis.people.actions import touch_hours
from visavis.people.enums import Source
from visavis.people.models import Provider

AT_ONCE = 1000


class Providers(Kind):
    name = ImportKind.PROVIDERS
    columns = (
        EMAIL_COLUMN,
        FIRST_COLUMN,
        LAST_COLUMN,
        SSO_COLUMN,
        Column(
            COURSES,
            (
                *("course", "coursecodes", "classes", "class", "topics", "topic", "services"),
                *("service", "subjects", "certifications", "eligibility"),
            ),
        ),
    )
    example = {
        EMAIL: "example.provider@example.edu",
        FIRST_NAME: "Example",
        LAST_NAME: "Provider",
        SSO_ID: "eprovider",
        COURSES: "EXAMPLE101|EXAMPLE2*|",
    }
    fields = {**FIELDS, COURSES: "entries"}
    blank = {**dict.fromkeys(PERSONAL, ""), "entries": [], "archived": False}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = Catalogue(self.community)

    def check(self, line: Line) -> Candidate | None:
        lookup = check_person(line)
        entries = split_entries(line)
        values, blanks = filled_and_blank(line, FIELDS)
        if entries:
            values["entries"] = entries
        elif COURSES in line.cells:
            blanks |= {"entries"}
        if not lookup[0]:
            return None
        return Candidate(line, fold(lookup[0]), lookup[0], values, blanks, lookup)

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Current]:
        people = find_people(self.community, candidates)
        meant = {c.key: resolve_person(c.line, c.lookup, people, self.seen) for c in candidates}
        ids = [person.id for person in meant.values() if person]
        there = {row.user_id: row for row in self._providers().filter(user_id__in=ids)}
        found = {}
        for candidate in candidates:
            person = meant[candidate.key]
            row = there.get(person.id) if person else None
            self._warn(candidate, row)
            if person is None:
                continue
            if person.is_kept:
                warn_of_kept(candidate.line, candidate, person)
            kept = frozenset(PERSONAL) if person.is_kept else frozenset()
            values = {**self.blank, **personal_values(candidate, person)}
            found[candidate.key] = (
                _current(row, kept)
                if row
                else Current(None, candidate.key, person.label, values, kept=kept)
            )
        return found

    def _warn(self, candidate: Candidate, row: Provider | None) -> None:
        entries = candidate.values.get("entries", [])
        line = candidate.line
        for entry in entries:
            near = self.suggest(entry, self.catalogue.codes) if "*" not in entry else ""
            warn_of_dormant(line, [entry], self.catalogue, row.pk if row else None, near)
        kept = _entries(row) if row and not self._clears_entries(candidate, row) else []
        if not entries and not kept:
            line.warn(
                COURSES,
                "no_courses",
                _("%(person)s is certified in nothing, so nobody can book with them.")
                % {"person": candidate.label},
            )

    def _clears_entries(self, candidate: Candidate, row: Provider) -> bool:
        current = Current(row.pk, "", "", {}, row.source)
        return "entries" in candidate.blanks and self.clears(current)

    def merged(self, candidate: Candidate, current: Current | None) -> dict[str, Any]:
        after = super().merged(candidate, current)
        if current is not None:
            wanted = [*after["entries"], *current.by_hand]
            unique = {entry_key(entry): entry for entry in reversed(wanted)}
            after["entries"] = _same_order(
                list(reversed(unique.values())), current.values["entries"]
            )
        return after

    def gone(self, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "archived": True}

    def proposals(self, rows: Iterable[ImportRow]) -> Iterator[Planned]:
        """Owners that this plan proposes, where the community is provider-first."""
        if self.community.is_provider_first:
            yield from ownership.propose(self.community, rows)

    # --- our tables ---

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        rows = self._providers().filter(retired_at=None).order_by("id")
        if source:
            rows = rows.filter(source=source)
        return (_current(row) for row in rows.iterator(chunk_size=AT_ONCE))

    def count_listed(self) -> int:
        return Provider.objects.filter(
            community=self.community, retired_at=None, source=Source.CSV
        ).count()

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        return {row.pk: _current(row) for row in self._providers().filter(pk__in=list(ids))}

    def state(self) -> Iterator[Any]:
        services = Service.objects.filter(community=self.community).order_by("id")
        columns = ("id", "code_key", "name", "owner_id", "for_everybody", "archived_at")
        yield from services.values_list(*columns).iterator()
        people = [f"user__{name}" for name in (*PERSONAL, "claimed_at")]
        rows = Provider.objects.filter(community=self.community).order_by("id")
        yield from rows.values_list("id", "source", "retired_at", *people).iterator()
        entries = Certification.objects.filter(provider__community=self.community).order_by("id")
        yield from entries.values_list("id", "provider_id", "entry", "source").iterator()

    def _providers(self) -> Any:
        rows = Provider.objects.filter(community=self.community).select_related("user")
        return rows.prefetch_related("certifications")

    # --- writing ---

    def people_of(self, rows: Iterable[ImportRow]) -> set[int]:
        users = dict(self._providers().values_list("id", "user_id"))
        return {users[row.target_id] for row in rows if row.target_id in users}

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:
        people = save_people(self.community, moves, now=now)
        ids = [move.row.target_id for move in moves if move.row.target_id]
        there = {row.pk: row for row in self._providers().filter(pk__in=ids)}
        new, changed, gone = [], [], []
        for move in moves:
            row = there.get(move.row.target_id or 0)
            if not move.after:
                gone.append(move.row.target_id or 0)
            elif row is None:
                user_id = people[fold(move.after["email"])]
                row = Provider(user_id=user_id, community=self.community, source=self.source)
                row.created_at = now
                new.append((move, row))
            else:
                changed.append((move, row))
        self._close_and_reopen(changed, now)
        for (move, _row), made in zip(
            new, Provider.objects.bulk_create([row for _move, row in new]), strict=True
        ):
            move.row.target_id = made.pk
        self._remove(gone)
        _write_entries([*changed, *new], self.source)

    def _close_and_reopen(self, changed: list[tuple[Move, Provider]], now: datetime) -> None:
        """Retire and bring back; somebody's own services close and open with the person."""
        leaving, back = [], []
        for move, row in changed:
            if move.after["archived"] and row.retired_at is None:
                row.retired_at = now
                leaving.append(row.pk)
            elif not move.after["archived"] and row.retired_at is not None:
                row.retired_at, row.source = None, self.source
                back.append(row.pk)
        own = Service.objects.filter(community=self.community)
        own.filter(owner_id__in=back, archived_at=F("owner__retired_at")).update(archived_at=None)
        own.filter(owner_id__in=leaving, archived_at=None).update(archived_at=now)
        rows = [row for _move, row in changed if row.pk in {*leaving, *back}]
        Provider.objects.bulk_update(rows, ["retired_at", "source"], batch_size=200)

    def _remove(self, ids: list[int]) -> None:
        Certification.objects.filter(provider_id__in=ids).delete()
        Provider.objects.filter(pk__in=ids, community=self.community).delete()

    def settle(self, rows: Iterable[ImportRow]) -> None:
        ids = iter([row.target_id for row in rows if row.target_id])
        while some := list(islice(ids, AT_ONCE)):
            touch_hours(*some)
        revive_entries(self.community)
        community_actions.touch(self.community)

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:
        going = [move.row for move in moves if not move.after and move.row.target_id]
        ids = [row.target_id or 0 for row in going]
        used: set[int] = set()
        for model, column in (
            (Appointment, "provider_id"),
            (Series, "provider_id"),
            (Hold, "provider_id"),
            (WaitlistEntry, "provider_id"),
            (WeeklyBlock, "provider_id"),
            (DatedChange, "provider_id"),
            (Service, "owner_id"),
        ):
            rows = model.objects.filter(**{f"{column}__in": ids})
            used |= set(rows.values_list(column, flat=True))
        # What a run itself wrote goes with it; what came beside it by hand keeps the person.
        ours = {(m.row.target_id, entry_key(e)) for m in moves for e in m.before.get("entries", ())}
        by_hand = Certification.objects.filter(provider_id__in=ids).exclude(source=Source.CSV)
        used |= {
            row.provider_id
            for row in by_hand
            if (row.provider_id, (row.key, row.is_pattern)) not in ours
        }
        why = _("There are hours, appointments, entries by hand or own services of theirs by now.")
        found = {row.pk: why for row in going if row.target_id in used}
        return found | find_signed_in(self.community, moves)

    def clean_up(self, rows: Sequence[ImportRow]) -> None:
        restore_people(rows, self.community)

    def remove_people(self, rows: Sequence[ImportRow]) -> None:
        remove_bare_people(row.made["user"] for row in rows if "user" in row.made)

    @classmethod
    def show(cls, name: str, values: dict[str, Any]) -> str:
        if name == "entries":
            return "|".join(values.get("entries", []))
        return super().show(name, values)


def _entries(row: Provider) -> list[str]:
    return [clean(c.entry) for c in sorted(row.certifications.all(), key=lambda c: c.pk)]


def _same_order(entries: list[str], there: list[str]) -> list[str]:
    """`entries`, but as they stand already where only order or spelling differ."""
    if {entry_key(entry) for entry in entries} == {entry_key(entry) for entry in there}:
        return there
    return entries


def _current(row: Provider, kept: frozenset[str] = frozenset()) -> Current:
    values: dict[str, Any] = {name: clean(getattr(row.user, name)) for name in PERSONAL}
    values |= {"entries": _entries(row), "archived": row.retired_at is not None}
    by_hand = tuple(clean(c.entry) for c in row.certifications.all() if c.source != Source.CSV)
    return Current(row.pk, row.user.email_key, str(row.user), values, row.source, kept, by_hand)


def _write_entries(moved: list[tuple[Move, Provider]], source: str) -> None:
    """Make the certifications what the moves say; a file leaves those entered by hand."""
    ids = [row.pk for _move, row in moved]
    there: dict[int, dict[tuple[str, bool], Certification]] = {pk: {} for pk in ids}
    for row in Certification.objects.filter(provider_id__in=ids):
        there[row.provider_id][row.key, row.is_pattern] = row
    new, gone = [], []
    for move, provider in moved:
        wanted = {entry_key(entry): entry for entry in move.after["entries"]}
        has = there[provider.pk]
        for key in wanted.keys() - has.keys():
            entry = Certification(provider=provider, entry=wanted[key], source=source)
            entry.derive()
            new.append((list(wanted).index(key), entry))
        left = {entry_key(entry) for entry in move.before.get("entries", ()) if move.undoing}
        gone += [
            row.pk
            for key, row in has.items()
            if key not in wanted and (row.source == Source.CSV or key in left)
        ]
    new.sort(key=lambda pair: (pair[1].provider_id, pair[0]))
    Certification.objects.filter(pk__in=gone).delete()
    Certification.objects.bulk_create([entry for _place, entry in new], batch_size=500)
