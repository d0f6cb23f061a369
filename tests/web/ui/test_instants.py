"""Days and instants near the ends of the calendar are refused where they are read."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from visavis.core.instants import read_instant, write_instant
from visavis.web.ui.instants import DayField

FAR = ["0001-01-01", "1969-12-31", "9999-12-31"]
# The students' and the mentors' pages hold theirs within the horizon.
FACES = ("admin", "hours")
WEB = Path(__file__).resolve().parents[3] / "visavis" / "web"


@pytest.mark.parametrize("text", ["00010101T000000Z", "19691231T235959Z", "99991231T235900Z", "x"])
def test_instant_that_cannot_be_counted_with_is_none(text):
    assert read_instant(text) is None


def test_instant_is_read_as_it_was_written():
    instant = datetime(2027, 3, 2, 14, tzinfo=UTC)
    assert read_instant(write_instant(instant)) == instant


@pytest.mark.parametrize("text", FAR)
def test_far_day_is_refused_with_the_years_that_are_read(text):
    with pytest.raises(ValidationError) as refused:
        DayField().clean(text)
    assert refused.value.messages == ["Choose a day in the years 1970 to 9998."]


def test_day_is_read_and_may_be_left_out():
    assert DayField().clean("2027-03-02") == date(2027, 3, 2)
    assert DayField(required=False).clean("") is None


def test_every_form_asks_for_days_by_the_field_that_knows_the_ends():
    plain = [
        f"{path.relative_to(WEB)}:{node.lineno}"
        for face in FACES
        for path in (WEB / face).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"DateField", "DateTimeField"}
    ]
    assert plain == []


@pytest.mark.django_db
@pytest.mark.parametrize("day", [*FAR, "1970-01-01", "9998-12-31"])
@pytest.mark.parametrize(
    "address",
    [
        "hours/?week={day}",
        "providers/{pk}/hours/?week={day}",
        "calendar/?day={day}",
        "calendar/?day={day}&view=day",
        "attendance/?day={day}",
        "appointments/?first={day}&last={day}",
        "appointments/new/?from={day}",
        "history/?first={day}",
        "history/?last={day}",
        "why-not/?day={day}&clock=09:00",
    ],
)
def test_far_day_in_an_address_is_no_fault(admin, place, address, day):
    path = address.format(day=day, pk=place.provider.pk)
    assert admin.get(f"/c/mentoring/manage/{path}").status_code in {200, 302, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("day", [*FAR, "1970-01-01", "9998-12-31"])
@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("closures/", ("first", "last")),
        ("terms/new/", ("first", "last")),
        ("providers/{pk}/hours/changes/new/?kind=away", ("first", "last")),
        ("providers/{pk}/hours/changes/new/?kind=extra", ("first", "last")),
        ("providers/{pk}/hours/blocks/new/", ("valid_from", "valid_until")),
        ("providers/{pk}/hours/sick-leave/", ("until",)),
    ],
)
def test_far_day_in_a_form_is_no_fault(admin, place, address, names, day):
    sent = dict.fromkeys(names, day) | {
        "name": "Far",
        "reason": "Far",
        "whole_day": "on",
        "kind": "extra",
    }
    sent |= {"start": "09:00", "end": "10:00", "weekday": "0"}
    path = address.format(pk=place.provider.pk)
    assert admin.post(f"/c/mentoring/manage/{path}", sent).status_code in {302, 422}
