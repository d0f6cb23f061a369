"""Drafts: what students have typed, with its files; how they go is in privacy/test_sweeps.py."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from tests.factories.way import ask_question
from tests.factories.world import MONDAY, make_world
from visavis.bookings import tasks
from visavis.bookings.drafts import (
    find_draft,
    given_answers,
    renew_key,
    save_draft,
    short_name,
)
from visavis.bookings.models import AnswerDraft
from visavis.catalogue.enums import QuestionKind
from visavis.core.jobs import register

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def question(world):
    return ask_question(world, kind=QuestionKind.FILE)


def save(world, question):
    files = {question: ContentFile(b"notes", name="notes.pdf")}
    return save_draft(world.student(), world.format, values={}, files=files, now=MONDAY)


def test_one_student_has_one_draft_for_a_format(world, question):
    assert save(world, question) == save(world, question)
    assert find_draft(world.student(), world.format) == AnswerDraft.objects.get()
    assert find_draft(world.student("Kim"), world.format) is None


def test_question_that_is_no_longer_asked_has_no_answer(world, question):
    draft = save(world, question)
    assert [answer.file_name for answer in given_answers(draft, world.format)] == ["notes.pdf"]
    question.archived_at = MONDAY
    question.save()
    assert given_answers(draft, world.format) == []


def test_new_intention_gets_a_new_key(world, question):
    draft = save(world, question)
    before = draft.idempotency_key
    renew_key(draft)
    assert AnswerDraft.objects.get().idempotency_key != before


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("notes.pdf", "notes.pdf"),
        ("C:\\My files\\notes.pdf", "notes.pdf"),
        ("../../etc/passwd", "passwd"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("y" * 300, "y" * 200),
    ],
)
def test_file_names_are_cut_with_their_ending_kept(name, short):
    assert short_name(name) == short


def test_tidying_runs_by_the_clock():
    periodic = {name: job.every for name, job in register.periodic.items()}
    assert periodic["expire_requests"] <= timedelta(minutes=5)
    assert tasks.expire_requests
