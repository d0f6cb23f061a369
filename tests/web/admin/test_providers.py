"""People who give support, by hand: added in one form, retired in one form, certified and not."""

import pytest

from tests.factories.world import TESTER, make_user
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking, Proposal
from visavis.catalogue.actions import certify
from visavis.catalogue.models import Certification, Service
from visavis.catalogue.queries import is_certified
from visavis.changes.services import add_service
from visavis.core import clock
from visavis.core.models import HistoryEntry
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.models import Provider, User

ROOT = "/c/mentoring/manage/providers"
TOO_LONG = (
    "With this name, what students pick has 122 characters, and at most 64 fit. "
    "Shorten the name, or write something shorter under “Their own topic”."
)
TOPIC_TOO_LONG = (
    "With their name, what students pick has %d characters, and at most 64 fit. "
    "Write something shorter here."
)


def add(admin, place, **values):
    sent = {
        "email": "nell@uni.test",
        "first_name": "Nell",
        "last_name": "Bô",
        "own_service": "Peer Mentoring with Nell B",
        "shared": [place.world.service.pk],
        "entries": "",
        **values,
    }
    return admin.post(f"{ROOT}/new/", sent)


def test_one_form_makes_the_person_their_own_topic_and_their_place_among_all(admin, place):
    assert add(admin, place, entries="CHEM*\nchem* | PHYS1301").status_code == 302
    nell = Provider.objects.get(user__email="nell@uni.test")
    own = Service.objects.get(owner=nell)
    assert own.code == "Peer Mentoring with Nell B"
    assert is_certified(nell, own)
    assert is_certified(nell, place.world.service)
    entries = nell.certifications.order_by("pk").values_list("entry", flat=True)
    assert sorted(entries) == sorted([own.code, place.world.service.code, "chem*", "PHYS1301"])


def test_who_gives_support_here_is_not_added_once_more(admin, place):
    there, services = place.provider, Service.objects.count()
    answer = add(admin, place, email=there.user.email.upper(), own_service="Another one")
    assert answer.status_code == 422
    told = f"{there} gives support here already. Change what they give on their own page."
    assert answer.context["form"].errors == {"email": [told]}
    assert Service.objects.count() == services


def test_retired_person_who_is_added_again_finds_their_own_topic(admin, place):
    add(admin, place)
    nell = Provider.objects.get(user__email="nell@uni.test")
    retire(admin, nell)
    assert add(admin, place, own_service="peer mentoring with NELL B").status_code == 302
    assert Service.objects.get(owner=nell).is_active


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"own_service": "All available Peer Mentoring"}, "own_service"),
        ({"own_service": "A|B"}, "own_service"),
        ({"entries": "C" * 70}, "entries"),
        ({"shared": ["999999"]}, "shared"),
    ],
)
def test_what_does_not_fit_comes_back_and_nobody_is_made(admin, place, values, field):
    answer = add(admin, place, **values)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Provider.objects.filter(user__first_name="Nell").exists()


@pytest.mark.parametrize(
    ("names", "field", "sentence"),
    [
        ({"first_name": "N" * 300}, "first_name", "At most 200 characters fit; here are 300."),
        ({"first_name": "N" * 100}, "first_name", TOO_LONG),
        ({"first_name": "", "last_name": "N" * 102}, "last_name", TOO_LONG),
    ],
)
def test_name_that_is_too_long_is_told_where_it_was_typed(admin, place, names, field, sentence):
    shown = admin.get(f"{ROOT}/new/").context["form"]["own_service"].value()
    answer = add(admin, place, own_service=shown, **names)
    assert answer.context["form"].errors == {field: [sentence]}
    assert not User.objects.filter(email="nell@uni.test").exists()


def test_own_topic_that_is_too_long_for_any_name_is_told_where_it_stands(admin, place):
    answer = add(admin, place, own_service="T" * 58 + "{name}", first_name="Nelly")
    assert answer.context["form"].errors == {"own_service": [TOPIC_TOO_LONG % 65]}
    answer = add(admin, place, own_service="T" * 60 + "{name}", first_name="Al", last_name="")
    assert list(answer.context["form"].errors) == ["own_service"]
    assert not User.objects.filter(email="nell@uni.test").exists()


@pytest.mark.parametrize("typed", ["Nell", "N" * 100])
def test_name_that_is_kept_is_not_what_has_to_be_shorter(admin, place, typed):
    make_user("nell@uni.test", "N" * 100, last_name="Bô")
    shown = admin.get(f"{ROOT}/new/").context["form"]["own_service"].value()
    answer = add(admin, place, own_service=shown, first_name=typed)
    assert answer.context["form"].errors == {"own_service": [TOPIC_TOO_LONG % 122]}


def test_sentence_about_a_long_name_names_the_field_below_as_the_page_does(admin, place):
    label = admin.get(f"{ROOT}/new/").context["form"]["own_service"].label
    assert f"“{label}”" in TOO_LONG


@pytest.mark.parametrize(
    ("names", "topic"),
    [
        ({}, "Peer Mentoring with Nell B"),
        ({"last_name": ""}, "Peer Mentoring with Nell"),
        ({"first_name": "", "last_name": "王"}, "Peer Mentoring with 王"),
        ({"first_name": "", "last_name": ""}, None),
    ],
)
def test_own_topic_carries_the_name(admin, place, names, topic):
    shown = admin.get(f"{ROOT}/new/").context["form"]["own_service"].value()
    answer = add(admin, place, own_service=shown, **names)
    if topic is None:
        assert "own_service" in answer.context["form"].errors
    else:
        assert Service.objects.get(owner__user__email="nell@uni.test").code == topic


def test_service_of_another_community_cannot_be_given(admin, cast):
    theirs = cast.other.world.service
    assert add(admin, cast.own, shared=[theirs.pk]).status_code == 422


def retire(admin, person, **values):
    return admin.post(f"{ROOT}/{person.pk}/retirement/", values)


def test_retiring_shows_the_meetings_and_who_could_give_them(admin, place):
    answer = admin.get(f"{ROOT}/{place.provider.pk}/retirement/")
    body = answer.content.decode()
    assert "Retire Talia Example?" in body
    assert "Hand it over to Talia2 Example" in body
    assert place.provider.is_active


def test_meetings_are_handed_over_where_somebody_is_free_and_else_offered(admin, place):
    shown = [row[0].pk for row in retire(admin, place.provider).context["asked"].rows]
    sent = {"fate-shown": shown, "fate-every": "hand_over", "fate-message": "Talia left."}
    answer = retire(admin, place.provider, **sent)
    assert answer.status_code == 302
    assert not Provider.objects.get(pk=place.provider.pk).is_active
    moved = Booking.objects.filter(pk__in=shown, appointment__provider=place.colleague)
    offered = Proposal.objects.filter(booking__in=shown)
    assert moved.exists()
    assert moved.count() + offered.count() == len(shown)
    [told] = [str(message) for message in admin.get(answer["Location"]).context["messages"]]
    assert told == "Talia Example is retired. 4 meetings are handed over."


def test_each_meeting_can_have_its_own_fate(admin, place):
    shown = [row[0].pk for row in retire(admin, place.provider).context["asked"].rows]
    sent = {
        "fate-shown": shown,
        "fate-every": "cancel",
        f"fate-of-{place.booking.pk}": f"hand_over:{place.colleague.pk}",
    }
    assert retire(admin, place.provider, **sent).status_code == 302
    row = Booking.objects.select_related("appointment").get(pk=place.booking.pk)
    assert (row.state, row.appointment.provider) == (BookingState.CONFIRMED, place.colleague)
    others = Booking.objects.filter(pk__in=set(shown) - {row.pk})
    assert {one.state for one in others} == {BookingState.CANCELLED}
    told = [str(one) for one in admin.get(f"{ROOT}/{place.provider.pk}/").context["messages"]]
    assert told == [
        "Talia Example is retired. One meeting is handed over. 3 meetings are cancelled."
    ]


def test_offers_and_meetings_that_stay_are_told_as_well(admin, place):
    shown = [row[0].pk for row in retire(admin, place.provider).context["asked"].rows]
    sent = {"fate-shown": shown, "fate-every": "offer", f"fate-of-{shown[0]}": "keep"}
    retire(admin, place.provider, **sent)
    [told] = [str(one) for one in admin.get(f"{ROOT}/{place.provider.pk}/").context["messages"]]
    offered = Proposal.objects.filter(booking__in=shown).count()
    assert f"Other times are offered for {offered} meetings." in told
    assert told.endswith("One meeting stays as it is.")


def test_nobody_from_elsewhere_is_handed_a_meeting(admin, cast):
    place, theirs = cast.own, cast.other.provider
    shown = [row[0].pk for row in retire(admin, place.provider).context["asked"].rows]
    for forged in (theirs.pk, place.provider.pk, 999999, "x"):
        sent = {"fate-shown": shown, "fate-every": f"hand_over:{forged}"}
        assert retire(admin, place.provider, **sent).status_code == 422
    assert Booking.objects.filter(pk__in=shown, state__in=OPEN).count() == len(shown)


def test_who_retired_is_brought_back(admin, place):
    own = add_service(
        place.community, {"subject": "Mine", "owner_id": place.colleague.pk}, by=TESTER
    )
    coming = Booking.objects.filter(appointment__provider=place.colleague, state__in=OPEN)
    shown = list(coming.values_list("pk", flat=True))
    retire(admin, place.colleague, **{"fate-shown": shown, "fate-every": "cancel"})
    assert "Bring them back" in admin.get(f"{ROOT}/{place.colleague.pk}/").content.decode()
    assert not Service.objects.get(pk=own.pk).is_active
    retire(admin, place.colleague, restore="1")
    assert Provider.objects.get(pk=place.colleague.pk).is_active
    assert Service.objects.get(pk=own.pk).is_active


def test_entry_is_added_and_taken_away_with_a_question_about_its_meetings(admin, place):
    url = f"{ROOT}/{place.colleague.pk}/entries/"
    assert admin.post(url, {"entry": " <b>CHEM*</b> "}).status_code == 302
    page = admin.get(url).content.decode()
    assert "<b>CHEM" not in page
    assert "dormant" in page
    row = Certification.objects.get(entry="<b>CHEM*</b>")
    assert admin.post(f"{url}{row.pk}/removal/").status_code == 302
    assert not Certification.objects.filter(pk=row.pk).exists()
    [named] = place.provider.certifications.all()
    url = f"{ROOT}/{place.provider.pk}/entries/{named.pk}/removal/"
    assert admin.post(url).status_code == 422
    assert Certification.objects.filter(pk=named.pk).exists()


@pytest.mark.parametrize("wrong", ["", "A|B", "C" * 66])
def test_entry_that_is_no_code_comes_back(admin, place, wrong):
    answer = admin.post(f"{ROOT}/{place.provider.pk}/entries/", {"entry": wrong})
    assert answer.status_code == 422
    assert "entry" in answer.context["form"].errors


def test_entry_of_somebody_else_is_not_there(admin, cast):
    place = cast.own
    theirs = certify(place.colleague, "CHEM*", by=TESTER)
    elsewhere = certify(cast.other.provider, "CHEM*", by=TESTER)
    for row in (theirs, elsewhere):
        url = f"{ROOT}/{place.provider.pk}/entries/{row.pk}/removal/"
        assert admin.get(url).status_code == 404
        assert admin.post(url).status_code == 404


def test_code_that_nothing_has_is_kept_and_said_to_be_so(admin, place):
    def told(answer):
        return [str(one) for one in admin.get(answer["Location"]).context["messages"]]

    warning = "Nothing here is called CHEM9999. It counts as soon as something is."
    url = f"{ROOT}/{place.provider.pk}/entries/"
    assert told(admin.post(url, {"entry": "CHEM9999"})) == ["Added: CHEM9999.", warning]
    assert told(admin.post(url, {"entry": "*"})) == ["Added: *."]
    assert warning in told(add(admin, place, entries="CHEM9999"))


def test_second_who_retires_somebody_hears_who_did_and_nothing_is_claimed(admin, place):
    shown = [row[0].pk for row in retire(admin, place.provider).context["asked"].rows]
    sent = {"fate-shown": shown, "fate-every": "cancel"}
    retire(admin, place.provider, **sent)
    by = HistoryEntry.objects.get(verb="retired provider").actor_label
    told = f"{by} has retired {place.provider} already. Nothing else was done."
    for answer in (
        admin.post(f"{ROOT}/{place.provider.pk}/retirement/", sent, follow=True),
        admin.get(f"{ROOT}/{place.provider.pk}/retirement/", follow=True),
    ):
        said = [str(one) for one in answer.context["messages"]]
        assert said[-1] == told
        assert answer.redirect_chain == [(f"{ROOT}/{place.provider.pk}/", 302)]


def test_somebody_known_gets_a_topic_of_their_own_name(admin, place):
    make_user("nell@uni.test", "Ellen", last_name="Ash")
    shown = admin.get(f"{ROOT}/new/").context["form"]["own_service"].value()
    assert add(admin, place, own_service=shown).status_code == 302
    own = Service.objects.get(owner__user__email="nell@uni.test")
    assert own.code == "Peer Mentoring with Ellen A"


def test_own_topic_has_the_whole_name_where_the_short_one_is_taken(admin, place):
    shown = admin.get(f"{ROOT}/new/").context["form"]["own_service"].value()
    add(admin, place, own_service=shown)
    other = {"email": "other@uni.test", "last_name": "Bell", "own_service": shown}
    assert add(admin, place, **other).status_code == 302
    own = Service.objects.get(owner__user__email="other@uni.test")
    assert own.code == "Peer Mentoring with Nell Bell"
    third = add(admin, place, **{**other, "email": "third@uni.test"})
    assert "own_service" in third.context["form"].errors


def test_who_has_not_signed_in_yet_is_renamed_by_hand(admin, place):
    add(admin, place)
    nell = Provider.objects.get(user__email="nell@uni.test")
    page = f"{ROOT}/{nell.pk}/name/"
    assert page in admin.get(f"{ROOT}/{nell.pk}/").content.decode()
    assert admin.post(page, {"first_name": " ", "last_name": "B"}).status_code == 422
    typed = {"first_name": "Nelly", "last_name": "Bò <i>"}
    assert admin.post(page, typed)["Location"] == f"{ROOT}/{nell.pk}/"
    nell.user.refresh_from_db()
    assert (str(nell.user), "nelly" in nell.user.search_key) == ("Nelly Bò <i>", True)
    entry = HistoryEntry.objects.get(verb="renamed person")
    assert (entry.before["first_name"], entry.after["first_name"]) == ("Nell", "Nelly")
    admin.post(page, typed)
    assert HistoryEntry.objects.filter(verb="renamed person").count() == 1


def test_who_has_signed_in_or_belongs_elsewhere_keeps_their_name(admin, cast):
    place = cast.own
    add(admin, place)
    nell = Provider.objects.get(user__email="nell@uni.test")
    User.objects.filter(pk=nell.user_id).update(claimed_at=clock.now())
    page = f"{ROOT}/{nell.pk}/name/"
    assert "in their own profile" in admin.get(page).content.decode()
    assert "in their own profile" in admin.get(f"{ROOT}/{nell.pk}/").content.decode()
    answer = admin.post(page, {"first_name": "X"}, follow=True)
    assert "changes the name in the profile" in answer.content.decode()
    User.objects.filter(pk=nell.user_id).update(claimed_at=None)
    give_role(nell.user, cast.other.community, Role.STUDENT, by=TESTER)
    admin.post(page, {"first_name": "X"})
    nell.user.refresh_from_db()
    assert nell.user.first_name == "Nell"


def test_student_is_renamed_by_hand(admin, place):
    kim = give_role(make_user("kim@uni.test", "Kim"), place.community, Role.STUDENT, by=TESTER)
    root = f"/c/mentoring/manage/students/{kim.pk}/"
    assert f"{root}name/" in admin.get(root).content.decode()
    answer = admin.post(f"{root}name/", {"first_name": "Kimi", "last_name": ""})
    assert answer["Location"] == root
    assert User.objects.get(pk=kim.user_id).full_name == "Kimi"
