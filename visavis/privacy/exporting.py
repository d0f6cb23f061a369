"""Everything about one person in one file: JSON and CSV in a ZIP, written a few rows at a time."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from visavis.bookings.models import Answer, Booking, SessionLog
from visavis.communities.queries import get_school
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.core.troubles import again_on_conflict
from visavis.imports.exporting import csv_line
from visavis.people.models import Provider, User
from visavis.privacy.about import history_about, history_by
from visavis.privacy.enums import InspectionWay
from visavis.privacy.inspections import record_inspections
from visavis.privacy.rows import Row, Section, plain
from visavis.privacy.sections import SECTIONS, STAFF_NOTES

# What is larger goes to the disk while it is written.
IN_MEMORY = 4 * 1024 * 1024
CHUNK = 500
# Of these the values are the person's own; of others they may tell of somebody else.
OWN_VALUES = {"user", "membership", "pause", "provider", "enrollment", "booking", "waitlistentry"}
README = _(
    "Everything that {school} keeps about {name} in its appointment system, as of {now} (UTC).\n\n"
    "data.json has it all; csv/ has the same as tables for a spreadsheet, one a file; files/ has\n"
    "photos and files that were handed in. Times are in UTC. What each file holds:\n\n"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose data, and whether the notes of staff go with them, as an inspection may ask for."""

    person: User
    with_notes: bool = False

    @property
    def sections(self) -> list[Section]:
        notes = [STAFF_NOTES] if self.with_notes else []
        return [*SECTIONS, *notes, ABOUT, BY]


def write_export(wanted: Wanted, *, by: Actor, now: datetime) -> IO[bytes]:
    """The file, ready to be read; that it was made is written down first.

    With notes of staff every meeting counts as opened by `by`. It is on the disk when it is large.
    """
    _write_down(wanted, by=by, now=now)
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the caller's)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(wanted, now))
        _write_json(archive, wanted, now)
        for section in wanted.sections:
            _write_csv(archive, section, wanted.person)
        _write_files(archive, wanted.person)
    size = file.tell()
    file.seek(0)
    if size > IN_MEMORY:
        return file
    # What is small leaves nothing open behind whoever never reads it.
    with file:
        return io.BytesIO(file.read())


@again_on_conflict
def _write_down(wanted: Wanted, *, by: Actor, now: datetime) -> None:
    person = wanted.person
    with transaction.atomic():
        if by.id == person.pk:
            history.record(by, "downloaded own data", person)
        else:
            history.record(by, "exported a person", person, after={"with_notes": wanted.with_notes})
        if wanted.with_notes:
            record_inspections(_noted(person), by=by, way=InspectionWay.EXPORTED, now=now)


def _noted(person: User) -> Iterable[Booking]:
    logs = SessionLog.objects.filter(booking__student=person, is_draft=False)
    rows = Booking.objects.filter(log__in=logs).select_related("appointment__community")
    return rows.iterator(chunk_size=CHUNK)


def _readme(wanted: Wanted, now: datetime) -> str:
    head = str(README).format(
        school=get_school().name, name=wanted.person, now=f"{now:%Y-%m-%d %H:%M}"
    )
    return head + "".join(f"{one.name}: {one.about}\n" for one in wanted.sections)


def _write_json(archive: zipfile.ZipFile, wanted: Wanted, now: datetime) -> None:
    """One object, a section each: written as it is read, so that memory stays small."""
    with archive.open("data.json", "w") as raw, io.TextIOWrapper(raw, "utf-8") as out:
        out.write(f'{{"made_at": {json.dumps(now.isoformat())}')
        for section in wanted.sections:
            out.write(f",\n{json.dumps(section.name)}: [")
            for number, row in enumerate(section.rows(wanted.person)):
                out.write(",\n  " if number else "\n  ")
                json.dump(row, out, ensure_ascii=False)
            out.write("]")
        out.write("}\n")


def _write_csv(archive: zipfile.ZipFile, section: Section, person: User) -> None:
    rows = section.rows(person)
    first = next(rows, None)
    if first is None:
        return
    path = f"csv/{section.name}.csv"
    with archive.open(path, "w") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as out:
        out.write(csv_line(list(first)))
        out.write(csv_line([_cell(value) for value in first.values()]))
        for row in rows:
            out.write(csv_line([_cell(value) for value in row.values()]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write_files(archive: zipfile.ZipFile, person: User) -> None:
    """Photos and answered files, each once, one at a time."""
    photos = Provider.objects.filter(user=person).exclude(photo="")
    answers = Answer.objects.filter(booking__student=person).exclude(file="")
    names = [(str(photo), "") for photo in photos.values_list("photo", flat=True)]
    names += list(answers.values_list("file", "file_name").order_by("file").distinct())
    for name, called in dict(names).items():
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                archive.writestr(f"files/{_safe(name, called)}", file.read())


def _safe(name: str, called: str) -> str:
    """The stored name, which nobody can have chosen, before the name that was given."""
    stored = name.replace("/", "-")
    return f"{stored}-{PurePath(called).name}" if called else stored


# --- The history ----------------------------------------------------------------------------------


def _about(person: User) -> Iterator[Row]:
    for rows in history_about(person):
        for entry in rows.order_by("pk").iterator(chunk_size=CHUNK):
            yield {**_line(entry, person), **_values(entry)}


def _by(person: User) -> Iterator[Row]:
    for entry in history_by(person).order_by("pk").iterator(chunk_size=CHUNK):
        yield {"at": plain(entry.at), "what": entry.verb, "kind": entry.subject_type}


def _line(entry: HistoryEntry, person: User) -> dict[str, Any]:
    whose = {person.pk: "you", None: "Visavis"}
    who = whose.get(entry.actor_id, "staff")
    return {"at": plain(entry.at), "by": who, "what": entry.verb, "kind": entry.subject_type}


def _values(entry: HistoryEntry) -> dict[str, Any]:
    is_own = entry.subject_type in OWN_VALUES
    return {"before": entry.before if is_own else {}, "after": entry.after if is_own else {}}


ABOUT = Section("history_about_you", _("What was done to what is yours"), _about)
BY = Section("history_by_you", _("What you did"), _by)
