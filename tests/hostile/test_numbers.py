"""Numbers, days and zones beyond what there is, in addresses and in forms."""

import pytest
from django.urls import reverse

from tests.factories.cast import Cast
from tests.web.test_every_url import PAGES, WITHOUT_OBJECTS, arguments, client_of

pytestmark = pytest.mark.django_db

NUMBERS = {
    "zero": 0,
    "beyond 32 bits": 2**31,
    "beyond 64 bits": 2**63,
    "forty digits": 10**40,
}
ASKED = {
    "negative": "-1",
    "zero": "0",
    "beyond 64 bits": str(2**63),
    "four hundred digits": "9" * 400,
    "five thousand digits": "9" * 5000,
    "infinity": "1e309",
    "not a number": "NaN",
    "other digits": "٣",
    "hexadecimal": "0x7f",
    "first day of all": "0001-01-01",
    "last day of all": "9999-12-31",
    "day that is not there": "2027-02-30",
    "year of five digits": "12027-01-01",
    "week that is not there": "2027-W54",
    "skipped hour": "2027-03-14T02:30",
    "instant without end": "2027-03-14T02:30:00.000000000000000000001Z",
    "instant beyond all": "9999-12-31T23:59Z",
    "instant before all": "0001-01-01T00:00Z",
    "unknown zone": "Mars/Olympus",
    "zone that is a path": "../../../etc/localtime",
    "list": "[1,2,3]",
    "nothing": "",
    "nul": "\x00",
}
TURNS = 5
PARAMETERS = (
    "page", "day", "week", "from", "start", "first", "last", "view", "sort", "by", "provider",
    "service", "format", "location", "state", "span", "kind", "q", "clock", "email", "student",
    "like", "words", "zone", "hour", "weekday", "person", "place", "accent", "tab", "month",
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
def test_number_of_nothing_is_not_there(cast: Cast, number: int):
    wrong = []
    clients = {role: client_of(cast, role) for role in ("student", "provider", "admin")}
    for name, page in PAGES.items():
        wanted = page.arguments(cast.own)
        numbers = {key for key, value in wanted.items() if isinstance(value, int)}
        if not numbers or name in WITHOUT_OBJECTS:
            continue
        client = clients[next(one for one in clients if one in page.may)]
        forged = {**arguments(page, cast.own), **dict.fromkeys(numbers, number)}
        for method in ("get", "post"):
            status = getattr(client, method)(reverse(name, kwargs=forged)).status_code
            if status not in (302, 404, 405):
                wrong.append(f"{method} {name}: {status}")
    assert wrong == []


@pytest.mark.parametrize("turn", range(TURNS))
def test_nonsense_in_a_query_is_never_a_fault(cast: Cast, turn: int):
    """Every field of a page with another value each time: over all pages each field has each."""
    asked, wrong = list(ASKED.values()), []
    clients = {role: client_of(cast, role) for role in ("student", "provider", "admin")}
    for number, (name, page) in enumerate(PAGES.items()):
        first = number + turn * len(asked) // TURNS
        query = {
            parameter: asked[(first + place) % len(asked)]
            for place, parameter in enumerate(PARAMETERS)
        }
        role = next(one for one in clients if one in page.may)
        url = reverse(name, kwargs=arguments(page, cast.own))
        status = clients[role].get(url, query).status_code
        if status >= 500:
            wrong.append(f"{name} {query}: {status}")
    assert wrong == []


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../etc/localtime", "UTC\x00", "x" * 500, "posixrules"]
)
def test_zone_that_is_none_is_refused_where_it_is_typed(cast: Cast, zone: str):
    typed = {"first_name": "Sam", "last_name": "Hill", "hour_cycle": "auto", "timezone": zone}
    answer = client_of(cast, "student").post("/accounts/profile/", typed)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("0001-01-01", "9999-12-31"),
        ("9999-12-31", "9999-12-31"),
        ("2027-03-08", "2026-03-08"),
        ("2027-02-30", ""),
        ("99999-01-01", ""),
        ("-2027-01-01", ""),
    ],
)
def test_days_beyond_the_calendar_close_nothing(cast: Cast, first: str, last: str):
    answer = client_of(cast, "admin").post(
        "/c/mentoring/manage/closures/", {"first": first, "last": last, "reason": "x"}
    )
    assert answer.status_code == 422
