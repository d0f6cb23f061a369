"""What is typed into a table goes the way of a file: all of it or nothing, and can be undone."""

import pytest

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.models import Location
from visavis.catalogue.actions import certify
from visavis.catalogue.models import Service
from visavis.catalogue.queries import certified_providers
from visavis.imports.actions import apply_import, plan_import, undo_import
from visavis.imports.enums import ImportKind, ImportMode
from visavis.imports.errors import TypedRefused
from visavis.imports.models import Import
from visavis.imports.queries import restored_owners
from visavis.imports.typed import Typed, TypedBy, take_in
from visavis.imports.typed_people import TypedCourse, TypedPerson, add_courses, add_people
from visavis.imports.typed_places import TypedPlace, add_places
from visavis.people.models import Provider
from visavis.setup.actions import found_community

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return TypedBy(make_user("ada@uni.test", "Ada"), TESTER, MONDAY)


@pytest.fixture
def centre():
    return found_community(
        slug="new", name="New", preset="provider-first", timezone="UTC", by=TESTER
    )


def person(place, first, last="", **more):
    return TypedPerson(place, f"{first}.{last or 'x'}@uni.test".lower(), first, last, **more)


def owned(community):
    rows = Service.objects.filter(community=community, archived_at=None)
    return {s.code: (str(s.owner) if s.owner else None, s.for_everybody) for s in rows}


def test_row_makes_the_person_their_own_service_and_a_place_in_the_one_for_all(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac"), person(1, "Jo", "Lee")], by=by)
    assert owned(centre) == {
        "All available Peer Mentors": (None, True),
        "Peer Mentoring with Talia K": ("Talia Kovac", False),
        "Peer Mentoring with Jo L": ("Jo Lee", False),
    }
    for_all = Service.objects.get(for_everybody=True)
    assert {str(p) for p in certified_providers(for_all)} == {"Talia Kovac", "Jo Lee"}


def test_later_rows_join_the_one_for_all_that_is_there(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    add_people(centre, [person(0, "Jo", "Lee")], by=by)
    assert Service.objects.filter(community=centre, for_everybody=True).count() == 1
    assert certified_providers(Service.objects.get(for_everybody=True)).count() == 2


def test_names_that_would_be_the_same_are_written_in_full(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac"), person(1, "Talia", "Kim")], by=by)
    assert set(owned(centre)) == {
        "All available Peer Mentors",
        "Peer Mentoring with Talia K",
        "Peer Mentoring with Talia Kim",
    }


def test_name_without_a_second_owns_what_is_typed_for_it(centre, by):
    add_people(centre, [person(0, "Madonna"), person(1, "Jo", service="Maths corner")], by=by)
    assert owned(centre)["Peer Mentoring with Madonna"] == ("Madonna", False)
    assert owned(centre)["Maths corner"] == ("Jo", False)


@pytest.mark.parametrize(
    ("rows", "where", "told"),
    [
        ([TypedPerson(0, "not-an-address", "Jo")], (0, "Email"), "e-mail"),
        ([TypedPerson(2, "", "Jo")], (2, "Email"), ""),
        ([person(0, "Jo"), person(1, "Jo")], (1, "Email"), "another row"),
        (
            [person(0, "Jo", "A", service="Same"), person(1, "Al", "B", service="same")],
            (1, "Own Service"),
            "called so already",
        ),
        ([person(3, "Jo", service="a|b")], (3, "Subject Abbreviation"), "|"),
        ([person(3, "Jo", service="x" * 65)], (3, "Subject Abbreviation"), "at most 64"),
        (
            [person(0, "Jo", service="All available Peer Mentors")],
            (0, "Own Service"),
            "called so already",
        ),
    ],
)
def test_bad_row_is_named_and_nothing_is_written(centre, by, rows, where, told):
    with pytest.raises(TypedRefused) as refused:
        add_people(centre, rows, by=by)
    place, column, sentence = refused.value.data["errors"][0]
    assert ((place, column), told in sentence) == (where, True)
    assert not Provider.objects.filter(community=centre).exists()
    assert not Service.objects.filter(community=centre).exists()
    assert not Import.objects.exists()


def test_somebody_who_is_there_already_is_refused(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    with pytest.raises(TypedRefused, match="Talia Kovac gives support here already"):
        add_people(centre, [person(4, "Talia", "Kovac")], by=by)


def test_retired_person_who_comes_back_finds_their_own_service(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    Provider.objects.update(retired_at=MONDAY)
    Service.objects.exclude(owner=None).update(archived_at=MONDAY)
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    assert owned(centre)["Peer Mentoring with Talia K"] == ("Talia Kovac", False)
    assert Service.objects.count() == 2


def test_service_of_somebody_retired_is_nobody_elses(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    Provider.objects.update(retired_at=MONDAY)
    Service.objects.exclude(owner=None).update(archived_at=MONDAY)
    add_people(centre, [person(0, "Talia", "Kim")], by=by)
    assert owned(centre)["Peer Mentoring with Talia Kim"] == ("Talia Kim", False)


def test_course_first_community_takes_courses_and_who_covers_them(by):
    community = make_world("tutoring", preset="course-first").community
    add_courses(
        community, [TypedCourse(0, "CHEM", "1301", "General"), TypedCourse(1, "Help")], by=by
    )
    add_people(community, [person(0, "Jo", "Lee", entries=("CHEM*", "Help"))], by=by)
    jo = Provider.objects.get(community=community)
    assert [c.entry for c in jo.certifications.order_by("id")] == ["CHEM*", "Help"]
    chem = Service.objects.get(community=community, code="CHEM1301")
    assert list(certified_providers(chem)) == [jo]


def test_people_typed_can_be_undone_like_a_file(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    run = Import.objects.get(kind=ImportKind.PROVIDERS)
    assert (run.file_name, run.by) == ("typed-providers.csv", by.user)
    undo_import(run, actor=TESTER, now=MONDAY)
    assert not Provider.objects.filter(community=centre, retired_at=None).exists()


def test_who_is_left_by_the_undo_keeps_their_own_topic_and_their_place_in_the_one_for_all(
    centre, by
):
    add_people(centre, [person(0, "Talia", "Kovac"), person(1, "Jo", "Lee")], by=by)
    talia = Provider.objects.get(user__first_name="Talia")
    hours = {"Email": talia.user.email, "Day": "Mon", "Start": "09:00", "End": "12:00"}
    take_in(centre, [Typed(ImportKind.AVAILABILITY, [hours])], by=by)

    run = Import.objects.get(kind=ImportKind.PROVIDERS)
    report = undo_import(run, actor=TESTER, now=MONDAY)

    assert owned(centre) == {
        "All available Peer Mentors": (None, True),
        "Peer Mentoring with Talia K": ("Talia Kovac", False),
        "Peer Mentoring with Jo L": (None, False),
    }
    assert [str(one) for one in Provider.objects.filter(community=centre)] == ["Talia Kovac"]
    assert (report.restored, restored_owners(run)) == (2, 1)
    assert {label: why for _line, label, why in report.left} == {
        "talia.kovac@uni.test": (
            "There are hours, appointments, entries by hand or own services of theirs by now."
        ),
        "Peer Mentoring with Talia K": "Its people were left as they are.",
        "All available Peer Mentors": "Its people were left as they are.",
    }


def test_place_that_is_there_already_is_refused_and_stays_as_it_is(centre, by):
    place = {"Name": "Zoom", "Kind": "online", "Details": "https://zoom.test/1"}
    add_places(centre, [TypedPlace(0, place)], by=by)
    again = [TypedPlace(1, {"Name": "Den"}), TypedPlace(3, {"Name": " zoom", "Kind": "phone"})]
    with pytest.raises(TypedRefused) as refused:
        add_places(centre, again, by=by)
    assert refused.value.data["errors"] == [
        (3, "Name", "“Zoom” is here already. Change it on the page of places.")
    ]
    zoom = Location.objects.get(community=centre, name_key="zoom")
    assert (zoom.name, zoom.kind, zoom.details) == ("Zoom", "online", "https://zoom.test/1")
    assert not Location.objects.filter(name="Den").exists()


def test_place_in_two_rows_is_told_and_an_archived_one_comes_back(centre, by):
    with pytest.raises(TypedRefused, match="stands in another row as well"):
        add_places(centre, [TypedPlace(0, {"Name": "Den"}), TypedPlace(1, {"Name": "DEN"})], by=by)
    add_places(centre, [TypedPlace(0, {"Name": "Den"})], by=by)
    Location.objects.filter(name="Den").update(archived_at=MONDAY)
    add_places(centre, [TypedPlace(0, {"Name": "Den", "Kind": "phone"})], by=by)
    den = Location.objects.get(name="Den")
    assert (den.archived_at, den.kind) == (None, "phone")


def replace_with(community, kind, text):
    run = plan_import(
        community,
        kind=kind,
        mode=ImportMode.REPLACE,
        file_name="whole.csv",
        content=text.encode(),
        actor=TESTER,
    )
    return apply_import(run, actor=TESTER, now=MONDAY)


def test_whole_list_that_comes_as_a_file_leaves_who_was_typed_in(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    replace_with(centre, "courses", "Subject,Number,Name\nMATH,101,Calculus\n")
    replace_with(centre, "providers", "Email,First Name,Courses\njo@uni.test,Jo,MATH 101\n")
    there = Provider.objects.filter(community=centre, retired_at=None)
    assert {str(one) for one in there} == {"Talia Kovac", "Jo"}
    assert owned(centre)["Peer Mentoring with Talia K"] == ("Talia Kovac", False)
    for_all = Service.objects.get(for_everybody=True)
    assert {str(p) for p in certified_providers(for_all)} == {"Talia Kovac"}


def test_whole_list_that_names_a_typed_person_keeps_what_was_typed_for_them(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    replace_with(centre, "courses", "Subject,Number,Name\nMATH,101,Calculus\n")
    text = "Email,First Name,Courses\ntalia.kovac@uni.test,Talia,MATH 101\n"
    replace_with(centre, "providers", text)
    talia = Provider.objects.get(community=centre)
    assert {one.entry for one in talia.certifications.all()} == {
        "MATH 101",
        "Peer Mentoring with Talia K",
        "All available Peer Mentors",
    }


def test_typed_places_and_hours_stay_when_files_replace_the_rest(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    place = {"Name": "Den", "Kind": "online"}
    hours = {"Email": "talia.kovac@uni.test", "Day": "Mon", "Start": "9:00", "End": "12:00"}
    take_in(
        centre,
        [Typed(ImportKind.LOCATIONS, [place]), Typed(ImportKind.AVAILABILITY, [hours])],
        by=by,
    )
    replace_with(centre, "locations", "Name\nLibrary\n")
    replace_with(
        centre,
        "availability",
        "Email,Day,Start,End\ntalia.kovac@uni.test,Tue,13:00,14:00\n",
    )
    assert {"Den", "Library"} <= set(
        centre.locations.filter(archived_at=None).values_list("name", flat=True)
    )
    talia = Provider.objects.get(community=centre)
    assert {block.weekday for block in talia.weekly_blocks.all()} == {0, 1}


def test_undo_of_a_typed_person_who_was_given_more_by_hand_leaves_them(centre, by):
    add_people(centre, [person(0, "Talia", "Kovac")], by=by)
    talia = Provider.objects.get(community=centre)
    certify(talia, "CHEM*", by=TESTER)
    run = Import.objects.get(kind=ImportKind.PROVIDERS)
    undo_import(run, actor=TESTER, now=MONDAY)
    assert Provider.objects.filter(pk=talia.pk, retired_at=None).exists()


def test_cells_with_quotes_commas_and_line_ends_stay_in_their_row(centre, by):
    rows = [{"Name": 'The "Den",\nupstairs', "Kind": "online"}, {"Name": "=2+2", "Kind": ""}]
    take_in(centre, [Typed(ImportKind.LOCATIONS, rows)], by=by)
    names = set(centre.locations.values_list("name", flat=True))
    assert names >= {'The "Den", upstairs'}
    assert len(names) == 3
