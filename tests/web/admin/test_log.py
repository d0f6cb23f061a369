"""What the log asks, on the administrator's page."""

import pytest

from tests.factories.world import TESTER
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.log_questions import add_log_question
from visavis.catalogue.models import LogQuestion
from visavis.communities.models import Community

pytestmark = pytest.mark.django_db
ROOT = "/c/mentoring/manage/log/"


def text(answer):
    return " ".join(answer.content.decode().split())


def question(**more):
    typed = {"label": "Worked on?", "hint": "", "kind": "several_choices", "choices": "A\nB"}
    return typed | more


@pytest.fixture
def asked(place):
    values = {"label": "What next?", "kind": QuestionKind.LONG_TEXT}
    return add_log_question(place.community, values, by=TESTER)


def test_log_is_switched_on_and_off(admin, place):
    told = text(admin.post(f"{ROOT}switch/", {"on": "1"}, follow=True))
    assert "From now on each meeting waits for its log." in told
    assert Community.objects.get(pk=place.community.pk).asks_log
    admin.post(f"{ROOT}switch/", {"off": "1"})
    assert not Community.objects.get(pk=place.community.pk).asks_log


def test_question_is_previewed_added_and_shown_as_it_is_asked(admin):
    assert 'type="checkbox"' in text(admin.post(f"{ROOT}questions/preview/", question()))
    told = text(admin.post(f"{ROOT}questions/new/", question(), follow=True))
    assert "The log asks this from now on." in told
    assert LogQuestion.objects.get(label="Worked on?").choices == ["A", "B"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"label": ""}, "Write what you ask."),
        ({"kind": "file"}, "file"),
        ({"choices": "A"}, "Name at least two choices"),
    ],
)
def test_question_that_does_not_fit_comes_back_with_a_sentence(admin, more, sentence):
    answer = admin.post(f"{ROOT}questions/new/", question(**more))
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not LogQuestion.objects.filter(label="Worked on?").exists()


def test_question_is_changed_and_the_second_of_two_is_told(admin, asked):
    page = f"{ROOT}questions/{asked.pk}/"
    seen = admin.get(page).context["form"]["seen"].value()
    assert admin.post(page, question(seen=seen)).status_code == 302
    told = admin.post(page, question(label="Mine?", seen=seen))
    assert (told.status_code, "Somebody else has changed this" in text(told)) == (422, True)


def test_question_is_archived_and_asked_again(admin, asked):
    page = f"{ROOT}questions/{asked.pk}/archiving/"
    assert "Asked no more" in text(admin.post(page, follow=True))
    assert "Asked no more" not in text(admin.post(page, {"restore": "1"}, follow=True))
