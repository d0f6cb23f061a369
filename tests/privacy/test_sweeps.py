"""How what is old goes: drafts with their files, mails in parts, and what a sweep may not take."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from tests.factories.way import ask_question
from tests.factories.world import MONDAY, make_world
from visavis.bookings.drafts import save_draft
from visavis.bookings.models import Answer, AnswerDraft
from visavis.catalogue.enums import QuestionKind
from visavis.core.models import StoredFile
from visavis.notifications.models import Message
from visavis.privacy import sweeps
from visavis.privacy.actions import let_go
from visavis.privacy.enums import Subject

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def question(world):
    return ask_question(world, kind=QuestionKind.FILE)


def save(world, question, name="Sam", *, now=MONDAY):
    files = {question: ContentFile(b"notes", name="notes.pdf")}
    return save_draft(world.student(name), world.format, values={}, files=files, now=now)


def test_draft_older_than_a_day_goes_with_its_files(world, question):
    save(world, question)
    kept = save(world, question, "Kim", now=MONDAY + DAY)
    assert StoredFile.objects.count() == 2
    assert let_go(now=MONDAY + DAY) == {}
    assert let_go(now=MONDAY + DAY + SECOND) == {"drafts": 1}
    assert list(AnswerDraft.objects.all()) == [kept]
    assert StoredFile.objects.count() == 1


def test_file_that_a_booking_holds_outlives_the_draft(world, question):
    draft = save(world, question)
    booking = world.book(world.provider(), world.student(), MONDAY + timedelta(hours=2))
    Answer.objects.create(booking=booking, label="File", file=draft.files.get().file.name)
    let_go(now=MONDAY + 2 * DAY)
    assert not AnswerDraft.objects.exists()
    assert StoredFile.objects.count() == 1


def test_draft_that_a_student_came_back_to_meanwhile_stays(world, question, monkeypatch):
    """It was found before, and is asked again under its lock."""
    draft = save(world, question)
    (sweep,) = sweeps.SWEEPS[Subject.DRAFTS]

    def due(cut):
        found = sweep.due(cut)
        looked.append(cut)
        return found if len(looked) == 1 else found.exclude(pk=draft.pk)

    looked = []
    monkeypatch.setitem(sweeps.SWEEPS, Subject.DRAFTS, (replace(sweep, due=due),))
    let_go(now=MONDAY + 2 * DAY, most=1)
    assert len(looked) == 2
    assert list(AnswerDraft.objects.all()) == [draft]


def test_mails_go_in_parts_until_none_is_left(cast, monkeypatch):
    (sweep,) = sweeps.SWEEPS[Subject.MESSAGES]
    monkeypatch.setitem(sweeps.SWEEPS, Subject.MESSAGES, (replace(sweep, at_once=1),))
    Message.objects.exclude(pk=cast.own.undelivered.pk).delete()
    for number in range(3):
        sent = Message.objects.get(pk=cast.own.undelivered.pk)
        sent.pk, sent.key, sent.state = None, f"old {number}", "sent"
        sent.useless_after, sent.created_at = None, MONDAY
        sent.save(force_insert=True)
    assert let_go(now=MONDAY + 180 * DAY + SECOND)["messages"] == 3
    assert Message.objects.get() == cast.own.undelivered
