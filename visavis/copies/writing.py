"""Writing a copy: what a community consists of, as files that people can read."""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any, Protocol

from django.core.files.storage import default_storage
from django.db import models

from visavis.backups.rows import written
from visavis.communities.models import Community
from visavis.copies.sheets import (
    HISTORY,
    NAMED_IN_DATA,
    PERSON,
    SHEETS,
    LeftOut,
    Model,
    Sheet,
    community_fields,
    parts_among,
)
from visavis.core.models import HistoryEntry
from visavis.imports.enums import ImportKind
from visavis.imports.queries import export_csv
from visavis.people.models import User

FORM = 1
AT_A_TIME = 500
READ_ME = """This is a copy of “{name}”, made by Visavis {version}.

data/       everything that it consists of, a line a row: `visavis community import` reads this
files/      photos and uploaded files, as data/ names them
csv/        the same lists as spreadsheets, for reading and for other programs; not read back
history.jsonl   what was changed by whom, for reading; not read back

It holds personal data. What people have elsewhere in the school is not in it.
"""
LEFT_OUT = """
Whoever asked for this copy may not read these of others, so they are left out:
{parts}
"""
DRAFTS = """
Logs that are not finished are left out: each is its writer's alone.
"""

Names = dict[Model, dict[int, Any]]


class Target(Protocol):
    """Where a copy is written: a folder, or a zip file."""

    def write(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write one file of these pieces."""


def write_copy(
    community: Community, target: Target, *, now: datetime, left_out: LeftOut
) -> dict[str, int]:
    """Write the community; how many rows each sheet has. Call it within `one_moment`."""
    target.write("README.txt", iter([_read_me(community, left_out).encode()]))
    for kind in ImportKind.values:
        lines = export_csv(community, kind)
        target.write(f"csv/{kind}.csv", (line.encode() for line in lines))
    settings = {
        field.name: written(getattr(community, field.attname)) for field in community_fields()
    }
    target.write("data/community.json", iter([_line(settings, indent=1)]))
    copy = _Copy(community, target, left_out)
    counts = {"people": copy.write_people()}
    counts |= {sheet.name: copy.write_sheet(sheet) for sheet in SHEETS}
    target.write("history.jsonl", _history(community, left_out.columns))
    told = {"form": FORM, "visavis": version("visavis"), "made_at": now.isoformat(), "rows": counts}
    target.write("manifest.json", iter([_line(told, indent=1)]))
    return counts


def _read_me(community: Community, left_out: LeftOut) -> str:
    said = READ_ME.format(name=community.name, version=version("visavis"))
    parts = parts_among(left_out.columns)
    if parts:
        said += LEFT_OUT.format(parts="\n".join(f"- {part}" for part in parts))
    return said + DRAFTS if left_out.drafts else said


def _line(value: Any, *, indent: int | None = None) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=indent)}\n".encode()


class _Copy:
    """A copy that is being written: what its rows are called, and how many files it has."""

    def __init__(self, community: Community, target: Target, left_out: LeftOut) -> None:
        self.community, self.target, self.left_out = community, target, left_out
        self.names: Names = {User: {}}
        self.files: list[tuple[str, str]] = []

    def write_people(self) -> int:
        """Whoever has a place, a meeting or a word here."""
        found: set[int] = set()
        for sheet in SHEETS:
            rows = self._rows(sheet).prefetch_related(None).order_by()
            for field in sheet.people:
                found.update(rows.values_list(field.attname, flat=True).distinct())
        people = User.objects.filter(pk__in=found).order_by("email_key")
        self.names[User] = dict(people.values_list("pk", "email"))
        rows_of_people = people.values(
            *(name for name in PERSON if f"{User._meta.label}.{name}" not in self.left_out.columns)
        )
        self.target.write("data/people.jsonl", (_line(dict(row)) for row in rows_of_people))
        return len(self.names[User])

    def write_sheet(self, sheet: Sheet) -> int:
        self.names[sheet.model] = self._name_rows(sheet)
        first = len(self.files)
        rows = self._rows(sheet).iterator(chunk_size=AT_A_TIME)
        self.target.write(
            f"data/{sheet.name}.jsonl", (_line(self._told(sheet, row)) for row in rows)
        )
        for stored, name in self.files[first:]:
            with default_storage.open(stored) as file:
                self.target.write(name, file.chunks())
        return len(self.names[sheet.model])

    def _rows(self, sheet: Sheet) -> models.QuerySet[Any]:
        return sheet.rows(self.community, self.left_out)

    def _name_rows(self, sheet: Sheet) -> dict[int, Any]:
        rows = self._rows(sheet).prefetch_related(None)
        if sheet.key:
            return dict(rows.values_list("pk", sheet.key))
        return {pk: number for number, pk in enumerate(rows.values_list("pk", flat=True), start=1)}

    def _told(self, sheet: Sheet, row: models.Model) -> dict[str, Any]:
        told: dict[str, Any] = {} if sheet.key else {"number": self.names[sheet.model][row.pk]}
        for field in sheet.fields:
            if f"{sheet.model._meta.label}.{field.name}" not in self.left_out.columns:
                told[field.name] = self._value(sheet, field, row)
        for name in sheet.many:
            others = getattr(row, name).all()
            told[name] = sorted((self._name(type(other), other.pk) for other in others), key=str)
        return told

    def _value(self, sheet: Sheet, field: Any, row: models.Model) -> Any:
        value = getattr(row, field.attname)
        if field.related_model is not None:
            return None if value is None else self._name(field.related_model, value)
        if isinstance(field, models.FileField):
            return self._file(sheet, value.name) if value else ""
        if isinstance(value, dict) and field.name == "data":
            return {key: self._named_in_data(key, inner) for key, inner in value.items()}
        return written(value)

    def _name(self, model: Model, pk: int) -> Any:
        return self.names[model][pk]

    def _named_in_data(self, key: str, value: Any) -> Any:
        model = NAMED_IN_DATA.get(key)
        return value if model is None else self.names[model].get(value)

    def _file(self, sheet: Sheet, stored: str) -> str:
        """The name of the file in the copy; blank for one that is not there any more."""
        if not default_storage.exists(stored):
            return ""
        number, ending = len(self.files) + 1, PurePosixPath(stored).suffix
        self.files.append((stored, f"files/{sheet.name}/{number:05}{ending}"))
        return self.files[-1][1]


def _history(community: Community, withheld: frozenset[str]) -> Iterator[bytes]:
    told = [name for name in HISTORY if f"{HistoryEntry._meta.label}.{name}" not in withheld]
    rows = HistoryEntry.objects.filter(community_id=community.pk).order_by("pk").values(*told)
    for row in rows.iterator(chunk_size=AT_A_TIME):
        yield _line({name: written(value) for name, value in row.items()})
