"""Hours or a place go: an administrator hands meetings over, or moves them to another room."""

from datetime import timedelta

import pytest

from tests.factories.world import TESTER
from visavis.availability.locations import add_location
from visavis.availability.models import HoursChange, Location, WeeklyBlock
from visavis.bookings.models import Booking
from visavis.core import clock
from visavis.people.actions import retire_provider
from visavis.people.enums import HourCycle
from visavis.people.times import moment_in_words

MANAGE = "/c/mentoring/manage"


@pytest.fixture
def removal(place):
    return f"{MANAGE}/providers/{place.provider.pk}/hours/blocks/{place.block.pk}/removal/"


def rows_asked(answer):
    assert answer.status_code == 422
    return [row[0].pk for row in answer.context["asked"].rows]


def test_administrator_hands_over_what_lies_in_the_hours_that_go(admin, place, removal):
    asked = admin.post(removal)
    sent = {
        "fate-shown": rows_asked(asked),
        "fate-every": "keep",
        f"fate-of-{place.booking.pk}": f"hand_over:{place.colleague.pk}",
    }
    assert admin.post(removal, sent).status_code == 302
    given = Booking.objects.get(pk=place.booking.pk)
    assert (given.appointment.provider, given.state) == (place.colleague, "confirmed")
    assert Booking.objects.get(pk=place.request.pk).appointment.provider == place.provider
    assert not WeeklyBlock.objects.filter(pk=place.block.pk).exists()


def test_all_are_handed_over_at_once(admin, place, removal):
    sent = {"fate-shown": rows_asked(admin.post(removal)), "fate-every": "hand_over"}
    assert admin.post(removal, sent).status_code == 302
    given = Booking.objects.filter(pk__in=[place.booking.pk, place.request.pk])
    assert {row.appointment.provider for row in given} == {place.colleague}


def test_undone_hours_leave_what_was_handed_over_with_its_new_person_and_say_so(
    admin, place, removal
):
    sent = {"fate-shown": rows_asked(admin.post(removal)), "fate-every": "keep"}
    sent[f"fate-of-{place.booking.pk}"] = f"hand_over:{place.colleague.pk}"
    admin.post(removal, sent)
    [kept] = HoursChange.objects.filter(provider=place.provider)
    hours = f"{MANAGE}/providers/{place.provider.pk}/hours/"
    undone = {"change": kept.public_id, "fate-every": "keep"}
    answer = admin.post(f"{hours}restoration/", undone, follow=True)
    told = [str(one) for one in answer.context["messages"]]
    assert WeeklyBlock.objects.filter(pk=place.block.pk).exists()
    when = moment_in_words(
        place.booking.appointment.start, zone=place.community.zone, cycle=HourCycle.TWELVE
    )
    assert told[-1] == (
        f"One meeting was handed over and stays with {place.colleague}: "
        f"{place.booking.student}, {when}."
    )


@pytest.mark.parametrize(
    ("fate", "sentence"),
    [
        ("cancel", "2 meetings were cancelled and stay so: {who}. They have to be booked anew."),
        ("hand_over", "2 meetings were handed over and stay with {heir}: {who}."),
    ],
)
def test_undone_hours_count_a_group_as_one_meeting(admin, place, removal, fate, sentence):
    world, start = place.world, place.booking.appointment.start
    world.format.capacity, world.format.auto_confirm = 3, True
    world.format.save()
    later = start + timedelta(hours=2)
    group = [world.book(place.provider, world.student(name), later) for name in ("Uma", "Vic")]
    gone = [place.booking, *group]
    sent = {"fate-shown": rows_asked(admin.post(removal)), "fate-every": "keep"}
    for row in gone:
        sent[f"fate-of-{row.pk}"] = f"{fate}:{place.colleague.pk}" if "hand" in fate else fate
    admin.post(removal, sent)
    [kept] = HoursChange.objects.filter(provider=place.provider)
    undone = {"change": kept.public_id, "fate-every": "keep"}
    url = f"{MANAGE}/providers/{place.provider.pk}/hours/restoration/"
    told = [str(one) for one in admin.post(url, undone, follow=True).context["messages"]]
    zone, cycle = place.community.zone, HourCycle.TWELVE
    who = "; ".join(
        f"{row.student}, {moment_in_words(row.appointment.start, zone=zone, cycle=cycle)}"
        for row in gone
    )
    assert sentence.format(who=who, heir=place.colleague) in told


def test_administrator_hears_what_has_become_of_the_meetings(admin, place, removal):
    """Handed over is what somebody is free for; the rest is offered other times, and is said."""
    retire_provider(place.colleague, by=TESTER, now=clock.now())
    sent = {"fate-shown": rows_asked(admin.post(removal)), "fate-every": "hand_over"}
    told = [str(one) for one in admin.post(removal, sent, follow=True).context["messages"]]
    offered = f"Other times are offered for {len(sent['fate-shown'])} meetings."
    assert offered in told


def test_who_gives_the_meetings_hands_nothing_over(cast, client, place):
    client.force_login(place.provider.user)
    url = f"/c/mentoring/teach/hours/blocks/{place.block.pk}/removal/"
    asked = client.post(url)
    assert not asked.context["asked"].can_hand_over
    sent = {"fate-shown": rows_asked(asked), "fate-every": "hand_over"}
    assert client.post(url, sent).status_code == 422
    assert WeeklyBlock.objects.filter(pk=place.block.pk).exists()


def archive(admin, place, fate):
    url = f"{MANAGE}/locations/{place.world.location.pk}/archiving/"
    rows = rows_asked(admin.post(url))
    sent = {"fate-shown": rows, "fate-every": "keep", f"fate-of-{place.booking.pk}": fate}
    return admin.post(url, sent, follow=True)


def test_place_goes_and_a_meeting_moves_to_another_room_at_its_time(admin, place):
    other = add_location(place.community, name="Hall", kind="in_person", by=TESTER)
    told = archive(admin, place, "place")
    moved = Booking.objects.get(pk=place.booking.pk)
    was = place.booking.appointment
    meeting = moved.appointment
    assert (meeting.location, meeting.start, meeting.provider) == (other, was.start, was.provider)
    assert moved.state == "confirmed"
    assert "One meeting takes place elsewhere." in told.content.decode()
    assert not Location.objects.get(pk=place.world.location.pk).is_active


def test_where_no_other_room_is_free_other_times_are_offered(admin, place):
    told = archive(admin, place, "place")
    stays = Booking.objects.get(pk=place.booking.pk)
    assert stays.appointment.location == place.world.location
    assert stays.proposals.get().state == "searching"
    assert "Other times are offered for one meeting." in told.content.decode()


def test_place_goes_and_a_meeting_is_handed_over_elsewhere(admin, place):
    add_location(place.community, name="Hall", kind="in_person", by=TESTER)
    archive(admin, place, f"hand_over:{place.colleague.pk}")
    given = Booking.objects.get(pk=place.booking.pk).appointment
    assert (given.provider, given.location.name) == (place.colleague, "Hall")
