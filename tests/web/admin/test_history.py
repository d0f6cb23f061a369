"""The history page says what was done in words, whatever the code writes down."""

import ast
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

import visavis
from tests.factories.world import TESTER
from visavis.availability.enums import ChangeKind
from visavis.bookings.entries import VERBS as ENTRY_VERBS
from visavis.bookings.enums import EventKind
from visavis.bookings.events import ACCEPTED, HANDED_OVER
from visavis.bookings.holds import HOLD_VERBS
from visavis.communities.actions import change_settings
from visavis.core import clock, history
from visavis.core.history import SYSTEM
from visavis.core.models import HistoryEntry
from visavis.imports.enums import ImportKind
from visavis.people.enums import HourCycle, Role
from visavis.web.admin.history_things import THINGS
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_verbs import GROUPS, VERBS, verb_choices
from visavis.web.admin.history_words import in_words

PAGE = "/c/mentoring/manage/history/"

# What an expression within a verb can be, by its source.
VALUES = {
    "kind": ChangeKind.values,
    "change.kind": ChangeKind.values,
    "kept.kind": ChangeKind.values,
    "row.kind": ChangeKind.values,
    "role": Role.values,
    "membership.role": Role.values,
    "run.kind": ImportKind.values,
    "note.verb or kind.value": [*EventKind.values, ACCEPTED.verb, HANDED_OVER],
    "VERBS[kind]": ENTRY_VERBS.values(),
    "HOLD_VERBS[state]": HOLD_VERBS.values(),
}


def written_verbs():
    """Every verb that is handed to `history.record` anywhere in the code."""
    for path in Path(visavis.__file__).parent.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) in (
                        "history.record",
                        "history.entry",
                    ):
                        yield from meant(call.args[1], function)


def meant(expression, function):
    """The texts that the expression can be."""
    if isinstance(expression, ast.Constant):
        return [expression.value]
    if isinstance(expression, ast.IfExp):
        return meant(expression.body, function) + meant(expression.orelse, function)
    if isinstance(expression, ast.JoinedStr):
        texts = [""]
        for part in expression.values:
            value = part.value if isinstance(part, ast.FormattedValue) else part
            texts = [text + more for text in texts for more in meant(value, function)]
        return texts
    source = ast.unparse(expression)
    if source in VALUES:
        return list(VALUES[source])
    [assigned] = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == source
    ]
    return meant(assigned, function)


def test_every_verb_that_the_code_writes_has_its_words_and_no_other_has():
    assert sorted(set(written_verbs())) == sorted(VERBS)


def test_page_says_what_was_done_and_finds_it_by_those_words(admin, place):
    change_settings(place.community, {"weeks_ahead": 5}, by=SYSTEM)
    shown = admin.get("/c/mentoring/manage/history/").content.decode()
    assert "Changed the settings: Mentoring" in shown
    found = admin.get("/c/mentoring/manage/history/", {"q": "changed the settings"})
    assert {line.entry.verb for line in found.context["rows"]} == {"changed settings"}


def test_verb_of_an_older_version_is_shown_as_it_was_written(admin, place):
    change_settings(place.community, {"weeks_ahead": 5}, by=SYSTEM)
    place.community.refresh_from_db()
    entry = admin.get("/c/mentoring/manage/history/").context["rows"][0].entry
    entry.verb = "polished"
    entry.save(update_fields=["verb"])
    assert "polished: Mentoring" in admin.get("/c/mentoring/manage/history/").content.decode()


def test_hours_are_named_as_the_reader_is_used_to_see_them():
    entry = HistoryEntry(
        verb="removed hours",
        subject_type="weeklyblock",
        subject_label="Monday 600–720",
        before={"weekday": 0, "start_minute": 600, "end_minute": 720},
    )
    reader = HistoryReader(ZoneInfo("America/New_York"), HourCycle.TWELVE)
    assert in_words(entry, reader).subject == "Monday, 10:00 AM–12:00 PM"


def test_every_kind_of_thing_that_can_be_chosen_is_a_table():
    assert set(THINGS) <= {model._meta.model_name for model in apps.get_models()}


def test_every_kind_of_thing_of_this_world_can_be_chosen(cast):
    assert set(HistoryEntry.objects.values_list("subject_type", flat=True)) <= set(THINGS)


@pytest.fixture
def told(place):
    """Three entries, of 1, 2 and 3 April, and one of another community."""
    HistoryEntry.objects.all().delete()

    def entry(day, actor, verb, thing, community_id=place.community.pk, **values):
        return HistoryEntry.objects.create(
            at=datetime(2027, 4, day, 3, tzinfo=UTC),
            actor_label=actor,
            verb=verb,
            subject_type=thing,
            subject_id="1",
            subject_label=f"{thing} {day}",
            community_id=community_id,
            **values,
        )

    return [
        entry(1, "Ada A.", "changed settings", "community", before={"visible": True}, after={}),
        entry(2, "Ben <b>", "added closure", "closure", after={"reason": "=1+1"}, reason="Storm"),
        entry(3, "Ada A.", "removed closure", "closure", before={"reason": "x" * 300}),
        entry(3, "Ada A.", "removed closure", "closure", community_id=place.community.pk + 999),
    ]


# 03:00 UTC is the evening before in New York.
@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, [3, 2, 1]),
        ({"who": "ada"}, [3, 1]),
        ({"verb": "added closure"}, [2]),
        ({"thing": "closure"}, [3, 2]),
        ({"first": "2027-04-01"}, [3, 2]),
        ({"last": "2027-04-01"}, [2, 1]),
        ({"first": "2027-04-01", "last": "2027-04-01"}, [2]),
        ({"first": "2027-04-02", "last": "2027-04-01"}, []),
        ({"who": "ada", "thing": "closure", "q": "opened"}, [3]),
        ({"q": "storm"}, [2]),
        ({"q": "closed storm"}, [2]),
        ({"who": "nobody"}, []),
        ({"verb": "nonsense", "thing": "nonsense", "first": "nonsense", "page": "x"}, [3, 2, 1]),
        ({"first": "0001-01-01", "last": "9999-12-31"}, [3, 2, 1]),
        ({"who": "\0"}, []),
    ],
)
def test_history_is_narrowed_to_what_is_asked_and_the_file_holds_the_same_rows(
    admin, told, asked, days
):
    answer = admin.get(PAGE, asked)
    assert [line.entry.at.day for line in answer.context["rows"]] == days
    assert len(_file(admin, answer.context["export_url"])) == len(days)


def _file(client, url):
    body = b"".join(client.get(url).streaming_content).decode()
    return list(csv.DictReader(io.StringIO(body)))


def test_file_of_the_history_tells_before_and_after_whole_and_runs_no_formula(admin, told):
    removed, added, changed = _file(admin, f"{PAGE}export.csv")
    assert removed["Before"] == f"Reason: {'x' * 300}"
    assert changed["Before"].endswith(": yes")
    assert added == {
        "When": "2027-04-01 23:00:00-04:00",
        "Who": "Ben <b>",
        "What was done": "Closed the community",
        "Kind of thing": "Closure",
        "Thing": "closure 2",
        "Before": "",
        "After": "Reason: =1+1",
        "Reason": "Storm",
    }
    HistoryEntry.objects.filter(verb="added closure").update(actor_label="=cmd()")
    assert _file(admin, f"{PAGE}export.csv?verb=added+closure")[0]["Who"] == "'=cmd()"


def test_names_of_the_history_are_escaped_and_what_fits_nothing_says_so(admin, told):
    assert "Ben &lt;b&gt;" in admin.get(PAGE).content.decode()
    assert "Nothing fits" in admin.get(PAGE, {"who": "nobody"}).content.decode()


def test_long_history_comes_page_by_page_with_few_queries(
    admin, place, django_assert_max_num_queries
):
    now = clock.now()
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            at=now - timedelta(minutes=number),
            actor_label="Ada",
            verb="enrolled",
            subject_type="enrollment",
            subject_id=str(number),
            subject_label=f"Row {number}",
            community_id=place.community.pk,
            after={"name": f"Row {number}"},
        )
        for number in range(10_000)
    )
    for page in ("1", "200", "99999"):
        with django_assert_max_num_queries(12):
            rows = admin.get(PAGE, {"page": page, "who": "ada", "thing": "enrollment"}).context[
                "rows"
            ]
        assert len(rows) == 50
    with django_assert_max_num_queries(12):
        assert len(_file(admin, f"{PAGE}export.csv?who=ada")) == 10_000


def test_every_verb_can_be_chosen_once_under_the_name_of_a_group():
    chosen = [verb for _group, verbs in verb_choices() for verb, _words in verbs]
    assert sorted(chosen) == sorted(VERBS)
    assert [group for group, _verbs in verb_choices()] == [str(name) for name in GROUPS.values()]


def test_keys_of_other_rows_are_for_machines(admin, place):
    history.record(
        TESTER,
        "booking proposed",
        place.booking,
        community_id=place.community.pk,
        after={"proposal": "95af00b8-e8f2-4c91-9540-73680689800a", "by": "provider"},
    )
    shown = admin.get(f"/c/mentoring/manage/appointments/{place.booking.public_id}/")
    assert "95af00b8" not in shown.content.decode()
