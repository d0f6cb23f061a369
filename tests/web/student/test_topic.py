"""The topic page: five kinds of questions, what is refused, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.way import TEN, ask_question
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.models import Answer, AnswerDraft, Booking, DraftFile
from visavis.catalogue.enums import QuestionKind
from visavis.core.models import StoredFile
from visavis.people.actions import end_pause, pause_booking

KINDS = [
    (QuestionKind.SHORT_TEXT, "Labs", "Labs"),
    (QuestionKind.LONG_TEXT, "Labs\nand notes", "Labs\nand notes"),
    (QuestionKind.ONE_CHOICE, "Notes", "Notes"),
    (QuestionKind.SEVERAL_CHOICES, ["Notes", "A draft"], ["Notes", "A draft"]),
]


def field(question):
    return f"q{question.pk}"


def errors(page):
    return {name: list(said) for name, said in page.context["form"].errors.items()}


@pytest.mark.parametrize(("kind", "sent", "kept"), KINDS)
def test_each_kind_is_kept_and_booked(way, client, kind, sent, kept):
    question = ask_question(way.world, kind=kind, choices=["Notes", "A draft"], is_required=True)
    assert client.post(way.topic, {field(question): sent}).url == way.review
    assert AnswerDraft.objects.get().values == {str(question.pk): kept}
    client.post(way.bookings, way.confirmation(key=AnswerDraft.objects.get().idempotency_key))
    assert [answer.value for answer in Booking.objects.get().answers.all()] == [kept]
    assert not AnswerDraft.objects.exists()


def test_file_is_kept_and_opened_by_the_bookings_people_alone(way, sam, client):
    question = ask_question(way.world, kind=QuestionKind.FILE, is_required=True)
    file = SimpleUploadedFile("my essay.pdf", b"%PDF-1.7")
    assert client.post(way.topic, {field(question): file}).url == way.review
    assert "my essay.pdf" in client.get(way.topic).content.decode()
    client.post(way.bookings, way.confirmation())
    answer = Answer.objects.get()
    assert answer.file_name == "my essay.pdf"
    for user, status in [(sam, 200), (way.provider.user, 200), (way.world.student("Kim"), 404)]:
        client.force_login(user)
        assert client.get(answer.file.url).status_code == status


@pytest.mark.parametrize(
    ("values", "sent", "said"),
    [
        ({"is_required": True}, "", "An answer is needed here."),
        ({"is_required": True}, "   ", "An answer is needed here."),
        ({"max_length": 5}, "Too long", "The answer has 8 characters; at most 5 fit."),
        (
            {"kind": QuestionKind.ONE_CHOICE, "choices": ["A", "B"]},
            "C",
            "“C” is none of the choices. Take one of those.",
        ),
        (
            {"kind": QuestionKind.SEVERAL_CHOICES, "choices": ["A", "B"]},
            ["A", "C"],
            "“C” is none of the choices. Take one of those.",
        ),
        ({"kind": QuestionKind.FILE, "is_required": True}, "", "A file is needed here."),
    ],
)
def test_what_does_not_fit_is_said_beside_the_question(way, client, values, sent, said):
    question = ask_question(way.world, **values)
    page = client.post(way.topic, {field(question): sent})
    assert page.status_code == 422
    assert errors(page) == {field(question): [said]}
    assert not Booking.objects.exists()


def test_a_nul_among_the_choices_is_no_choice(way, client):
    kind = {"kind": QuestionKind.SEVERAL_CHOICES, "choices": ["A", "B"]}
    question = ask_question(way.world, **kind)
    page = client.post(way.topic, {field(question): ["A", "B\x00"]})
    assert page.status_code == 422
    assert AnswerDraft.objects.get().values == {str(question.pk): ["A", "B"]}


def test_what_was_typed_comes_back_with_the_error_and_after_it(way, client):
    long = ask_question(way.world, label="Topic", max_length=5)
    other = ask_question(way.world, label="Course")
    client.post(way.topic, {field(long): "Too long", field(other): "CHEM1301"})
    again = client.get(way.topic).content.decode()
    assert "Too long" in again
    assert "CHEM1301" in again
    assert client.get(way.review).url == way.topic


@pytest.mark.parametrize(("size", "said"), [(0, "This file is empty"), (1025, "Take a smaller")])
def test_file_that_cannot_be_kept_is_refused_in_a_sentence(way, client, settings, size, said):
    settings.UPLOAD_LIMIT_BYTES = 1024
    question = ask_question(way.world, kind=QuestionKind.FILE)
    file = SimpleUploadedFile("essay.pdf", b"x" * size)
    page = client.post(way.topic, {field(question): file})
    assert page.status_code == 422
    assert said in errors(page)[field(question)][0]
    assert not DraftFile.objects.exists()


def test_another_file_takes_the_first_ones_place(way, client):
    question = ask_question(way.world, kind=QuestionKind.FILE)
    for name in ("first.pdf", "second.pdf"):
        client.post(way.topic, {field(question): SimpleUploadedFile(name, b"%PDF-1.7")})
    assert [row.file_name for row in DraftFile.objects.all()] == ["second.pdf"]
    assert StoredFile.objects.count() == 1


def test_file_can_be_taken_away(way, client):
    question = ask_question(way.world, kind=QuestionKind.FILE)
    client.post(way.topic, {field(question): SimpleUploadedFile("first.pdf", b"%PDF-1.7")})
    client.post(way.topic, {f"{field(question)}_remove": "on"})
    assert not DraftFile.objects.exists()
    assert not StoredFile.objects.exists()


def test_file_stays_when_another_answer_is_refused(way, client):
    file_question = ask_question(way.world, kind=QuestionKind.FILE, is_required=True)
    text = ask_question(way.world, is_required=True)
    sent = {field(file_question): SimpleUploadedFile("first.pdf", b"%PDF-1.7"), field(text): ""}
    assert client.post(way.topic, sent).status_code == 422
    assert client.post(way.topic, {field(text): "Labs"}).url == way.review


def test_answers_stay_when_the_time_goes_meanwhile(way, client):
    question = ask_question(way.world)
    way.world.book(way.provider, way.world.student("Kim"), way.start)
    page = client.post(way.topic, {field(question): "Labs"})
    assert page.url == way.review
    gone = client.get(way.review)
    assert gone.status_code == 409
    later = client.get(gone.context["end"].times[0].url)
    assert later.status_code == 200
    assert "Labs" in later.content.decode()


def test_nul_and_odd_letters_are_kept_as_text(way, client):
    question = ask_question(way.world)
    client.post(way.topic, {field(question): "a\x00b 🦉 <b>"})
    review = client.get(way.topic).content.decode()
    assert "<b>" not in review.split("<form")[1]


def test_review_without_required_answers_leads_back_with_the_reason(way, client):
    ask_question(way.world, label="What is it about?", is_required=True)
    assert client.get(way.review).url == way.topic
    assert "What is it about? An answer is needed here." in client.get(way.topic).content.decode()
    refused = client.post(way.bookings, way.confirmation())
    assert refused.url == way.topic
    assert not Booking.objects.exists()


def pause(way, sam):
    pause_booking(sam, way.world.community, until=None, reason="", by=TESTER, now=MONDAY)


def reach_the_limit(way, sam):
    way.world.community.student_open_bookings_limit = 1
    way.world.community.save()
    way.world.book(way.provider, sam, TEN + timedelta(hours=3))


def put_the_format_away(way, _sam):
    way.world.format.archived_at = MONDAY
    way.world.format.save()


def retire_the_provider(way, _sam):
    way.provider.retired_at = MONDAY
    way.provider.save()


MEANWHILE = [
    (pause, 409, "has paused your bookings"),
    (reach_the_limit, 409, "You have 1 coming meeting,"),
    (put_the_format_away, 404, "does not offer this kind of meeting"),
    (retire_the_provider, 404, "Nobody at this address offers"),
]


@pytest.mark.parametrize(("happens", "status", "said"), MEANWHILE)
def test_answers_are_kept_and_shown_when_the_student_may_not_book_any_more(
    way, sam, client, happens, status, said
):
    text, file = ask_question(way.world), ask_question(way.world, kind=QuestionKind.FILE)
    assert client.get(way.topic).status_code == 200
    happens(way, sam)
    sent = {field(text): "Labs & notes", field(file): SimpleUploadedFile("my.pdf", b"%PDF-1.7")}
    for page in (client.post(way.topic, sent), client.get(way.review)):
        shown = page.content.decode()
        assert (page.status_code, said in shown) == (status, True)
        assert "Labs &amp; notes" in shown
        assert "my.pdf" in shown
        assert "What you wrote is kept." in shown
    refused = client.post(way.bookings, way.confirmation())
    assert (refused.status_code, "Labs &amp; notes" in refused.content.decode()) == (status, True)
    assert AnswerDraft.objects.get().values == {str(text.pk): "Labs & notes"}


def test_answers_are_filled_in_again_when_the_pause_is_over(way, sam, client):
    text = ask_question(way.world)
    pause(way, sam)
    client.post(way.topic, {field(text): "Labs"})
    end_pause(sam.pauses.get(), by=TESTER, now=MONDAY)
    assert "Labs" in client.get(way.topic).content.decode()


def test_dead_end_of_somebody_who_wrote_nothing_does_not_speak_of_it(way, sam, client):
    ask_question(way.world)
    pause(way, sam)
    assert "What you wrote" not in client.get(way.review).content.decode()
