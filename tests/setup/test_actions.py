"""A community made after the model of another one: what comes along, and what stays behind."""

from datetime import date

import pytest

from tests.factories.world import TESTER, make_world
from visavis.availability.models import Term
from visavis.availability.terms import Days, add_term
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import QuestionKind, Repeats
from visavis.catalogue.log_questions import (
    add_log_question,
    log_questions,
    set_log_question_archived,
)
from visavis.catalogue.models import FormatQuestion, LogQuestion
from visavis.catalogue.questions import question_values
from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community
from visavis.core import clock
from visavis.notifications.actions import change_text
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.models import MailText
from visavis.notifications.texts import find_texts
from visavis.setup.actions import found_community_like

pytestmark = pytest.mark.django_db
ASKED = [
    {"label": "What about?", "kind": QuestionKind.LONG_TEXT, "is_required": True},
    {"label": "Which topics?", "kind": QuestionKind.ONE_CHOICE, "choices": ["Essay", "Thesis"]},
]


def founded(model):
    return found_community_like(model, slug="new", name="New", timezone="UTC", by=TESTER)


def asked_of(format_):
    return [
        (one.label, one.kind, one.is_required, one.choices, one.position)
        for one in FormatQuestion.objects.filter(format=format_)
    ]


def test_formats_come_with_the_questions_that_are_still_asked():
    world = make_world()
    weekly = add_format(
        world.community,
        by=TESTER,
        name="Weekly hour",
        minutes=60,
        repeats=Repeats.WEEKLY,
        most_weeks=8,
        capacity=3,
        questions=ASKED,
    )
    FormatQuestion.objects.filter(label="What about?").update(archived_at=clock.now())
    made = founded(world.community).formats.get(name="Weekly hour")
    assert (made.minutes, made.repeats, made.most_weeks, made.capacity) == (60, "weekly", 8, 3)
    kept = [question for question in asked_of(weekly) if question[0] != "What about?"]
    assert asked_of(made) == [(*kept[0][:-1], 0)]


def test_archived_format_stays_behind():
    world = make_world()
    world.community.formats.update(archived_at=clock.now())
    assert not founded(world.community).formats.exists()


def test_terms_come_with_their_breaks():
    model = make_world().community
    days = Days("Spring", date(2027, 1, 18), date(2027, 5, 7))
    recess = Days("Recess", date(2027, 3, 15), date(2027, 3, 19))
    add_term(model, days, breaks=[recess], by=TESTER)
    term = Term.objects.get(community=founded(model))
    assert (term.name, term.first, term.last) == ("Spring", days.first, days.last)
    assert [(one.name, one.first) for one in term.breaks.all()] == [("Recess", recess.first)]


def test_mail_texts_come_along_and_defaults_are_not_kept():
    model = make_world().community
    change_text(
        model,
        Kind.CONFIRMED,
        Audience.STUDENT,
        subject="See you soon",
        body="Bring your notes.",
        is_on=True,
        by=TESTER,
    )
    made = founded(model)
    assert find_texts(made) == find_texts(model)
    assert MailText.objects.filter(community=made).count() == 1


def test_nobody_and_nothing_of_the_model_s_own_comes_along():
    world = make_world()
    world.provider("Talia")
    world.student("Sam")
    made = founded(world.community)
    assert not made.providers.exists()
    assert not made.services.exists()
    assert not made.memberships.exists()
    assert [place.name for place in made.locations.all()] == ["Main office"]


def test_what_is_refused_leaves_nothing():
    model = make_world().community
    before = Community.objects.count()
    with pytest.raises(InvalidSetting, match="no time zone"):
        found_community_like(model, slug="new", name="New", timezone="Atlantis", by=TESTER)
    assert Community.objects.count() == before


def test_what_the_log_asks_comes_along_in_its_order_but_for_what_is_archived():
    model = make_world().community
    for values in ASKED:
        add_log_question(model, values, by=TESTER)
    gone = add_log_question(model, {**ASKED[0], "label": "Asked no more"}, by=TESTER)
    set_log_question_archived(gone, archived=True, by=TESTER, now=clock.now())
    made = founded(model)
    assert [question_values(one) for one in log_questions(made)] == [
        question_values(one) for one in log_questions(model)
    ]
    assert [one.label for one in LogQuestion.objects.filter(community=made)] == [
        "What about?",
        "Which topics?",
    ]
