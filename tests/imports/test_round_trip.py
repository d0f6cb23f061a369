"""Export → import is "nothing to change", whatever texts and hours are there."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.imports.conftest import ADMIN, School, counts, problems
from visavis.availability.models import Location, WeeklyBlock
from visavis.catalogue.models import Certification, Enrollment, Service
from visavis.core.text import fold_code
from visavis.people.enums import Source
from visavis.people.models import Membership, Provider, User
from visavis.setup.actions import found_community

SOURCES = st.sampled_from([Source.CSV, Source.HAND])
# Anything that a database takes: formulas, quotes, separators, newlines, marks, full-width signs.
TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("=+-@'\"|*,;\t\r\n ＝é\u200b\ufeff\u00a0")),
        st.characters(exclude_characters="\0", exclude_categories=("Cs",)),
    ),
    max_size=12,
)
CODE = st.text(alphabet="ABCxyz012 -'=é", min_size=1, max_size=8).filter(
    lambda text: bool(fold_code(text.strip("\t ")))
)
NUMBER = st.text(alphabet="0123456789ab", max_size=4)
RANGES = st.tuples(st.integers(0, 287), st.integers(1, 287)).map(
    lambda pair: (pair[0] * 5, (pair[0] + pair[1]) * 5)
)
HOURS = st.lists(
    st.tuples(st.integers(0, 6), RANGES).map(lambda entry: [entry[0], *entry[1]]), max_size=4
)
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def make():
    return found_community(
        slug="trip", name="Trip", preset="provider-first", timezone="UTC", by=ADMIN
    )


def person(number, first="", last="", sso=""):
    return User.objects.create(
        email=f"p{number}@x.edu", first_name=first, last_name=last, sso_id=sso
    )


def assert_nothing_to_change(school, kind, count):
    exported = school.export(kind)
    for mode in ("merge", "replace"):
        run = school.plan(kind, exported, mode=mode)
        errors = [problem for problem in problems(run) if problem[0] == "error"]
        assert (run.state, errors, counts(run)) == ("planned", [], (0, 0, 0, count))


def unique(rows, key):
    return list({key(row): row for row in rows}.values())


@pytest.fixture
def fresh(db):
    """A school that is rolled back after each example."""

    @contextmanager
    def make_school():
        with transaction.atomic():
            yield School(make())
            transaction.set_rollback(True)

    return make_school


@QUICK
@given(rows=st.lists(st.tuples(CODE, NUMBER, TEXT, TEXT, SOURCES), max_size=6))
def test_courses(fresh, rows):
    rows = unique(rows, lambda row: fold_code(row[0] + row[1]))
    with fresh() as school:
        for subject, number, name, description, source in rows:
            Service.objects.create(
                community=school.community,
                subject=subject.strip(),
                number=number,
                name=name,
                description=description,
                source=source,
            )
        assert_nothing_to_change(school, "courses", len(rows))


@QUICK
@given(
    rows=st.lists(
        st.tuples(TEXT, TEXT, st.lists(st.sampled_from(["A1", "b 2", "A*", "*", "=x"])), SOURCES),
        max_size=5,
    )
)
def test_providers(fresh, rows):
    with fresh() as school:
        for number, (first, last, entries, source) in enumerate(rows):
            user = person(number, first, last, f"s{number}")
            provider = Provider.objects.create(user=user, community=school.community, source=source)
            for index, entry in enumerate(dict.fromkeys(entries)):
                by = Source.CSV if index % 2 else Source.HAND
                Certification.objects.create(provider=provider, entry=entry, source=by)
        assert_nothing_to_change(school, "providers", len(rows))


@QUICK
@given(
    rows=st.lists(
        st.tuples(TEXT, TEXT, TEXT, st.dictionaries(st.sampled_from(["Major", "Été", "=Y"]), TEXT)),
        max_size=5,
    )
)
@example(rows=[("", "", "", {"Major": "\r"})])
def test_students(fresh, rows):
    with fresh() as school:
        for number, (first, last, student_id, attributes) in enumerate(rows):
            Membership.objects.create(
                user=person(number, first, last),
                community=school.community,
                role="student",
                source=Source.CSV,
                student_id=student_id,
                attributes=attributes,
            )
        assert_nothing_to_change(school, "students", len(rows))


@QUICK
@given(pairs=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3))), source=SOURCES, sid=TEXT)
def test_enrollment(fresh, pairs, source, sid):
    with fresh() as school:
        services = [
            Service.objects.create(community=school.community, subject=f"=S {n}", number="")
            for n in range(4)
        ]
        people = [person(number, sso=f"s{number}") for number in range(4)]
        Membership.objects.create(
            user=people[0], community=school.community, role="student", student_id=sid
        )
        for who, what in pairs:
            Enrollment.objects.create(user=people[who], service=services[what], source=source)
        assert_nothing_to_change(school, "enrollment", len(pairs))


@QUICK
@given(
    rows=st.lists(
        st.tuples(
            *(st.sampled_from(["in_person", "online", "phone"]), HOURS),
            *(st.one_of(st.none(), st.integers(1, 9)), TEXT, SOURCES),
        ),
        max_size=5,
    )
)
def test_locations(fresh, rows):
    with fresh() as school:
        for number, (kind, hours, capacity, details, source) in enumerate(rows):
            Location.objects.create(
                community=school.community,
                name=f"-Room {number}",
                kind=kind,
                hours=hours,
                capacity=capacity,
                details=details,
                source=source,
            )
        assert_nothing_to_change(school, "locations", len(rows) + 1)


@QUICK
@given(
    blocks=st.lists(
        st.tuples(
            *(st.integers(0, 1), st.integers(0, 1), RANGES, SOURCES),
            st.sampled_from([None, date(2027, 3, 1)]),
            st.sampled_from([None, ["A1"], ["A*"], ["A1", "GONE"]]),
            *(st.booleans(), st.booleans()),
        ),
        max_size=6,
    )
)
def test_availability(fresh, blocks):
    with fresh() as school:
        service = Service.objects.create(community=school.community, subject="A", number="1")
        people = [
            Provider.objects.create(user=person(n), community=school.community) for n in range(2)
        ]
        for who, weekday, (start, end), source, first, entries, place, format_ in blocks:
            block = WeeklyBlock.objects.create(
                provider=people[who],
                weekday=weekday,
                start_minute=start,
                end_minute=end,
                valid_from=first,
                source=source,
                any_service=entries is None,
                any_location=not place,
                any_format=not format_,
                service_entries=entries if entries and entries != ["A1"] else [],
            )
            if entries:
                block.services.add(service)
            if place:
                block.locations.add(school.community.locations.get())
            if format_:
                block.formats.add(school.community.formats.get())
        exported = school.export("availability")
        for mode in ("merge", "replace"):
            run = school.plan("availability", exported, mode=mode)
            errors = [problem for problem in problems(run) if problem[0] == "error"]
            assert (errors, counts(run)[:3]) == ([], (0, 0, 0))
