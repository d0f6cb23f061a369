"""The administrator's pages of formats and their questions."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.world import TESTER
from visavis.catalogue.actions import add_format
from visavis.catalogue.formats import change_format
from visavis.catalogue.models import AppointmentFormat, FormatQuestion

pytestmark = pytest.mark.django_db
ROOT = "/c/mentoring/manage/formats/"


def text(answer):
    return " ".join(answer.content.decode().split())


def typed(**more):
    return {
        "name": "Long talk",
        "description": "",
        "minutes": "60",
        "capacity": "1",
        "repeats": "single",
        "most_weeks": "12",
        "meeting_kinds": ["in_person", "online"],
        "auto_confirm": "False",
        "buffer_before_minutes": "",
        "buffer_after_minutes": "10",
    } | more


def question(**more):
    return {"label": "Which topic?", "hint": "", "kind": "one_choice", "choices": "A\r\nB"} | more


def test_format_on_request_is_added_and_leads_to_its_questions(admin, place):
    answer = admin.post(f"{ROOT}new/", typed(name="Ask first"), follow=True)
    made = AppointmentFormat.objects.get(name="Ask first")
    assert answer.redirect_chain == [(f"{ROOT}{made.pk}/questions/", 302)]
    assert (made.auto_confirm, made.minutes, made.buffer_after_minutes) == (False, 60, 10)
    assert "on request" in text(admin.get(ROOT))
    learn = text(admin.get("/c/mentoring/learn/"))
    assert "Ask first" in learn


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "Give it the name that stands on its button."),
        ({"minutes": "7"}, "steps of five minutes"),
        ({"minutes": ""}, "Say how many minutes it takes."),
        ({"capacity": "0"}, "1"),
        ({"meeting_kinds": []}, "Tick at least one"),
        ({"meeting_kinds": ["moon"]}, "moon"),
        ({"repeats": "hourly"}, "hourly"),
        ({"most_weeks": "99"}, "16"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(admin, more, sentence):
    before = AppointmentFormat.objects.count()
    answer = admin.post(f"{ROOT}new/", typed(**more))
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert AppointmentFormat.objects.count() == before


CHANGED = "Somebody else has changed this since you opened it."


def test_second_of_two_is_told_what_changed_keeps_the_typing_and_may_insist(admin, place):
    format_ = place.question.format
    page = f"{ROOT}{format_.pk}/"
    seen = admin.get(page).context["form"]["seen"].value()
    change_format(format_, {"minutes": 45, "meeting_kinds": ["phone"]}, by=TESTER)
    told = admin.post(page, shown(seen) | {"minutes": "90"})
    assert told.status_code == 422
    form = told.context["form"]
    assert form.non_field_errors() == [
        f"{CHANGED} What you typed is still here; save again if yours shall stand.",
        "Changed: Where it may take place.",
    ]
    assert form.errors["minutes"] == ["Changed by both of you. Stored by now: “45”. Yours: “90”."]
    assert (form["minutes"].value(), form["meeting_kinds"].value()) == ("90", ["phone"])
    assert admin.post(page, shown_in(form)).status_code == 302
    format_.refresh_from_db()
    assert (format_.minutes, format_.meeting_kinds) == (90, ["phone"])


@pytest.mark.parametrize(
    ("theirs", "field"),
    [
        ({"name": "Their name"}, "name"),
        ({"auto_confirm": False}, "auto_confirm"),
        ({"buffer_after_minutes": 10}, "buffer_after_minutes"),
        ({"description": "One line.\nAnother."}, "description"),
    ],
)
def test_what_only_the_other_changed_is_kept_when_one_saves_again(admin, place, theirs, field):
    format_ = place.question.format
    page = f"{ROOT}{format_.pk}/"
    opened = shown(admin.get(page).context["form"]["seen"].value())
    change_format(format_, theirs, by=TESTER)
    told = admin.post(page, opened | {"capacity": "3"})
    form = told.context["form"]
    assert (told.status_code, list(form.errors)) == (422, ["__all__"])
    assert "What you changed is still here; save again to keep both." in text(told)
    assert admin.post(page, shown_in(form)).status_code == 302
    format_.refresh_from_db()
    assert (getattr(format_, field), format_.capacity) == (theirs[field], 3)


def shown(seen):
    """What a browser sends of a form that was opened and left as it is."""
    values = json.loads(seen)
    sent = {name: "" if value is None else value for name, value in values.items()}
    return sent | {"auto_confirm": str(values["auto_confirm"]), "seen": seen}


def shown_in(form):
    """What a browser sends of a form that came back."""
    return {field.html_name: "" if (value := field.value()) is None else value for field in form}


def test_format_is_archived_after_a_question_and_comes_back(admin, place):
    page = f"{ROOT}{place.question.format_id}/archiving/"
    assert "Archive “Long talk”?" in text(admin.get(page))
    told = text(admin.post(page, follow=True))
    assert "“Long talk” is archived." in told
    assert "Long talk" not in text(admin.get("/c/mentoring/learn/"))
    admin.post(page, {"restore": "1"})
    assert "Long talk" in text(admin.get("/c/mentoring/learn/"))


def test_order_of_formats_is_changed_on_the_page(admin, place):
    before = [one.name for one in admin.get(ROOT).context["formats"]]
    last = admin.get(ROOT).context["formats"][-1]
    admin.post(f"{ROOT}{last.pk}/position/", {"up": "1"})
    after = [one.name for one in admin.get(ROOT).context["formats"]]
    assert after == [*before[:-2], before[-1], before[-2]]


def test_question_is_previewed_added_and_asked(admin, place):
    root = f"{ROOT}{place.question.format_id}/questions/"
    seen = text(admin.post(f"{root}preview/", question()))
    assert "Which topic?" in seen
    assert 'type="radio"' in seen
    assert "Write a question, and it stands here." in text(admin.post(f"{root}preview/", {}))
    answer = text(admin.post(f"{root}new/", question(), follow=True))
    assert "Students are asked this from now on." in answer
    added = FormatQuestion.objects.get(label="Which topic?")
    assert added.choices == ["A", "B"]


def test_preview_without_a_script_writes_nothing(admin, place):
    root = f"{ROOT}{place.question.format_id}/questions/"
    answer = admin.post(f"{root}new/", question(preview="1"))
    assert "Which topic?" in text(answer)
    assert not FormatQuestion.objects.filter(label="Which topic?").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"label": ""}, "Write what you ask."),
        ({"choices": "A"}, "Name at least two choices, each on a line of its own."),
        ({"kind": "riddle"}, "riddle"),
        ({"kind": ""}, "Choose how it is answered."),
    ],
)
def test_question_that_does_not_fit_comes_back_with_a_sentence(admin, place, more, sentence):
    root = f"{ROOT}{place.question.format_id}/questions/"
    answer = admin.post(f"{root}new/", question(**more))
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not FormatQuestion.objects.filter(label="Which topic?").exists()


def test_question_is_changed_archived_and_asked_again(admin, place):
    page = f"{ROOT}{place.question.format_id}/questions/{place.question.pk}/"
    seen = admin.get(page).context["form"]["seen"].value()
    sent = question(label="About what?", kind="short_text", choices="", seen=seen)
    assert admin.post(page, sent).status_code == 302
    place.question.refresh_from_db()
    assert (place.question.label, place.question.kind) == ("About what?", "short_text")
    admin.post(f"{page}archiving/")
    assert "Asked no more" in text(admin.get(f"{ROOT}{place.question.format_id}/questions/"))
    admin.post(f"{page}archiving/", {"restore": "1"})
    place.question.refresh_from_db()
    assert place.question.archived_at is None


def test_what_is_typed_is_shown_as_text(admin, place):
    root = f"{ROOT}{place.question.format_id}/questions/"
    admin.post(f"{root}new/", question(label="<script>alert(1)</script>"))
    page = admin.get(root).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_list_costs_as_many_queries_for_forty_formats_as_for_three(admin, place):
    few = queries_of(admin)
    for number in range(40):
        add_format(place.community, by=TESTER, name=f"F {number}", minutes=30)
    assert queries_of(admin) == few


def queries_of(client):
    with CaptureQueriesContext(connection) as seen:
        client.get(ROOT)
    return len(seen)
