"""A word of its own is planted in each field of a student's record, and looked for on every page.

Who may see which stands in `visavis/bookings/record.py`. Whoever may not never gets the word: not
on a page, in a file, a fragment, a feed, nor a mail.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from email.utils import parseaddr

import pytest
from django.apps import apps
from django.core import mail
from django.db import transaction
from django.db.models import CharField, FileField, JSONField, TextField
from django.test import Client
from django.urls import reverse

from tests.factories.cast import MONDAY, ROLES, Cast
from tests.factories.record import HOUR, Record, addresses, plant, word
from tests.factories.way import TEN
from tests.web.answers import put_away
from tests.web.test_every_url import PAGES, SCHOOL, arguments, client_of
from visavis.bookings.record import AUDIENCE, Part, Reader, may_read
from visavis.core import clock
from visavis.core.worker import drain
from visavis.notifications.tasks import tell_events
from visavis.people.enums import Act
from visavis.people.models import User
from visavis.people.rules import MAY, Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_limits")]
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "results"}
TEXTS = (CharField, TextField, JSONField, FileField)
COLUMNS = {column: audience for audience in AUDIENCE.values() for column in audience.columns}
# What each of the cast is to the record; all others are nobody to it.
IS: dict[str, Reader] = {
    "student": Reader.STUDENT,
    "provider": Reader.PROVIDER,
    "front_desk": Reader.FRONT_DESK,
    "admin": Reader.ADMIN,
    "school_admin": Reader.ADMIN,
}
# Planted in a column of which no page shows more than that it is there.
NEVER_SHOWN = {
    "people.PauseEvent.reason",  # that of the pause itself is
    "notifications.Message.mail",
    "imports.ImportRow.label",
    "imports.ImportRow.before",
    "imports.Import.file",
    "imports.Import.sample",
    "imports.ImportIssue.message",
    "people.User.sso_id",
}
# Text in rows about a student that says nothing of them, by table, and what it is instead.
SAYS_NOTHING = {
    "people.User": "keys folded from the name and address, and habits of reading",
    "people.Membership": "which role, and where the row came from",
    "people.PauseEvent": "which kind, and who did it",
    "catalogue.Enrollment": "where the row came from",
    "bookings.Booking": "state, key, and who ended it",
    "bookings.Series": "the weeks left out, in words of ours",
    "bookings.Commitment": "which part, and its state",
    "bookings.Hold": "purpose and state",
    "bookings.Answer": "the question as it was asked",
    "bookings.LogAnswer": "the question as it was asked",
    "bookings.Proposal": "purpose and state",
    "bookings.WaitlistEntry": "days and times of the wish, and its state",
    "bookings.WaitlistEvent": "which kind, and the time it is about",
    "bookings.BookingEvent": "what is told by mail to those who meet; no page shows it",
    "calendars.CalendarFeed": "the secret address, for its person alone",
    "notifications.Message": "to whom, about what, and the mail server's words",
    "people.Device": "of the account, for its person and the school, and no part of the record",
    "people.AccountEvent": "of the account, for its person and the school",
    "privacy.Inspection": "who opened a log, for its student",
    "privacy.ErasureRequest": "what the school answers a wish to be erased, for its person",
    "availability.OutsideCalendar": "of who gives support, not of students",
    "availability.OutsideBusy": "of who gives support, not of students",
}


def every_address(cast: Cast, kept: Record) -> Iterator[tuple[datetime, str, dict[str, str]]]:
    """When to ask for which address, and with which headers: after the meetings there is more."""
    place, later = cast.own, TEN + 5 * HOUR
    for name, page in PAGES.items():
        yield MONDAY, reverse(name, kwargs=arguments(page, place)), {}
    for name, page in SCHOOL.items():
        yield MONDAY, reverse(name, kwargs=page.arguments(place)), {}
    for url in addresses(place, kept):
        for now in (MONDAY, later):
            yield now, url, {}
        if "?" in url:
            yield later, url, FRAGMENT


def read(client: Client, url: str, **headers: str) -> str:
    """What the answer says, in its body and in its headers."""
    with transaction.atomic():
        answer = client.get(url, **headers)
        body = answer.getvalue()
        put_away(answer)
        transaction.set_rollback(True)
    text = re.sub(r"<wbr>|­", "", body.decode(errors="replace"))
    return f"{text}\n{answer.headers}"


def seen_by(cast: Cast, kept: Record, role: str) -> dict[str, set[str]]:
    """The columns whose words the role gets to see, and on which addresses."""
    client, found = client_of(cast, role), defaultdict(set)
    for now, url, headers in every_address(cast, kept):
        with clock.frozen_at(now):
            text = read(client, url, **headers).lower()
        if "zq" in text:
            for column in COLUMNS:
                # Who asks with an address knows it, and gets it back.
                if word(column) in text and word(column) not in url:
                    found[column].add(url)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_each_sees_the_fields_that_are_for_them_and_no_other(cast: Cast, role: str):
    kept = plant(cast)
    seen = seen_by(cast, kept, role)
    reader = IS.get(role)
    mine = {column for column, audience in COLUMNS.items() if reader in audience.readers}
    leaked = {column: sorted(urls)[:3] for column, urls in seen.items() if column not in mine}
    assert leaked == {}
    if reader is Reader.ADMIN:
        # There was something to see: but for what no page shows, administrators see all of theirs.
        assert mine - set(seen) <= NEVER_SHOWN
    if reader in (Reader.STUDENT, Reader.PROVIDER):
        assert {"bookings.Answer.value", "bookings.Answer.file"} <= set(seen)


def test_feeds_never_say_what_a_meeting_is_about(cast: Cast):
    kept = plant(cast)
    for reader, token in kept.feeds.items():
        text = read(Client(), f"/accounts/feeds/{token}.ics").replace("\r\n ", "").lower()
        seen = {column for column in COLUMNS if word(column) in text}
        assert "BEGIN:VEVENT".lower() in text
        assert seen <= {"people.User.first_name", "people.User.last_name"}, reader


def test_mails_reach_nobody_for_whom_the_words_are_not(cast: Cast):
    kept = plant(cast)
    with clock.frozen_at(TEN + 5 * HOUR):
        tell_events.call()
        drain()
    people = {
        kept.student.email: Reader.STUDENT,
        cast.own.pause.user.email: Reader.STUDENT,
        cast.own.provider.user.email: Reader.PROVIDER,
    }
    written = [message for message in mail.outbox if "zq" in str(message.message()).lower()]
    assert written
    for message in written:
        said = f"{message.subject}\n{message.body}".lower()
        for address in message.to:
            # Whoever else is told something reads none of it.
            reader = people.get(parseaddr(address)[1])
            for column, audience in COLUMNS.items():
                assert word(column) not in said or reader in audience.readers, column


# --- The table itself -----------------------------------------------------------------------------


def test_every_text_about_a_student_has_its_audience():
    """A new column is written into the table, or is said to say nothing of anybody."""
    silent = []
    for model in apps.get_models():
        if not _is_about_a_person(model) or model._meta.label in SAYS_NOTHING:
            continue
        for field in model._meta.concrete_fields:
            if (
                isinstance(field, (CharField, TextField, JSONField, FileField))
                and not field.choices
            ):
                label = f"{model._meta.label}.{field.name}"
                if label not in COLUMNS:
                    silent.append(label)
    assert silent == []


def _is_about_a_person(model) -> bool:
    """Whether a row is a person's, or belongs to one that is."""
    if not model.__module__.startswith("visavis.") or model._meta.label.startswith("imports."):
        return False
    if model is User:
        return True
    named = {"user", "student", "person", "booking", "draft", "log", "pause", "entry"}
    return (
        any(field.is_relation and field.name in named for field in model._meta.concrete_fields)
        and model._meta.label != "people.Provider"
    )


def test_every_column_of_the_table_is_there():
    for column in COLUMNS:
        app, model, field = column.split(".")
        assert apps.get_model(app, model)._meta.get_field(field), column


def test_notes_are_for_whom_the_table_of_rules_lets_read_them():
    for part in Part:
        assert AUDIENCE[part].readers, part
        assert str(AUDIENCE[part].why).strip()
    admins = MAY[Act.READ_NOTES]
    assert {str(part) for part in admins} == {"admin", "school_admin"}
    assert Reader.FRONT_DESK not in AUDIENCE[Part.NOTES].readers


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("front_desk", {Part.NAME, Part.EMAIL, Part.STUDENT_ID}),
        ("provider", set()),
        ("student", set()),
        ("stranger", set()),
        ("admin_elsewhere", set()),
    ],
)
def test_by_their_work_here_they_read_these_parts_of_anybody(cast: Cast, role: str, reads: set):
    standing = Standing(cast.people[role], cast.own.community)
    assert {part for part in Part if may_read(standing, part)} == reads
