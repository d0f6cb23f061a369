"""The set-up guide: step by step, left and resumed, and opened when something can be booked."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER, make_user
from visavis.availability.models import Location, WeeklyBlock
from visavis.catalogue.models import Service
from visavis.communities.actions import UNOPENED, change_wording
from visavis.communities.models import Community
from visavis.core import clock
from visavis.people.actions import give_role, make_school_admin
from visavis.people.enums import Role
from visavis.people.models import Provider, User
from visavis.setup.actions import found_community
from visavis.web.admin.views import guide_places

pytestmark = pytest.mark.django_db
ROOT = "/c/new/manage/setup/"


@pytest.fixture
def ada():
    return make_user("ada@uni.test", "Ada")


@pytest.fixture
def admin(ada):
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def centre(ada):
    return found(ada, "provider-first")


@pytest.fixture
def tutoring(ada):
    return found(ada, "course-first")


def found(ada, preset):
    community = found_community(
        slug="new",
        name="New centre",
        preset=preset,
        timezone="America/New_York",
        by=TESTER,
        state=UNOPENED,
    )
    give_role(ada, community, Role.ADMIN, by=TESTER)
    return community


def text(answer):
    return " ".join(answer.content.decode().split())


def rows(prefix, *typed, **more):
    """Rows of a table as a browser sends it."""
    data = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": 0} | more
    for number, row in enumerate(typed):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


TALIA = {"first_name": "Talia", "last_name": "Kovac", "email": "talia@uni.test"}
HOURS = {"people": ["talia@uni.test"], "days": ["Mon", "Wed"], "start": "09:00", "end": "12:00"}


def add_talia(admin):
    return admin.post(f"{ROOT}people/", rows("people", TALIA))


def test_new_community_begins_in_the_guide_and_is_nobody_elses_yet():
    client = Client()
    client.force_login(make_school_admin(make_user("root@uni.test", "Rita"), by=TESTER))
    typed = {"name": "New", "slug": "new", "timezone": "UTC", "preset": "provider-first"}
    answer = client.post("/school/new/", typed, follow=True)
    assert answer.redirect_chain == [(f"{ROOT}wording/", 302)]
    made = Community.objects.get(slug="new")
    assert (made.visible, made.is_opened) == (False, False)
    [creator] = made.memberships.all()
    assert (creator.user.email, creator.role) == ("root@uni.test", Role.ADMIN)


def test_guide_resumes_at_the_first_step_that_is_not_done(admin, centre):
    assert admin.get(ROOT)["Location"] == f"{ROOT}wording/"
    admin.post(f"{ROOT}wording/", {"distinguish": "1"})
    assert admin.get(ROOT)["Location"] == f"{ROOT}people/"
    add_talia(admin)
    assert admin.get(ROOT)["Location"] == f"{ROOT}hours/"
    admin.post(f"{ROOT}hours/", HOURS)
    assert admin.get(ROOT)["Location"] == f"{ROOT}opening/"
    admin.post(f"{ROOT}opening/")
    assert admin.get(ROOT)["Location"] == f"{ROOT}opening/"


@pytest.mark.parametrize(
    "step", ["kind", "wording", "people", "hours", "formats", "preview", "opening"]
)
def test_every_step_is_shown_at_once_and_when_all_is_there(admin, centre, step):
    assert admin.get(f"{ROOT}{step}/").status_code == 200
    add_talia(admin)
    admin.post(f"{ROOT}hours/", HOURS)
    admin.post(f"{ROOT}opening/")
    assert admin.get(f"{ROOT}{step}/").status_code == 200


def test_other_kind_is_chosen_with_its_words_and_format(admin, centre):
    answer = admin.post(f"{ROOT}kind/", {"preset": "course-first"})
    assert answer["Location"] == f"{ROOT}wording/"
    centre.refresh_from_db()
    assert [f.name for f in centre.formats.all()] == ["Schedule an Appointment"]
    assert "Course" in text(admin.get(f"{ROOT}wording/"))


def test_kind_of_an_open_community_stays_and_says_why(admin, centre):
    Community.objects.update(opened_at=clock.now(), visible=True)
    answer = admin.post(f"{ROOT}kind/", {"preset": "course-first"})
    assert (answer.status_code, "what they pick first stays" in text(answer)) == (422, True)


def test_words_are_previewed_saved_and_told_apart(admin, centre):
    form = admin.get(f"{ROOT}wording/").context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"provider": "Coach"}
    assert "Coach" in text(admin.post(f"{ROOT}wording/", typed | {"preview": "1"}))
    centre.refresh_from_db()
    assert centre.wording == {}
    admin.post(f"{ROOT}wording/", typed)
    centre.refresh_from_db()
    assert centre.wording == {"provider": ["Coach", "Peer Mentors"]}
    assert admin.post(f"{ROOT}wording/", typed | {"provider": " "}).status_code == 422


def test_row_of_a_person_makes_what_students_pick(admin, centre):
    assert add_talia(admin)["Location"] == f"{ROOT}people/"
    assert set(Service.objects.values_list("code", flat=True)) == {
        "All available Peer Mentors",
        "Peer Mentoring with Talia K",
    }
    page = text(admin.get(f"{ROOT}people/"))
    assert "Talia Kovac" in page
    assert "Peer Mentoring with Talia K" in page


def test_bad_cells_come_back_where_they_were_typed(admin, centre):
    wrong = [TALIA | {"email": "talia"}, {}, {"email": "jo@uni.test"}]
    answer = admin.post(f"{ROOT}people/", rows("people", *wrong))
    assert answer.status_code == 422
    assert "Row 3: Write a first name: it is what students call them." in text(answer)
    assert "Row 1: “talia”" in text(answer)
    answer = admin.post(f"{ROOT}people/", rows("people", *wrong[:2]))
    assert (answer.status_code, "Row 1: “talia”" in text(answer)) == (422, True)
    assert 'value="Kovac"' in text(answer)
    assert not Provider.objects.exists()


def test_name_that_is_too_long_is_told_where_it_was_typed(admin, centre):
    told = {
        300: "At most 150 characters fit; here are 300.",
        100: "With this name, what students pick has 122 characters, and at most 64 fit. "
        "Shorten the name, or write something shorter under “What students pick”.",
    }
    for length, sentence in told.items():
        typed = TALIA | {"first_name": "T" * length}
        [form] = admin.post(f"{ROOT}people/", rows("people", typed)).context["rows"]
        assert form.errors == {"first_name": [sentence]}
    assert f"“{form['service'].label}”" in told[100]
    assert not Provider.objects.exists()


def test_name_that_is_kept_and_too_long_is_told_where_a_shorter_topic_goes(admin, centre):
    make_user("talia@uni.test", "T" * 100, "Kovac")
    User.objects.filter(email="talia@uni.test").update(claimed_at=clock.now())
    [form] = admin.post(f"{ROOT}people/", rows("people", TALIA)).context["rows"]
    sentence = (
        "With their name, what students pick has 122 characters, and at most 64 fit. "
        "Write something shorter here."
    )
    assert form.errors == {"service": [sentence]}
    assert not Provider.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(admin, centre):
    add_talia(admin)
    typed = [
        TALIA,
        TALIA
        | {"email": "kim@uni.test", "last_name": "Kim", "service": "All available Peer Mentors"},
        {"first_name": "Jo", "email": "jo"},
        {"email": "nobody"},
        {"first_name": "Ann", "email": "ann@uni.test"},
    ]
    answer = admin.post(f"{ROOT}people/", rows("people", *typed))
    assert answer.status_code == 422
    page = text(answer)
    for sentence in (
        "Row 1: Talia Kovac gives support here already.",
        "Row 2: Another one is called so already.",
        "Row 3: “jo”",
        "Row 4: Write a first name: it is what students call them.",
        "Row 4: “nobody”",
    ):
        assert sentence in page
    assert "Row 5:" not in page
    assert Provider.objects.count() == 1


def test_words_that_somebody_else_changed_meanwhile_are_told_and_not_lost(admin, centre):
    form = admin.get(f"{ROOT}wording/").context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"provider": "Coach"}
    change_wording(centre, {"support": "Coaching"}, by=TESTER)
    answer = admin.post(f"{ROOT}wording/", typed)
    assert answer.status_code == 422
    assert "Somebody else has changed this since you opened it." in text(answer)
    assert 'value="Coach"' in text(answer)
    centre.refresh_from_db()
    assert centre.wording == {"support": "Coaching"}
    again = typed | {"seen": answer.context["form"]["seen"].value(), "support": "Coaching"}
    admin.post(f"{ROOT}wording/", again)
    centre.refresh_from_db()
    assert centre.wording == {"support": "Coaching", "provider": ["Coach", "Peer Mentors"]}


def test_word_goes_back_to_the_presets_from_the_guide(admin, centre):
    change_wording(centre, {"support": "Coaching"}, by=TESTER)
    page = text(admin.get(f"{ROOT}wording/"))
    assert 'name="back" value="guide"' in page
    answer = admin.post("/c/new/manage/wording/words/support/", {"back": "guide"})
    assert answer["Location"] == f"{ROOT}wording/"
    centre.refresh_from_db()
    assert centre.wording == {}


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("people/", rows("people", {}), "Fill in at least one row."),
        ("people/", {}, "Nothing was added yet"),
        ("people/", {"people-TOTAL_FORMS": "1000000"}, "Nothing was added yet"),
        ("people/", rows("people", {"first_name": "<b>x", "email": "<b>"}), "&lt;b&gt;"),
        ("places/", rows("places", {"name": "Den", "capacity": "many"}), "Row 1:"),
        ("places/", rows("places", {"kind": "in_person"}), "Fill in at least one row."),
        ("hours/", {}, "Tick at least one person."),
        ("hours/", {"people": "nobody@uni.test"}, "nobody@uni.test"),
    ],
)
def test_what_cannot_be_taken_in_is_told_on_the_page(admin, centre, path, data, sentence):
    answer = admin.post(ROOT + path, data)
    assert (answer.status_code, sentence in text(answer)) == (422, True)


def test_more_rows_keep_what_was_typed_and_complain_of_nothing(admin, centre):
    answer = admin.post(f"{ROOT}people/", rows("people", {"first_name": "Jo"}, more="1"))
    assert answer.status_code == 200
    assert len(answer.context["rows"].forms) == 6
    assert 'value="Jo"' in text(answer)
    assert "Nothing was added" not in text(answer)
    assert not Provider.objects.exists()


def test_courses_come_first_where_students_pick_one(admin, tutoring):
    admin.post(f"{ROOT}courses/", rows("courses", {"subject": "CHEM", "number": "1301"}))
    ann = {"first_name": "Ann", "email": "ann@uni.test", "courses": "CHEM*, Help"}
    admin.post(f"{ROOT}people/", rows("people", ann))
    assert [s.code for s in Service.objects.all()] == ["CHEM1301"]
    entries = Provider.objects.get().certifications.order_by("id")
    assert [one.entry for one in entries] == ["CHEM*", "Help"]
    assert admin.post(f"{ROOT}courses/", rows("courses", {"number": "1"})).status_code == 422
    more = admin.post(f"{ROOT}courses/", rows("courses", {}, more="1"))
    assert len(more.context["course_rows"].forms) == 6


@pytest.mark.django_db(transaction=True)
def test_what_loses_against_another_is_taken_in_again_and_refused_once(admin, centre, lose_at):
    add_talia(admin)
    lost = lose_at(guide_places, "take_in")
    assert admin.post(f"{ROOT}hours/", HOURS | {"entered": "1"}).status_code == 302
    assert (lost, WeeklyBlock.objects.count()) == (["take_in"], 2)
    twice, typed = [{"name": "Den"}, {"name": "Den"}], {"start": "13:00", "end": "14:00"}
    lost = lose_at(guide_places, "take_in")
    answer = admin.post(f"{ROOT}hours/", HOURS | typed | rows("places", *twice, entered="1"))
    assert (lost, answer.status_code) == (["take_in"], 422)
    assert [len(form.errors.get("name", ())) for form in answer.context["rows"].forms] == [0, 1]
    assert WeeklyBlock.objects.count() == 2


def test_places_and_the_same_hours_for_several_people(admin, centre):
    den = {"name": "Den", "kind": "online", "hours": "Mon 09:00-17:00", "capacity": "3"}
    admin.post(f"{ROOT}places/", rows("places", den))
    assert Location.objects.filter(name="Den", kind="online", capacity=3).exists()
    jo = {"first_name": "Jo", "email": "jo@uni.test"}
    admin.post(f"{ROOT}people/", rows("people", TALIA, jo))
    admin.post(f"{ROOT}hours/", HOURS | {"people": ["talia@uni.test", "jo@uni.test"]})
    blocks = WeeklyBlock.objects.values_list("weekday", "start_minute", "end_minute")
    assert sorted(blocks) == [(0, 540, 720), (0, 540, 720), (2, 540, 720), (2, 540, 720)]
    page = admin.get(f"{ROOT}hours/")
    talia = Provider.objects.get(user__email="talia@uni.test")
    assert f"{talia}, who has hours" in page.content.decode()
    assert page.context["form"]["people"].value() == []
    afternoon = {"people": ["talia@uni.test"], "start": "13:00", "end": "17:00"}
    admin.post(f"{ROOT}hours/", HOURS | afternoon)
    mondays = WeeklyBlock.objects.filter(provider=talia, weekday=0)
    assert sorted(mondays.values_list("start_minute", flat=True)) == [540, 780]


def test_hours_that_end_before_they_begin_are_refused_once(admin, centre):
    add_talia(admin)
    answer = admin.post(f"{ROOT}hours/", HOURS | {"start": "15:00"})
    assert answer.status_code == 422
    assert not WeeklyBlock.objects.exists()


def test_preview_shows_the_real_first_times(admin, centre):
    assert "No time is free" in text(admin.get(f"{ROOT}preview/"))
    add_talia(admin)
    admin.post(f"{ROOT}hours/", HOURS)
    page = text(admin.get(f"{ROOT}preview/"))
    assert "Talia Kovac" in page
    assert "next free:" in page
    assert admin.get("/c/new/learn/").status_code == 200


def test_opening_says_what_is_missing_until_something_can_be_booked(admin, centre):
    page = text(admin.get(f"{ROOT}opening/"))
    assert "There is nobody to meet: no Peer Mentor is listed." in page
    refused = text(admin.post(f"{ROOT}opening/", follow=True))
    assert "nothing can be booked so far" in refused
    add_talia(admin)
    admin.post(f"{ROOT}hours/", HOURS)
    assert "New centre is open" in text(admin.post(f"{ROOT}opening/", follow=True))
    assert Community.objects.get(slug="new").visible
    page = text(admin.get(f"{ROOT}opening/"))
    assert "What comes next" in page
    assert "/c/new/manage/addresses/" in page


def test_community_in_set_up_is_not_there_for_its_people_and_students(admin, centre):
    add_talia(admin)
    for email in ("talia@uni.test", "sam@uni.test"):
        client = Client()
        client.force_login(make_user(email))
        for path in ("learn/", "teach/", "manage/", "manage/setup/people/"):
            assert client.get(f"/c/new/{path}").status_code == 404
        assert "New centre" not in text(client.get("/"))


def test_settings_leave_the_opening_to_the_guide(admin, centre):
    form = admin.get("/c/new/manage/settings/").context["form"]
    assert "visible" not in form.fields
    assert "Set-up guide" in text(admin.get("/c/new/manage/"))
    Community.objects.update(opened_at=clock.now(), visible=True)
    assert "visible" in admin.get("/c/new/manage/settings/").context["form"].fields
    assert "Set-up guide" not in text(admin.get("/c/new/manage/"))


def test_people_step_costs_as_many_queries_for_many_as_for_few(admin, centre):
    add_talia(admin)
    few = queries_of(admin)
    many = [TALIA | {"first_name": f"P{n}", "email": f"p{n}@uni.test"} for n in range(40)]
    admin.post(f"{ROOT}people/", rows("people", *many))
    assert Provider.objects.count() == 41
    assert queries_of(admin) <= few + 1


def queries_of(client):
    with CaptureQueriesContext(connection) as seen:
        client.get(f"{ROOT}people/")
    return len(seen)


def test_going_on_saves_the_words_that_were_typed(admin, centre):
    form = admin.get(f"{ROOT}wording/").context["form"]
    shown = {name: form[name].value() for name in form.fields} | {"onward": "1"}
    assert admin.post(f"{ROOT}wording/", shown)["Location"] == f"{ROOT}people/"
    centre.refresh_from_db()
    assert centre.wording == {}
    answer = admin.post(f"{ROOT}wording/", shown | {"provider": "Coach"})
    assert answer["Location"] == f"{ROOT}people/"
    centre.refresh_from_db()
    assert centre.wording == {"provider": ["Coach", "Peer Mentors"]}
    assert admin.post(f"{ROOT}wording/", shown | {"provider": " "}).status_code == 422


def test_going_on_adds_the_people_who_were_typed_or_says_what_is_wrong(admin, centre):
    answer = admin.post(f"{ROOT}people/", rows("people", {}, onward="1"))
    assert answer["Location"] == f"{ROOT}hours/"
    wrong = admin.post(f"{ROOT}people/", rows("people", TALIA | {"email": "no"}, onward="1"))
    assert (wrong.status_code, "Row 1: “no”" in text(wrong)) == (422, True)
    answer = admin.post(f"{ROOT}people/", rows("people", TALIA, onward="1"))
    assert answer["Location"] == f"{ROOT}hours/"
    assert str(Provider.objects.get()) == "Talia Kovac"


def test_going_on_adds_courses_and_people_together_or_neither(admin, tutoring):
    ann = {"first_name": "Ann", "email": "ann@uni.test", "courses": "CHEM1301"}
    chem = rows("courses", {"subject": "CHEM", "number": "1301"})
    wrong = admin.post(f"{ROOT}people/", chem | rows("people", ann | {"email": "ann"}, onward="1"))
    assert (wrong.status_code, 'value="CHEM"' in text(wrong)) == (422, True)
    assert not Service.objects.exists()
    only_people = admin.post(
        f"{ROOT}people/",
        rows("courses", {}) | rows("people", ann | {"email": "ann"}, onward="1"),
    )
    assert "Fill in at least one row" not in text(only_people)
    answer = admin.post(f"{ROOT}people/", chem | rows("people", ann, entered="1"))
    assert answer["Location"] == f"{ROOT}people/"
    assert (Service.objects.get().code, str(Provider.objects.get())) == ("CHEM1301", "Ann")


def test_going_on_adds_places_and_gives_hours_only_if_they_were_changed(admin, centre):
    add_talia(admin)
    shown = {
        "people": ["talia@uni.test"],
        "days": ["Mon", "Tue", "Wed", "Thu", "Fri"],
        "start": "09:00",
        "end": "17:00",
        "onward": "1",
    }
    den = rows("places", {"name": "Den", "kind": "online"})
    assert admin.post(f"{ROOT}hours/", den | shown)["Location"] == f"{ROOT}formats/"
    assert Location.objects.filter(name="Den").exists()
    assert not WeeklyBlock.objects.exists()
    nook = rows("places", {"name": "Nook", "kind": "online"})
    wrong = admin.post(f"{ROOT}hours/", nook | shown | {"end": "08:00"})
    assert (wrong.status_code, 'value="Nook"' in text(wrong)) == (422, True)
    assert not Location.objects.filter(name="Nook").exists()
    again = admin.post(f"{ROOT}hours/", den | shown | {"end": "12:00"})
    assert "Row 1: “Den” is here already." in text(again)
    assert not WeeklyBlock.objects.exists()
    nobody = {name: value for name, value in shown.items() if name != "people"}
    assert admin.post(f"{ROOT}hours/", nobody)["Location"] == f"{ROOT}formats/"
    assert admin.post(f"{ROOT}hours/", nook | HOURS | {"onward": "1"}).status_code == 302
    assert (WeeklyBlock.objects.count(), Location.objects.filter(name="Nook").count()) == (2, 1)


def test_place_that_is_here_already_is_told_at_its_row(admin, centre):
    zoom = {"name": "Zoom", "kind": "online", "details": "https://zoom.test/1"}
    admin.post(f"{ROOT}places/", rows("places", zoom))
    answer = admin.post(f"{ROOT}places/", rows("places", {"name": "zoom", "kind": "phone"}))
    assert (answer.status_code, "Row 1: “Zoom” is here already." in text(answer)) == (422, True)
    assert Location.objects.get(name_key="zoom").kind == "online"


def test_either_button_saves_what_is_typed_in_both_tables(admin, tutoring):
    def ann(name):
        return rows("people", {"first_name": name, "email": f"{name}@uni.test", "courses": "*"})

    chem = rows("courses", {"subject": "CHEM", "number": "1301"})
    biol = rows("courses", {"subject": "BIOL", "number": "1"})
    assert admin.post(f"{ROOT}courses/", chem | ann("Ann"))["Location"] == f"{ROOT}people/"
    assert admin.post(f"{ROOT}people/", biol | ann("Ben"))["Location"] == f"{ROOT}people/"
    assert set(Service.objects.values_list("code", flat=True)) == {"CHEM1301", "BIOL1"}
    assert {str(one) for one in Provider.objects.all()} == {"Ann", "Ben"}
    wrong = admin.post(f"{ROOT}courses/", rows("courses", {"number": "1"}) | ann("Cem"))
    assert (wrong.status_code, 'value="Cem"' in text(wrong)) == (422, True)
    assert Provider.objects.count() == 2


def test_more_rows_of_one_table_keep_what_is_typed_in_the_other(admin, tutoring):
    typed = rows("courses", {"subject": "CHEM"}) | rows("people", {"email": "no"}, more="1")
    for path in ("courses/", "people/"):
        page = text(admin.post(ROOT + path, typed))
        assert ('value="CHEM"' in page, 'value="no"' in page) == (True, True)
        assert "Nothing was added" not in page


def test_places_and_hours_are_saved_by_either_button(admin, centre):
    add_talia(admin)
    den = rows("places", {"name": "Den", "kind": "online"})
    nook = rows("places", {"name": "Nook", "kind": "online"})
    assert admin.post(f"{ROOT}places/", den | HOURS)["Location"] == f"{ROOT}hours/"
    assert (WeeklyBlock.objects.count(), Location.objects.filter(name="Den").count()) == (2, 1)
    afternoon = {"people": ["talia@uni.test"], "start": "13:00", "end": "17:00"}
    admin.post(f"{ROOT}hours/", nook | HOURS | afternoon)
    assert (WeeklyBlock.objects.count(), Location.objects.filter(name="Nook").count()) == (4, 1)


def test_known_account_gives_the_topic_its_own_name_not_the_typed_one(admin, centre):
    known = make_user("talia@uni.test", "Natalia")
    User.objects.filter(pk=known.pk).update(last_name="Kovac", claimed_at=MONDAY)
    admin.post(f"{ROOT}people/", rows("people", TALIA | {"last_name": "Novak"}))
    assert str(Provider.objects.get()) == "Natalia Kovac"
    assert Service.objects.filter(code="Peer Mentoring with Natalia K").exists()


def test_short_name_is_made_of_the_name_and_not_of_tags_in_it():
    client = Client()
    client.force_login(make_school_admin(make_user("root@uni.test", "Rita"), by=TESTER))
    typed = {"name": "<b>Hub</b>", "timezone": "UTC", "preset": "provider-first"}
    client.post("/school/new/", typed)
    assert Community.objects.get(name="<b>Hub</b>").slug == "hub"
