"""Reading a copy into this installation: row by row, each looked at before it is written."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models

from visavis.bookings.enums import ACTIVE
from visavis.bookings.models import Commitment
from visavis.communities.models import Community
from visavis.copies.errors import InvalidCopy, NewerCopy
from visavis.copies.places import Copy
from visavis.copies.sheets import (
    NAMED_IN_DATA,
    PERSON,
    SHEETS,
    Field,
    Model,
    Sheet,
    community_fields,
)
from visavis.core.text import fold
from visavis.people.emails import check_email
from visavis.people.errors import InvalidPerson
from visavis.people.models import User

AT_A_TIME = 500
MOST_FLAWS = 20
# Unique in the whole installation: where one is there already, the row gets another.
RENEWED = ("public_id", "idempotency_key", "code")


class Flaws:
    """What does not fit, a sentence each; after so many nobody reads on."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, place: str, what: str) -> None:
        self.sentences.append(f"{place}: {what}")
        if len(self.sentences) == MOST_FLAWS:
            self.refuse()

    def refuse(self) -> None:
        """Raise InvalidCopy if there are any."""
        if self.sentences:
            raise InvalidCopy(
                "The copy does not fit, and nothing has been changed.\n"
                + "\n".join(self.sentences),
                data={"flaws": self.sentences},
            )


def read_community(copy: Copy, *, slug: str) -> Community:
    """The community of the copy under this slug, or its own; not written yet."""
    place, told = "data/community.json", copy.document("data/community.json")
    if slug:
        told["slug"] = slug
    made, flaws = Community(), Flaws()
    _refuse_unknown(place, told, {field.name for field in community_fields()})
    for field in community_fields():
        if field.name in told:
            _set(made, field, told[field.name], place, flaws)
    _look_at(made, place, flaws, exclude=[])
    flaws.refuse()
    return made


class Reader:
    """Writes a copy's rows as those of `community`, which is written; call it in a transaction."""

    def __init__(self, copy: Copy, community: Community) -> None:
        self.copy, self.community = copy, community
        self.made: dict[Model, dict[str, int]] = {User: {}}
        self.counts: dict[str, int] = {}
        self.new_people = 0
        self.known_people: list[int] = []

    def read_all(self) -> None:
        """Raises InvalidCopy, NewerCopy; IntegrityError where the database refuses a row."""
        self._read_people()
        for sheet in SHEETS:
            self._read_sheet(sheet)

    # --- People -----------------------------------------------------------------------------------

    def _read_people(self) -> None:
        """Each by their e-mail; an account that is there is theirs, and stays as it is."""
        flaws, place = Flaws(), "data/people.jsonl"
        for line, told in self.copy.rows(place):
            here = f"{place}, line {line}"
            _refuse_unknown(here, told, set(PERSON))
            person = self._person(told, here, flaws)
            if person is not None:
                self.made[User][fold(person.email)] = person.pk
        flaws.refuse()
        self.counts["people"] = len(self.made[User])

    def _person(self, told: dict[str, Any], here: str, flaws: Flaws) -> User | None:
        try:
            email = check_email(str(told.get("email", "")))
        except InvalidPerson as error:
            flaws.add(here, error.message)
            return None
        known = User.objects.filter(email_key=fold(email)).first()
        if known is not None:
            self.known_people.append(known.pk)
            return known
        made = User(**{name: str(told.get(name) or "") for name in PERSON} | {"email": email})
        made.set_unusable_password()
        if made.sso_id and User.objects.filter(sso_key=fold(made.sso_id)).exists():
            flaws.add(
                here, f"the SSO ID “{made.sso_id}” is that of somebody else here than {email}"
            )
            return None
        before = len(flaws.sentences)
        _look_at(made, here, flaws, exclude=["password"])
        if len(flaws.sentences) > before:
            return None
        made.save()
        self.new_people += 1
        return made

    # --- Sheets -----------------------------------------------------------------------------------

    def _read_sheet(self, sheet: Sheet) -> None:
        flaws, names = Flaws(), self.made.setdefault(sheet.model, {})
        batch: list[tuple[str, Any, dict[str, list[int]]]] = []
        seen: set[str] = set()
        for line, told in self.copy.rows(f"data/{sheet.name}.jsonl"):
            here = f"data/{sheet.name}.jsonl, line {line}"
            row, many = self._row(sheet, told, here, flaws)
            name = self._name_of(sheet, told)
            if name in seen:
                flaws.add(here, f"“{name}” is there twice")
            seen.add(name)
            batch.append((name, row, many))
            if len(batch) == AT_A_TIME:
                self._write(sheet, batch, names, flaws)
                batch = []
        self._write(sheet, batch, names, flaws)
        flaws.refuse()
        self.counts[sheet.name] = len(names)

    def _name_of(self, sheet: Sheet, told: dict[str, Any]) -> str:
        """What other rows call it."""
        if sheet.key == "user__email":
            return fold(str(told.get("user")))
        if sheet.key == "code":
            return f"{told.get('subject')}{told.get('number')}"
        return str(told.get(sheet.key or "number"))

    def _row(
        self, sheet: Sheet, told: dict[str, Any], here: str, flaws: Flaws
    ) -> tuple[Any, dict[str, list[int]]]:
        fields = {field.name: field for field in sheet.fields}
        _refuse_unknown(here, told, {*fields, *sheet.many, *([] if sheet.key else ["number"])})
        row: Any = sheet.model()
        if any(field.name == "community" for field in sheet.model._meta.concrete_fields):
            row.community_id = self.community.pk
        for name, field in fields.items():
            if name not in told:
                continue
            if field.related_model is not None:
                setattr(row, field.attname, self._found(field, told[name], here, flaws))
            elif isinstance(field, models.FileField):
                self._take_file(row, field, told[name])
            else:
                value = self._data(told[name]) if name == "data" else told[name]
                _set(row, field, value, here, flaws)
        if hasattr(row, "derive"):
            row.derive()
        _look_at(row, here, flaws, exclude=[f.name for f in sheet.fields if f.is_relation])
        many = {name: self._all_found(sheet, name, told, here, flaws) for name in sheet.many}
        return row, many

    def _found(self, field: Any, name: Any, here: str, flaws: Flaws) -> int | None:
        if name is None:
            if not field.null:
                flaws.add(here, f"{field.name} is missing")
            return None
        model = field.related_model
        text = fold(str(name)) if model is User or _is_person(model) else str(name)
        found = self.made.get(model, {}).get(text)
        if found is None:
            flaws.add(here, f"{field.name} names “{name}”, which is not in the copy")
        return found

    def _all_found(
        self, sheet: Sheet, name: str, told: dict[str, Any], here: str, flaws: Flaws
    ) -> list[int]:
        field = sheet.model._meta.get_field(name)
        names = told.get(name) or []
        if not isinstance(names, list):
            flaws.add(here, f"{name} is no list")
            return []
        found = [self._found(field, each, here, flaws) for each in names]
        return [pk for pk in found if pk is not None]

    def _data(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: self._data_value(key, inner) for key, inner in value.items()}

    def _data_value(self, key: str, value: Any) -> Any:
        model = NAMED_IN_DATA.get(key)
        if model is None or value is None:
            return value
        name = fold(str(value)) if _is_person(model) else str(value)
        return self.made.get(model, {}).get(name)

    def _take_file(self, row: Any, field: models.FileField, name: Any) -> None:
        if name:
            body = ContentFile(self.copy.file(str(name)), name=str(name).rpartition("/")[2])
            getattr(row, field.name).save(body.name, body, save=False)

    def _write(
        self,
        sheet: Sheet,
        batch: list[tuple[str, Any, dict[str, list[int]]]],
        names: dict[str, int],
        flaws: Flaws,
    ) -> None:
        if sheet.model is Commitment:
            self._refuse_doubled([row for _, row, _ in batch], flaws)
        # Rows that do not fit are told of all together, and none of them is written.
        if flaws.sentences or not batch:
            return
        self._renew(sheet, [row for _, row, _ in batch])
        sheet.model._base_manager.bulk_create(row for _, row, _ in batch)
        for name, row, many in batch:
            names[name] = row.pk
            for field, others in many.items():
                getattr(row, field).set(others)

    def _refuse_doubled(self, rows: list[Commitment], flaws: Flaws) -> None:
        """Who is here already may have something else at that time; the guard would not say who."""
        taken = Commitment.objects.filter(status__in=ACTIVE, person__in=self.known_people)
        theirs = taken.exclude(community=self.community).values_list(
            "person__email", "start", "end"
        )
        for row in rows:
            if row.person_id not in self.known_people or row.status not in ACTIVE:
                continue
            same = theirs.filter(person=row.person_id, start__lt=row.end, end__gt=row.start)
            for email, start, end in same[:1]:
                flaws.add(
                    "data/commitments.jsonl",
                    f"{email} has something else here from {start:%Y-%m-%d %H:%M} to {end:%H:%M} "
                    "UTC, which overlaps with a meeting of the copy",
                )

    def _renew(self, sheet: Sheet, rows: list[Any]) -> None:
        """Give what is unique in the whole installation anew where somebody has it."""
        for field in sheet.fields:
            if field.name not in RENEWED or not field.unique:
                continue
            values = [getattr(row, field.attname) for row in rows]
            taken = set(
                sheet.model._base_manager.filter(**{f"{field.name}__in": values}).values_list(
                    field.attname, flat=True
                )
            )
            for row in rows:
                if getattr(row, field.attname) in taken:
                    setattr(row, field.attname, _another(field))


def _is_person(model: Any) -> bool:
    return any(sheet.model is model and sheet.key == "user__email" for sheet in SHEETS)


def _another(field: Field) -> Any:
    fresh = uuid.uuid4()
    if isinstance(field, models.UUIDField):
        return fresh
    return fresh.hex[: field.max_length]


def _set(row: Any, field: Field, value: Any, here: str, flaws: Flaws) -> None:
    try:
        plain = isinstance(field, models.JSONField)
        setattr(row, field.attname, value if plain or value is None else field.to_python(value))
    except ValidationError as error:
        flaws.add(here, f"{field.name}: {' '.join(error.messages)}")


def _look_at(row: models.Model, here: str, flaws: Flaws, *, exclude: list[str]) -> None:
    """The column's own rules: lengths, choices, ranges."""
    blank = [
        field.name for field in row._meta.concrete_fields if field.blank or field.has_default()
    ]
    empty = [name for name in blank if getattr(row, name, None) in ("", None, [], {})]
    try:
        row.clean_fields(exclude={*exclude, *empty, "id", "community"})
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            flaws.add(here, f"{name}: {' '.join(messages)}")


def _refuse_unknown(here: str, told: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(told) - known)
    if unknown:
        raise NewerCopy(
            f"{here} has “{', '.join(unknown)}”, which this version does not know. The copy may be "
            "of a newer version: install that, or a later one."
        )
