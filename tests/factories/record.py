"""A student's record with a word of its own in every field, and every page that could show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core.files.base import ContentFile
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from tests.factories.cast import Cast, Place
from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import LogEntry, Offer, accept, cancel, propose_times, write_log
from visavis.bookings.drafts import save_draft
from visavis.bookings.enums import Otherwise
from visavis.bookings.equivalents import OtherTime
from visavis.bookings.models import Answer, Booking, LogAnswer
from visavis.calendars.feeds import open_feed
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.formats import add_question
from visavis.core.history import record
from visavis.core.instants import write_instant
from visavis.core.mail import pack
from visavis.imports.actions import plan_import
from visavis.imports.models import Import
from visavis.notifications.models import Message
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.models import Pause, PauseEvent, User
from visavis.people.students import change_student

HOUR = timedelta(hours=1)


def word(column: str) -> str:
    """The word that is planted in this column, and stands nowhere else."""
    return f"zq{column.replace('.', '').replace('_', '').lower()}qz"


@dataclass(frozen=True)
class Record:
    """What the record consists of beside the cast's own things."""

    student: User
    logged: Booking
    cancelled: Booking
    files: dict[str, str]
    feeds: dict[str, str]
    upload: Import


def plant(cast: Cast) -> Record:
    """Fill every field of the record of the cast's student, each with its word."""
    place, student = cast.own, cast.own.student
    _about_the_person(place, student)
    answer = _answers(place.booking)
    draft = _draft(place, student)
    logged, cancelled = _logged(place, student), _cancelled(place, student)
    _proposed(place)
    _told(place)
    reason = word("people.Pause.reason")
    Pause.objects.filter(pk=place.pause.pk).update(reason=reason)
    PauseEvent.objects.filter(pause=place.pause).update(reason=word("people.PauseEvent.reason"))
    record(
        TESTER,
        "changed student",
        student.memberships.get(community=place.community),
        community_id=place.community.pk,
        before={"reason": word("core.HistoryEntry.before")},
        after={"reason": word("core.HistoryEntry.after")},
        reason=word("core.HistoryEntry.reason"),
    )
    return Record(
        student,
        logged,
        cancelled,
        {"bookings.Answer.file": answer.file.url, "bookings.DraftFile.file": draft},
        {
            reader: open_feed(person, by=TESTER, now=MONDAY).token
            for reader, person in (("student", student), ("provider", place.provider.user))
        },
        _upload(place),
    )


def _about_the_person(place: Place, student: User) -> None:
    member = give_role(student, place.community, Role.STUDENT, by=TESTER)
    known = {word("people.Membership.attributes"): "3"}
    number = word("people.Membership.student_id")
    change_student(member, {"student_id": number, "attributes": known}, by=TESTER)
    student.first_name = word("people.User.first_name")
    student.last_name = word("people.User.last_name")
    student.email = f"{word('people.User.email')}@students.test"
    student.pronouns = word("people.User.pronouns")
    student.sso_id = word("people.User.sso_id")
    student.save()


def _answers(booking: Booking) -> Answer:
    Answer.objects.create(booking=booking, label="What about?", value=word("bookings.Answer.value"))
    answer = Answer(booking=booking, label="A file", position=1)
    answer.file_name = f"{word('bookings.Answer.file_name')}.txt"
    answer.file.save("answer.txt", ContentFile(word("bookings.Answer.file").encode()))
    return answer


def _draft(place: Place, student: User) -> str:
    asked = place.question
    file = add_question(asked.format, {"label": "Draft", "kind": QuestionKind.FILE}, by=TESTER)
    body = ContentFile(
        word("bookings.DraftFile.file").encode(), f"{word('bookings.DraftFile.file_name')}.txt"
    )
    draft = save_draft(
        student,
        asked.format,
        values={asked: word("bookings.AnswerDraft.values")},
        files={file: body},
        now=MONDAY,
    )
    return draft.files.get().file.url


def _logged(place: Place, student: User) -> Booking:
    start = TEN + 2 * HOUR
    booking = place.world.book(place.provider, student, start, "record-logged")
    accept(booking, by=TESTER, now=MONDAY)
    entry = LogEntry(
        minutes=30,
        notes=word("bookings.SessionLog.notes"),
        for_student=word("bookings.SessionLog.for_student"),
    )
    log = write_log(booking, entry, by=TESTER, now=start)
    LogAnswer.objects.create(log=log, label="Done?", value=word("bookings.LogAnswer.value"))
    return booking


def _cancelled(place: Place, student: User) -> Booking:
    booking = place.world.book(place.provider, student, TEN + 4 * HOUR, "record-cancelled")
    accept(booking, by=TESTER, now=MONDAY)
    reason = word("bookings.Booking.cancel_reason")
    return cancel(booking, by=TESTER, reason=reason, now=MONDAY)


def _proposed(place: Place) -> None:
    start = TEN + timedelta(days=3)
    time = OtherTime(start, place.provider, place.world.location, MONDAY + HOUR)
    offer = Offer(Otherwise.KEEP, MONDAY + HOUR, message=word("bookings.Proposal.message"))
    propose_times(place.request, [time], offer, by=TESTER, now=MONDAY)


def _told(place: Place) -> None:
    body = word("notifications.Message.mail")
    mail = pack(EmailMultiAlternatives("Hello", body, to=["somebody@students.test"]))
    subject = word("notifications.Message.subject")
    Message.objects.filter(pk=place.undelivered.pk).update(subject=subject, mail=mail)


def _upload(place: Place) -> Import:
    content = (
        "First Name,Last Name,Email\n"
        f"{word('imports.ImportRow.after')},Hill,up@students.test\n"
        f"Jo,Hill,{word('imports.ImportIssue.value')}\n"
    )
    return plan_import(
        place.community,
        kind="students",
        mode="merge",
        file_name="students.csv",
        content=content.encode(),
        actor=TESTER,
    )


def addresses(place: Place, kept: Record) -> Iterator[str]:
    """Where the record could be seen beside the addresses of the table of pages."""
    slug, email = place.community.slug, kept.student.email
    for booking in (place.booking, place.request, kept.logged, kept.cancelled):
        for name in ("student:booking", "student:calendar", "teach:meeting", "teach:log"):
            yield reverse(name, args=[slug, booking.public_id])
        for name in ("manage:appointment", "manage:written_log", "teach:proposal", "teach:move"):
            yield reverse(name, args=[slug, booking.public_id])
        yield reverse("student:proposal", args=[slug, booking.public_id])
    asked = {
        "manage:appointments": (
            {"span": "all"},
            {"q": "zq", "span": "all"},
            {"state": "cancelled", "span": "all"},
        ),
        "manage:appointments_export": ({"span": "all"},),
        "manage:students": ({"q": "zq"},),
        "manage:logs": ({"q": "zq"},),
        "manage:history": ({"q": "zq"}, {"page": "2"}, {"page": "3"}, {"page": "4"}),
        "manage:calendar": ({"day": str(TEN.date())}, {"day": str(TEN.date()), "by": "place"}),
        "manage:attendance_day": ({"day": str(TEN.date())},),
        "manage:new_appointment_details": ({"email": email},),
        "manage:new_pause": ({"student": place.pause.user.email}, {"student": email}),
        "manage:enrollment": ({"q": "zq"},),
        "manage:why_not": (
            {
                "email": email,
                "service": place.world.service.pk,
                "format": place.world.format.pk,
                "provider": place.provider.pk,
                "day": str(TEN.date()),
                "clock": "10:00",
            },
        ),
    }
    for name, queries in asked.items():
        for query in queries:
            yield f"{reverse(name, args=[slug])}?{urlencode(query)}"
    member = kept.student.memberships.get(community=place.community, role=Role.STUDENT)
    yield reverse("manage:student", args=[slug, member.pk])
    for kind in ("students", "enrollment", "providers"):
        yield reverse("manage:export", args=[slug, kind])
    for name in ("manage:import", "manage:import_file"):
        yield reverse(name, args=[slug, kept.upload.public_id])
    topic = {
        "community": slug,
        "format_id": place.question.format_id,
        "service_id": place.world.service.pk,
        "start": write_instant(TEN + timedelta(days=2)),
        "provider_id": place.provider.pk,
        "place_id": place.world.location.pk,
    }
    for name in ("student:topic", "student:review"):
        yield reverse(name, kwargs=topic)
    yield from kept.files.values()
