"""`visavis community`."""

import pytest

from visavis.availability.models import Location
from visavis.catalogue.models import AppointmentFormat, FormatQuestion
from visavis.communities.models import Community

pytestmark = pytest.mark.django_db
CREATE = ("community", "create", "--slug", "writing", "--name", "Writing Centre")
COURSE_FIRST = ("--preset", "course-first", "--timezone", "Europe/London")


def test_created_community_has_its_presets_format_and_a_place(visavis):
    answer = visavis(*CREATE, *COURSE_FIRST, "--json")
    shown = answer.json
    settings = shown.pop("settings")
    assert (answer.status, shown) == (
        0,
        {
            "slug": "writing",
            "name": "Writing Centre",
            "preset": "course-first",
            "timezone": "Europe/London",
        },
    )
    assert (settings["weeks_ahead"], settings["provider"]) == (12, ["Tutor", "Tutors"])
    assert list(AppointmentFormat.objects.values_list("name", "minutes", "auto_confirm")) == [
        ("Schedule an Appointment", 60, True)
    ]
    assert list(Location.objects.values_list("name", "hours", "capacity")) == [
        ("Main office", [], None)
    ]


@pytest.mark.parametrize(
    ("preset", "label"),
    [
        ("provider-first", "What would you like to talk about?"),
        ("course-first", "What would you like to work on?"),
    ],
)
def test_created_community_asks_one_question_that_may_be_left_open(visavis, preset, label):
    visavis(*CREATE, "--preset", preset, "--timezone", "Europe/London")
    asked = FormatQuestion.objects.values_list("label", "kind", "is_required")
    assert list(asked) == [(label, "long_text", False)]


def test_created_community_says_what_the_guide_begins_with(visavis):
    answer = visavis(*CREATE, *COURSE_FIRST)
    assert answer.stdout.endswith("Next: visavis import courses FILE --community writing\n")


def test_taken_short_name_is_refused(visavis):
    visavis(*CREATE, *COURSE_FIRST)
    answer = visavis(*CREATE, *COURSE_FIRST, "--json")
    assert (answer.status, answer.json["refused"]) == (1, "community_exists")
    assert Community.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (("--timezone", "Mars/Olympus"), "Mars/Olympus"),
        (("--slug", "two words"), "slug"),
        (("--name", ""), "name"),
    ],
)
def test_community_that_cannot_be_is_refused_with_what_is_wrong(visavis, changed, word):
    answer = visavis(*CREATE, *COURSE_FIRST, *changed)
    assert (answer.status, answer.stdout, word in answer.stderr) == (1, "", True)
    assert not Community.objects.exists()


def test_short_name_that_is_none_is_refused_in_our_words(visavis):
    changed = [*CREATE[:3], "Writing Centre!", *CREATE[4:]]
    answer = visavis(*changed, *COURSE_FIRST)
    assert "slug: A short name holds letters without accents" in answer.stderr


def test_unknown_preset_is_wrong_usage(visavis):
    answer = visavis(*CREATE, "--preset", "people", "--timezone", "UTC")
    assert (answer.status, "provider-first" in answer.stderr) == (2, True)


def test_list_names_every_community(visavis):
    assert "No community has been made yet" in visavis("community", "list").stdout
    visavis(*CREATE, *COURSE_FIRST)
    assert visavis("community", "list").lines == [
        ["SLUG", "NAME", "PRESET", "TIMEZONE"],
        ["writing", "Writing Centre", "course-first", "Europe/London"],
    ]
    assert visavis("community", "list", "--json").json == {
        "communities": [
            {
                "slug": "writing",
                "name": "Writing Centre",
                "preset": "course-first",
                "timezone": "Europe/London",
            }
        ]
    }


def test_settings_are_shown_as_they_can_be_set(visavis):
    visavis(*CREATE, *COURSE_FIRST)
    rows = visavis("community", "show", "writing").lines
    assert ["allowed_minutes", "0,30"] in rows
    assert ["provider", "Tutor|Tutors"] in rows
    assert ["student_weekly_limit_minutes", "none"] in rows
    assert ["edit_services", "yes"] in rows


def test_settings_and_words_are_changed_together(visavis):
    visavis(*CREATE, *COURSE_FIRST)
    answer = visavis(
        *("community", "set", "writing", "lead_time_hours=1.5", "allowed_minutes=0,15"),
        "provider=Writing Coach|Writing Coaches",
    )
    assert (answer.status, answer.stdout.splitlines()) == (
        0,
        [
            "lead_time_hours = 1.5",
            "allowed_minutes = 0,15",
            "provider = Writing Coach|Writing Coaches",
        ],
    )
    community = Community.objects.get()
    assert (community.lead_time_minutes, community.allowed_minutes) == (90, [0, 15])


@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        (["weeks_ahead=4", "colour=red"], "There are: name, description"),
        (["weeks_ahead=4", "lead_time_hours=inf"], "lead_time_hours"),
        (["weeks_ahead=4", "lead_time_hours=nan"], "lead_time_hours"),
        (["weeks_ahead=4", "lead_time_hours=-1"], "lead_time_hours: -1 hours do not fit"),
        (["weeks_ahead=4", "lead_time_hours=0.05"], "lead_time_hours: 3 minutes do not fit"),
        (["weeks_ahead=4", "name="], "name: This is missing. Fill it in."),
        (["weeks_ahead=4", "allowed_minutes=7"], "steps of five"),
        (["weeks_ahead=4", "allowed_minutes="], "allowed_minutes"),
        (["weeks_ahead=4", "timezone=Mars"], "Mars"),
        (["weeks_ahead=99999999999999999999"], "weeks_ahead"),
        (["student_open_bookings_limit=99999999999999999999"], "student_open_bookings_limit"),
        (["weeks_ahead=4", "edit_services=perhaps"], "perhaps"),
        (["weeks_ahead=4", "provider=Coach"], "plural"),
        (["weeks_ahead=4", "pick_service=Select {foo}"], "{foo}"),
        (["weeks_ahead=4", "accent=beige"], "teal"),
    ],
)
def test_setting_that_does_not_fit_changes_nothing(visavis, pairs, word):
    visavis(*CREATE, *COURSE_FIRST)
    answer = visavis("community", "set", "writing", *pairs)
    assert (answer.status, answer.stdout, word in answer.stderr) == (1, "", True)
    assert Community.objects.get().weeks_ahead == 12


def test_pair_without_equals_sign_is_wrong_usage(visavis):
    visavis(*CREATE, *COURSE_FIRST)
    answer = visavis("community", "set", "writing", "weeks_ahead")
    assert (answer.status, "key=value" in answer.stderr) == (2, True)


def test_unknown_community_is_refused_with_those_there_are(visavis):
    visavis(*CREATE, *COURSE_FIRST)
    answer = visavis("community", "show", "reading", "--json")
    assert (answer.status, answer.json) == (
        1,
        {
            "refused": "unknown_community",
            "message": "There is no community “reading”. There are: writing.",
        },
    )
