"""Formats and their questions: changed, ordered, archived and brought back."""

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.errors import InvalidFormat, InvalidQuestion
from visavis.catalogue.formats import (
    add_question,
    all_formats,
    archive_format,
    archive_question,
    change_format,
    change_question,
    format_values,
    move_format,
    move_question,
    restore_format,
    restore_question,
)
from visavis.catalogue.questions import question_values
from visavis.communities.models import Community
from visavis.core.models import HistoryEntry
from visavis.core.seen import ChangedMeanwhile, write_seen

pytestmark = pytest.mark.django_db
ASKED = {"label": "What about?", "kind": QuestionKind.LONG_TEXT}


@pytest.fixture
def world():
    return make_world()


def names(world):
    return [one.name for one in all_formats(world.community)]


def asked(format_):
    return [one.label for one in format_.questions.filter(archived_at=None)]


def last_entry():
    return HistoryEntry.objects.latest("pk")


def test_change_is_written_with_what_differs_and_makes_kept_openings_old(world):
    version = Community.objects.get().version
    changed = change_format(world.format, {"minutes": 45, "name": world.format.name}, by=TESTER)
    assert changed.minutes == 45
    assert (last_entry().before, last_entry().after) == ({"minutes": 30}, {"minutes": 45})
    assert Community.objects.get().version == version + 1


def test_change_of_nothing_is_not_written_down(world):
    before = HistoryEntry.objects.count()
    change_format(world.format, format_values(world.format), by=TESTER)
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"minutes": 7}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"capacity": 0}, "capacity"),
        ({"name": ""}, "name"),
        ({"most_weeks": 99}, "most_weeks"),
        ({"repeats": "hourly"}, "repeats"),
        ({"buffer_after_minutes": 3}, "buffer_after_minutes"),
    ],
)
def test_what_does_not_fit_is_refused_by_column_and_nothing_is_written(world, values, column):
    before = format_values(world.format)
    with pytest.raises(InvalidFormat) as refused:
        change_format(world.format, {"description": "New", **values}, by=TESTER)
    assert list(refused.value.data) == [column]
    world.format.refresh_from_db()
    assert format_values(world.format) == before


def test_second_of_two_hears_what_the_first_changed(world):
    seen = write_seen(format_values(world.format))
    change_format(world.format, {"minutes": 45}, by=TESTER, seen=seen)
    with pytest.raises(ChangedMeanwhile) as refused:
        change_format(world.format, {"minutes": 60}, by=TESTER, seen=seen)
    assert refused.value.data == {"changed": ["minutes"]}


def test_archived_format_is_offered_no_more_and_comes_back_last(world):
    add_format(world.community, by=TESTER, name="Quick call", minutes=15)
    assert archive_format(world.format, by=TESTER, now=MONDAY)
    assert not archive_format(world.format, by=TESTER, now=MONDAY)
    assert names(world) == ["Quick call"]
    assert restore_format(world.format, by=TESTER)
    assert not restore_format(world.format, by=TESTER)
    assert names(world) == ["Quick call", world.format.name]


def test_order_changes_by_one_place_and_ends_at_the_ends(world):
    for name in ("B", "C"):
        add_format(world.community, by=TESTER, name=name, minutes=30)
    first, _second, third = all_formats(world.community)
    assert move_format(third, up=True, by=TESTER)
    assert names(world) == [first.name, "C", "B"]
    assert move_format(first, up=False, by=TESTER)
    assert names(world) == ["C", first.name, "B"]
    assert not move_format(all_formats(world.community)[0], up=True, by=TESTER)
    assert not move_format(list(all_formats(world.community))[-1], up=False, by=TESTER)


def test_questions_are_asked_in_their_order_until_they_are_archived(world):
    world.format.questions.all().delete()
    first = add_question(world.format, ASKED, by=TESTER)
    second = add_question(world.format, ASKED | {"label": "What else?"}, by=TESTER)
    assert move_question(second, up=True, by=TESTER)
    assert asked(world.format) == ["What else?", "What about?"]
    assert not move_question(first, up=False, by=TESTER)
    assert archive_question(second, by=TESTER, now=MONDAY)
    assert not archive_question(second, by=TESTER, now=MONDAY)
    assert asked(world.format) == ["What about?"]
    assert restore_question(second, by=TESTER)
    assert not restore_question(second, by=TESTER)
    assert asked(world.format) == ["What else?", "What about?"]


def test_choices_are_kept_once_each_and_only_where_something_is_chosen(world):
    choices = [" Essay ", "Thesis", "", "Essay"]
    values = ASKED | {"kind": QuestionKind.ONE_CHOICE, "choices": choices}
    question = add_question(world.format, values, by=TESTER)
    assert question.choices == ["Essay", "Thesis"]
    changed = change_question(question, {"kind": QuestionKind.SHORT_TEXT}, by=TESTER)
    assert changed.choices == []


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"label": ""}, "label"),
        ({"kind": "riddle"}, "kind"),
        ({"kind": QuestionKind.ONE_CHOICE, "choices": ["One"]}, "choices"),
        ({"kind": QuestionKind.ONE_CHOICE, "choices": [str(n) for n in range(51)]}, "choices"),
        ({"kind": QuestionKind.SEVERAL_CHOICES, "choices": ["A", "x" * 201]}, "choices"),
    ],
)
def test_question_that_cannot_be_asked_so_is_refused(world, values, column):
    before = world.format.questions.count()
    with pytest.raises(InvalidQuestion) as refused:
        add_question(world.format, ASKED | values, by=TESTER)
    assert list(refused.value.data) == [column]
    assert world.format.questions.count() == before


def test_second_of_two_who_change_a_question_hears_of_the_first(world):
    question = add_question(world.format, ASKED, by=TESTER)
    seen = write_seen(question_values(question))
    change_question(question, {"label": "About what?"}, by=TESTER, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        change_question(question, {"hint": "In a few words"}, by=TESTER, seen=seen)
