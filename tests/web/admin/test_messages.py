"""The mails on the administrator's pages: their words, how they will look, those that failed."""

import pytest
from django.core.mail import EmailMultiAlternatives

from visavis.communities.models import Community
from visavis.core.mail import pack
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import MailText, Message
from visavis.notifications.texts import default_text, find_texts

ROOT = "/c/mentoring/manage/messages/"
TEXT = f"{ROOT}confirmed/student/"
DEFAULT = default_text(Kind.CONFIRMED, Audience.STUDENT)


def community():
    return Community.objects.get(slug="mentoring")


def in_use():
    return find_texts(community())[Kind.CONFIRMED, Audience.STUDENT]


def typed(**changes):
    return {"is_on": "on", "subject": DEFAULT.subject, "body": DEFAULT.body} | changes


def test_every_kind_stands_in_the_list_with_what_is_sent_to_whom(admin):
    page = admin.get(ROOT).content.decode()
    for kind in Kind:
        assert str(kind.label) in page
    assert f'href="{TEXT}"' in page


def test_the_list_takes_as_many_queries_with_own_texts_as_without(
    admin, django_assert_max_num_queries
):
    admin.post(TEXT, typed(body="Hello {student}"))
    with django_assert_max_num_queries(10):
        admin.get(ROOT)


def test_own_words_are_kept_and_sent_from_then_on(admin):
    answer = admin.post(TEXT, typed(subject="Yes: {starts}", body="See you, {student}!"))
    assert answer.status_code == 302
    assert (in_use().subject, in_use().body) == ("Yes: {starts}", "See you, {student}!")
    entry = HistoryEntry.objects.get(verb="changed mail text")
    assert entry.after == {"subject": "Yes: {starts}", "body": "See you, {student}!"}


def test_what_is_saved_unchanged_stays_the_default(admin):
    admin.post(TEXT, typed(body=DEFAULT.body.replace("\n", "\r\n")))
    assert not MailText.objects.exists()


def test_a_mail_can_be_switched_off(admin):
    admin.post(TEXT, {"subject": DEFAULT.subject, "body": DEFAULT.body})
    assert not in_use().is_on
    assert MailText.objects.get().subject == ""


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("body", "Hello {name}", "“{name}” is no placeholder here. There are: {student}"),
        ("subject", "About {service}", "“{service}” is no placeholder here."),
        ("body", "Until {until}", "“{until}” is no placeholder here."),
        ("body", "Hello {student", "A brace has no partner."),
        ("body", "Hello {student!r}", "Write only the name between the braces"),
        ("body", "Hello {student.email}", "“{student.email}” is no placeholder here."),
        ("subject", "", "This is missing. Fill it in."),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_a_sentence(admin, field, text, sentence):
    answer = admin.post(TEXT, typed(**{field: text}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not MailText.objects.exists()


def test_the_preview_shows_what_is_typed_and_keeps_nothing(admin):
    answer = admin.post(TEXT, typed(subject="Soon: {starts}", preview="1"))
    assert "Soon: Monday 22 February, 10:00 AM" in answer.content.decode()
    part = admin.post(f"{TEXT}preview/", typed(body="Hi {student}")).content.decode()
    assert "Hi Sam" in part
    assert "<html" not in part
    assert not MailText.objects.exists()


@pytest.mark.parametrize("kind", ["handed_over", "series_handed_over"])
def test_the_preview_of_what_is_handed_over_gives_a_reason_as_real_ones_do(admin, kind):
    text = {"subject": "Soon", "body": "Because: {reason}"}
    part = admin.post(f"{ROOT}{kind}/provider/preview/", text).content.decode()
    assert "Because: A class was moved." in part


def test_the_preview_says_what_is_wrong(admin):
    part = admin.post(f"{TEXT}preview/", typed(body="Hi {nobody}")).content.decode()
    assert "“{nobody}” is no placeholder here." in part


def test_the_html_stands_in_a_frame_in_which_nothing_runs(admin):
    answer = admin.get(f"{TEXT}mail/", {"subject": "S", "body": "<script>x</script> {student}"})
    page = answer.content.decode()
    assert "&lt;script&gt;x&lt;/script&gt; Sam" in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert admin.get(f"{TEXT}mail/", {"subject": "S", "body": "{x}"}).status_code == 422


def test_the_default_comes_back_and_what_is_off_stays_off(admin):
    admin.post(TEXT, {"subject": "S", "body": "B"})
    assert "Back to the default words" in admin.get(TEXT).content.decode()
    admin.post(f"{TEXT}default/")
    assert (in_use().subject, in_use().is_on, in_use().is_own) == (DEFAULT.subject, False, False)


@pytest.mark.parametrize("address", ["confirmed/nobody/", "nothing/student/", "paused/provider/"])
def test_a_mail_that_there_is_not_is_not_found(admin, address):
    assert admin.get(ROOT + address).status_code == 404


def test_reminders_and_the_centres_address_are_set_here(admin):
    admin.post(ROOT, {"reminder_hours": "1, 48,1", "centre_email": "desk@uni.test"})
    assert (community().reminder_hours, community().centre_email) == ([48, 1], "desk@uni.test")
    admin.post(ROOT, {"reminder_hours": "", "centre_email": ""})
    assert (community().reminder_hours, community().centre_email) == ([], "")


@pytest.mark.parametrize("hours", ["a day", "0", "24, 0.5", "500"])
def test_hours_that_are_none_are_refused(admin, hours):
    assert admin.post(ROOT, {"reminder_hours": hours}).status_code == 422
    assert community().reminder_hours == [24, 1]


def test_what_could_not_be_delivered_is_listed_with_its_reason(admin, place):
    page = admin.get(f"{ROOT}undelivered/").content.decode().replace("<wbr>", "")
    for words in ("@students.test", "Peer Mentoring with Talia", "550 No such person here"):
        assert words in page
    assert "One mail could not be delivered" in admin.get("/c/mentoring/manage/").content.decode()


def test_one_is_tried_again(admin, place, mailoutbox):
    answer = admin.post(f"{ROOT}undelivered/{place.undelivered.pk}/retry/", follow=True)
    assert "is tried again" in answer.content.decode()
    assert "Every mail has arrived" in answer.content.decode()
    drain()
    assert [mail.to for mail in mailoutbox] == [[place.student.email]]
    assert HistoryEntry.objects.filter(verb="tried message again").exists()
    again = admin.post(f"{ROOT}undelivered/{place.undelivered.pk}/retry/", follow=True)
    assert "on its way already" in again.content.decode()


def test_all_are_tried_again(admin, place, mailoutbox):
    Message.objects.create(
        key="second",
        community=place.community,
        address="uma@students.test",
        audience=Audience.STUDENT,
        kind=Kind.CONFIRMED,
        subject="Another",
        mail=pack(EmailMultiAlternatives("Another", "Hello", to=["uma@students.test"])),
        state=MessageState.GIVEN_UP,
    )
    answer = admin.post(f"{ROOT}undelivered/retry/", follow=True)
    assert "2 mails are tried again." in answer.content.decode()
    drain()
    assert len(mailoutbox) == 2
