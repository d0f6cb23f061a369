"""Picking a service, in both presets, and the student's own list."""

import pytest

from tests.factories.way import Way, own_service
from tests.factories.world import TESTER, make_world
from visavis.catalogue.actions import certify, enroll
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import Enrollment, Service
from visavis.communities.enums import Preset
from visavis.people.enums import HourCycle, Source


def named(page):
    return [card.name for card in (*page.context["listed"], *page.context["more"])]


@pytest.fixture
def mentors(way):
    """Talia's and Jo's own services; Jo's is on Sam's list."""
    jo = way.world.provider("Jo")
    return own_service(way.world, way.provider), own_service(way.world, jo)


def test_everybody_first_then_ones_own_then_more(way, sam, client, mentors):
    enroll(sam, [mentors[1]], by=TESTER)
    page = client.get(way.services)
    assert [card.name for card in page.context["listed"]] == [
        "All available Peer Mentoring",
        "Jo Example",
    ]
    assert [card.name for card in page.context["more"]] == ["Talia Example"]
    assert page.content.decode().count("On your list") == 1


def test_each_person_bears_their_next_free_time(way, client, mentors):
    way.world.book(way.provider, way.world.student("Kim"), way.start)
    cards = {card.name: card.next_free for card in client.get(way.services).context["more"]}
    nine = way.start.replace(hour=14)
    assert cards == {"Talia Example": nine, "Jo Example": nine}


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (MeetingKind.IN_PERSON, ("Times are in New York time.", "9:00 AM")),
        (MeetingKind.ONLINE, ("Times are in Kolkata time.", "7:30 PM")),
    ],
)
def test_next_free_times_are_written_as_the_next_step_writes_them(
    way, sam, client, mentors, kind, written
):
    way.world.location.kind, sam.timezone = kind, "Asia/Kolkata"
    way.world.location.save()
    sam.save()
    page = client.get(way.services).content.decode()
    assert [words in page for words in written] == [True, True]
    sam.hour_cycle = HourCycle.TWENTY_FOUR
    sam.save()
    assert written[1] not in client.get(way.services).content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("talia", ["Talia Example"]),
        ("EXAMPLE  jo", ["Jo Example"]),
        ("peer", ["All available Peer Mentoring", "Jo Example", "Talia Example"]),
        ("zzz", []),
        ("%", []),
    ],
)
def test_search_finds_by_every_word(way, client, mentors, text, found):
    assert named(client.get(way.services, {"q": text})) == found


def test_list_that_may_not_be_edited_shows_only_what_is_on_it(way, sam, client, mentors):
    assert "Edit your Peer Mentors" in client.get(way.services).content.decode()
    way.world.community.edit_services = False
    way.world.community.save()
    enroll(sam, [mentors[1]], by=TESTER)
    page = client.get(way.services)
    assert named(page) == ["All available Peer Mentoring", "Jo Example"]
    assert "Edit your" not in page.content.decode()


def test_empty_list_says_whom_to_ask(way, client):
    way.world.service.delete()
    community = way.world.community
    community.edit_services, community.contact = False, "Library 101"
    community.save()
    page = client.get(way.services).content.decode()
    assert "puts a Peer Mentor on your list. To ask for one: Library 101" in page


def test_mentor_is_not_offered_themselves(way, client, mentors):
    client.force_login(way.provider.user)
    assert "Talia Example" not in named(client.get(way.services))


def test_course_first_lists_codes_with_ones_own_first(client, db):
    world = make_world("centre", preset=Preset.COURSE_FIRST)
    way = Way(world, world.provider())
    sam = world.student()
    client.force_login(sam)
    courses = [
        Service.objects.create(community=world.community, subject="CHEM", number=number, name=name)
        for number, name in [("1301", "General Chemistry"), ("1302", "Organic Chemistry")]
    ]
    certify(way.provider, "CHEM*", by=TESTER)
    enroll(sam, courses[1:], by=TESTER)
    assert [c.service.code for c in client.get(way.services).context["listed"]] == [
        "CHEM1302",
        "All available Peer Mentoring",
    ]
    assert "General Chemistry" in client.get(way.services).content.decode()
    assert named(client.get(way.services, {"q": "chem 1301"})) == ["CHEM1301 General Chemistry"]


def test_student_adds_and_takes_off_by_one_button_each(way, sam, client, mentors):
    url = f"{way.root}/my-services/"
    enroll(sam, mentors[1:], by=TESTER)
    client.post(url, {"add": mentors[0].pk})
    assert list(Enrollment.objects.order_by("pk").values_list("service_id", "source")) == [
        (mentors[1].pk, Source.HAND),
        (mentors[0].pk, Source.SELF),
    ]
    client.post(url, {"remove": mentors[0].pk})
    # What others put there stays, and the page says so.
    page = client.post(url, {"remove": mentors[1].pk}, follow=True)
    said = [str(message) for message in page.context["messages"]]
    assert "Mentoring put" in said[-1]
    assert "off your list" not in said[-1]
    assert list(Enrollment.objects.values_list("service_id", flat=True)) == [mentors[1].pk]


@pytest.mark.parametrize("sent", [{}, {"add": "x"}, {"add": 10**30}, {"remove": -1}])
def test_list_is_not_changed_by_what_is_nowhere(way, client, sent):
    page = client.post(f"{way.root}/my-services/", sent, follow=True)
    assert "Nothing was changed." in page.content.decode()
    assert not Enrollment.objects.exists()


def test_list_that_may_not_be_edited_is_not(way, client, mentors):
    way.world.community.edit_services = False
    way.world.community.save()
    page = client.post(f"{way.root}/my-services/", {"add": mentors[0].pk}, follow=True)
    assert "keeps your list for you" in page.content.decode()
    assert not Enrollment.objects.exists()


def test_own_list_shows_people_where_students_pick_people(way, sam, client, mentors):
    enroll(sam, [mentors[1]], by=TESTER)
    page = client.get(f"{way.root}/my-services/").content.decode()
    assert '<span class="person-name">Jo Example</span>' in page
    assert '<span class="person-name">Talia Example</span>' in page
    assert page.count('class="service-person"') == page.count('class="face"') == 2
    way.world.community.preset = Preset.COURSE_FIRST
    way.world.community.save()
    page = client.get(f"{way.root}/my-services/").content.decode()
    assert ("service-person" in page, "Peer Mentoring with Jo" in page) == (False, True)


def test_two_topics_of_one_person_are_told_apart_and_stand_by_the_names_shown(way, client):
    jo = way.world.provider("Jo")
    for code, owner in (("Mock exams", jo), ("Aid forms", way.provider), ("Interviews", jo)):
        Service.objects.create(community=way.world.community, subject=code, owner=owner)
    page = client.get(way.services)
    cards = [(card.name, card.topic) for card in page.context["more"]]
    assert cards == [
        ("Jo Example", "Interviews"),
        ("Jo Example", "Mock exams"),
        ("Talia Example", ""),
    ]
    body = page.content.decode()
    assert "Mock exams" in body
    assert "Aid forms" not in body
