"""Erasing a person: what is to come ends, and not one column of one table names them after it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER, make_user
from tests.privacy.traces import columns_with
from visavis.availability.actions import add_dated_change, add_weekly_block
from visavis.availability.enums import ChangeKind
from visavis.availability.outside import connect_calendar
from visavis.bookings.actions import (
    LogEntry,
    accept,
    cancel,
    write_log,
)
from visavis.bookings.drafts import save_draft
from visavis.bookings.models import Answer, Appointment, Booking, SessionLog
from visavis.calendars.feeds import open_feed
from visavis.catalogue.actions import certify, enroll
from visavis.catalogue.models import Service
from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry, StoredFile
from visavis.core.worker import drain
from visavis.imports.actions import apply_import, plan_import
from visavis.notifications import tasks as _sources  # noqa: F401  (what is told registers itself)
from visavis.notifications.models import Message
from visavis.notifications.outbox import tell_all
from visavis.people.account_events import NOWHERE, Visit, note
from visavis.people.actions import (
    add_provider,
    end_pause,
    give_role,
    make_school_admin,
    pause_booking,
    take_role,
)
from visavis.people.enums import AccountEventKind, Role, Way
from visavis.people.erased import erased_among
from visavis.people.models import Device, Membership, Provider, User
from visavis.people.profile import change_introduction, change_profile
from visavis.people.students import add_student, change_student
from visavis.privacy.enums import InspectionWay
from visavis.privacy.erasing import erase
from visavis.privacy.errors import CannotErase
from visavis.privacy.inspections import record_inspection
from visavis.privacy.requests import ask_for_erasure, turn_down

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MARK = "Zqxjmark"
STUDENTS = f"""First Name,Last Name,Email,Student ID,Major
{MARK}a,{MARK}b,{MARK}@students.test,{MARK}id,{MARK} studies
Zoe,Other,zoe@students.test,77,Biology
"""


@pytest.fixture
def place(cast):
    return cast.own


@pytest.fixture
def admin(cast):
    return Actor(cast.people["school_admin"].pk, "Rita Example")


@pytest.fixture
def marked(place, admin):
    """A student whose every text is the mark, with everything that a student can have."""
    world = place.world
    run = plan_import(
        place.community,
        kind="students",
        mode="merge",
        file_name=f"{MARK}.csv",
        content=STUDENTS.encode("utf-16"),
        actor=TESTER,
        encoding="utf-16",
    )
    apply_import(run, actor=TESTER, now=MONDAY)
    person = User.objects.get(email_key=f"{MARK}@students.test".lower())
    person.sso_id = f"{MARK}sso"
    person.save()
    me = Actor(person.pk, str(person))
    change_profile(person, pronouns=MARK, timezone="Europe/Paris")
    student = person.memberships.get(role=Role.STUDENT)
    change_student(
        student, {"student_id": f"{MARK}77", "attributes": {"Major": f"{MARK} arts"}}, by=admin
    )
    enroll(person, [world.service], by=me)
    _have_meetings(place, person, me)
    pause = pause_booking(
        person, place.community, until=None, reason=f"{MARK} was late", by=admin, now=MONDAY
    )
    end_pause(pause, by=admin, reason=f"{MARK} came", now=MONDAY)
    connect_calendar(
        person, name=f"{MARK} classes", address=f"https://c.test/{MARK}", by=me, now=MONDAY
    )
    open_feed(person, by=me, now=MONDAY)
    ask_for_erasure(person, by=me, now=MONDAY)
    turn_down(person, answer=f"{MARK} not yet", by=admin, now=MONDAY)
    _have_signed_in(person, admin)
    return person


def _have_signed_in(person, admin):
    browser = Client()
    browser.force_login(person)
    visit = Visit(network="203.0.113.0/24", device=f"{MARK} browser")
    Device.objects.create(user=person, session_key="a" * 32, device=f"{MARK} browser", way=Way.CODE)
    note(AccountEventKind.SIGNED_IN, person, visit=visit, ways=(Way.CODE, ""), detail=MARK)
    note(AccountEventKind.REFUSED, None, email=person.email, visit=NOWHERE, detail=person.email)
    note(AccountEventKind.ROLE_GIVEN, User.objects.get(pk=admin.id), by=Actor(person.pk, MARK))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    SocialAccount.objects.create(
        user=person, provider="school", uid=f"{MARK}-1", extra_data={"affiliations": [MARK]}
    )
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": f"{MARK} key"}
    )


def _have_meetings(place, person, me):
    world = place.world
    past = world.book(place.provider, person, TEN + 1 * DAY, f"{MARK}-past")
    accept(past, by=TESTER, now=MONDAY)
    name = default_storage.save("answers/a.txt", ContentFile(f"{MARK} wrote".encode()))
    Answer.objects.create(booking=past, label="What?", value=f"{MARK} topic")
    Answer.objects.create(booking=past, label="File", value="", file=name, file_name=f"{MARK}.txt")
    entry = LogEntry(minutes=20, notes=f"{MARK} is shy", for_student=f"{MARK}, read on")
    write_log(past, entry, by=TESTER, now=TEN + 2 * DAY)
    record_inspection(past, by=TESTER, way=InspectionWay.MANAGED, now=TEN + 2 * DAY)
    gone = world.book(place.provider, person, TEN + 2 * DAY, f"{MARK}-gone")
    cancel(gone, by=me, reason=f"{MARK} is ill", now=MONDAY)
    world.book(place.provider, person, TEN + 3 * DAY, f"{MARK}-coming")
    question = place.question
    save_draft(
        person,
        question.format,
        values={question: f"{MARK} draft"},
        files={question: ContentFile(f"{MARK} file".encode(), name=f"{MARK}.txt")},
        now=MONDAY,
    )


@pytest.fixture
def told():
    def tell():
        tell_all(now=clock.now())
        drain()
        return [(one.to[0], one.subject, one.body) for one in mail.outbox]

    return tell


def test_not_one_column_names_an_erased_student(marked, admin, told):
    assert len(columns_with(MARK)) > 30
    erase(marked, by=admin, now=MONDAY)
    assert columns_with(MARK) == []
    told()
    assert columns_with(MARK) == []


def test_nor_when_everything_was_told_before(marked, admin, told):
    told()
    assert "notifications_message.subject" in columns_with(MARK)
    erase(marked, by=admin, now=MONDAY)
    assert columns_with(MARK) == []


def test_nor_an_erased_provider_with_an_own_service(place, admin, told):
    world = place.world
    person = make_user(f"{MARK}@uni.test", f"{MARK}a", f"{MARK}b")
    me = Actor(person.pk, str(person))
    provider = add_provider(person, place.community, by=TESTER)
    certify(provider, world.service.code, by=TESTER)
    own = Service.objects.create(
        community=place.community, subject=f"Mentoring with {MARK}a {MARK}b", owner=provider
    )
    add_weekly_block(provider, weekday=2, start_minute=540, end_minute=1020, by=me)
    day = (TEN + 5 * DAY).date()
    add_dated_change(
        provider, kind=ChangeKind.AWAY, first=day, last=day, note=f"{MARK} leave", by=me
    )
    change_introduction(provider, bio=f"I am {MARK}", meeting_link=f"https://m.test/{MARK}", by=me)
    provider.photo.save("p.jpg", ContentFile(f"{MARK} photo".encode()))
    booking = world.book(provider, place.student, TEN + 2 * DAY, "with-mark")
    accept(booking, by=me, now=MONDAY)
    write_log(place.booking, LogEntry(minutes=20, notes="Good work"), by=me, now=TEN + DAY)
    told()
    assert len(columns_with(MARK)) > 12
    done = erase(person, by=admin, now=MONDAY)
    assert done["coming meetings"] == 1
    told()
    assert columns_with(MARK) == []
    provider.refresh_from_db()
    own.refresh_from_db()
    assert (str(provider), provider.is_active) == ("Erased person", False)
    assert (own.label, own.archived_at) == (f"Mentoring with Erased person {own.pk}", MONDAY)
    # What they wrote about a student is the student's record.
    assert SessionLog.objects.get(booking=place.booking).notes == "Good work"


def test_meetings_are_counted_as_before(marked, admin, place):
    def counted():
        rows = Booking.objects.values_list("appointment__provider", "appointment__service", "seat")
        return sorted(rows), Appointment.objects.count(), SessionLog.objects.count()

    before = counted()
    erase(marked, by=admin, now=MONDAY)
    assert counted() == before
    log = SessionLog.objects.get(booking__student=marked)
    assert (log.minutes, log.notes, log.for_student) == (20, "", "")


def test_coming_meeting_ends_its_time_is_free_and_the_other_is_told(marked, admin, place, told):
    told()
    mail.outbox.clear()
    booking = Booking.objects.get(student=marked, appointment__start=TEN + 3 * DAY)
    erase(marked, by=admin, now=MONDAY)
    booking.refresh_from_db()
    assert (booking.state, str(booking.student)) == ("cancelled", "Erased person")
    mails = told()
    assert [to for to, _subject, _body in mails] == ["Talia Example <talia@uni.test>"]
    assert "Erased person" in mails[0][1] + mails[0][2]
    world = place.world
    world.book(place.provider, world.student("Zoe"), TEN + 3 * DAY, "zoe-instead")


def test_address_is_free_for_a_new_account_and_opens_nothing_of_the_old(marked, admin):
    email = marked.email
    erase(marked, by=admin, now=MONDAY)
    marked.refresh_from_db()
    assert (marked.is_active, marked.email) == (False, f"erased-{marked.pk}@visavis.invalid")
    again = make_user(email, "Somebody", "New")
    assert again.pk != marked.pk


def test_later_list_does_not_bring_the_person_back(marked, admin, place):
    email = marked.email
    erase(marked, by=admin, now=MONDAY)
    assert erased_among([email.upper()]) == {email.lower()}
    run = plan_import(
        place.community,
        kind="students",
        mode="merge",
        file_name="students.csv",
        content=STUDENTS.encode(),
        actor=TESTER,
    )
    assert [(issue.line, issue.code) for issue in run.issues.all()] == [(2, "erased_person")]
    apply_import(run, actor=TESTER, now=MONDAY, skip_bad_rows=True)
    assert not User.objects.filter(email_key=email.lower()).exists()
    # By hand is a decision: the address is like any other from then on.
    add_student(place.community, email=email, by=admin)
    assert erased_among([email]) == set()
    run = plan_import(
        place.community,
        kind="students",
        mode="merge",
        file_name="students.csv",
        content=STUDENTS.encode(),
        actor=TESTER,
    )
    assert run.issues.count() == 0


def test_namesake_keeps_what_is_theirs(marked, admin, place):
    other = make_user("namesake@students.test", marked.first_name, marked.last_name)
    booking = place.world.book(place.colleague, other, TEN + 3 * DAY, "namesake")
    erase(marked, by=admin, now=MONDAY)
    other.refresh_from_db()
    booking.refresh_from_db()
    assert (other.first_name, other.is_active) == (f"{MARK}a", True)
    assert (booking.student, booking.state) == (other, "requested")
    lines = HistoryEntry.objects.filter(subject_type="booking", subject_id=booking.pk)
    assert MARK in lines.get().subject_label
    theirs = HistoryEntry.objects.filter(actor_id=marked.pk)
    assert set(theirs.values_list("actor_label", flat=True)) == {"Erased person"}


def test_others_keep_their_data(marked, admin, place, cast):
    people = dict(User.objects.exclude(pk=marked.pk).values_list("pk", "email"))
    files = StoredFile.objects.count()
    erase(marked, by=admin, now=MONDAY)
    assert dict(User.objects.exclude(pk=marked.pk).values_list("pk", "email")) == people
    assert files - StoredFile.objects.count() == 3  # an answer, a draft, the list
    assert Membership.objects.filter(user=place.student).exists()


def test_last_administrator_of_the_school_cannot_be_erased_not_even_by_themselves(cast, admin):
    rita = cast.people["school_admin"]
    for by in (admin, TESTER):
        with pytest.raises(CannotErase, match="the only administrator of the school"):
            erase(rita, by=by, now=MONDAY)
    make_school_admin(make_user("second@uni.test", "Sue"), by=TESTER)
    erase(rita, by=admin, now=MONDAY)
    assert "Rita" not in str(list(HistoryEntry.objects.values_list("actor_label", flat=True)))


def test_last_administrator_of_a_community_cannot_be_erased_where_the_school_has_none(cast):
    User.objects.filter(is_school_admin=True).update(is_school_admin=False)
    with pytest.raises(CannotErase, match="the only administrator of Mentoring"):
        erase(cast.people["admin"], by=TESTER, now=MONDAY)


def test_erased_is_erased_once(marked, admin):
    erase(marked, by=admin, now=MONDAY)
    with pytest.raises(CannotErase, match="erased already"):
        erase(marked, by=admin, now=MONDAY)


def test_list_that_is_being_applied_is_waited_for(marked, admin, place):
    place.run.state = "applying"
    place.run.save(update_fields=["state"])
    with pytest.raises(CannotErase, match="A list is being read"):
        erase(marked, by=admin, now=MONDAY)
    assert User.objects.get(pk=marked.pk).is_active


def test_signed_in_browser_is_out_at_once(marked, admin):
    client = Client()
    client.force_login(marked)
    assert client.get("/accounts/profile/").status_code == 200
    erase(marked, by=admin, now=MONDAY)
    assert client.get("/accounts/profile/").status_code == 302


def test_what_was_taken_from_the_person_before_is_gone_from_the_history_too(place, admin):
    person = make_user(f"{MARK}@students.test", f"{MARK}a", f"{MARK}b")
    student = add_student(place.community, email=person.email, student_id=f"{MARK}12", by=admin)
    take_role(student, by=admin)
    give_role(person, place.community, Role.FRONT_DESK, by=admin)
    erase(person, by=admin, now=MONDAY)
    assert columns_with(MARK) == []


def test_weekly_meetings_and_waits_end_too(place, admin):
    student = place.student
    done = erase(student, by=admin, now=MONDAY)
    assert done["waits"] == 1
    assert not Booking.objects.filter(
        student=student, state__in=("requested", "confirmed")
    ).exists()
    assert not Provider.objects.filter(user=student).exists()
    assert Message.objects.filter(recipient=student).exclude(mail={}).count() == 0
