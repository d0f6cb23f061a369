"""`visavis slots`, `explain` and `book`: the contract's JSON, word for word."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, make_world
from visavis.bookings.models import Answer, Booking
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import FormatQuestion

pytestmark = pytest.mark.django_db
NOW = ("--now", "2027-02-15T13:00:00Z")  # Monday, 8:00 in New York
ABOUT = ("--community", "mentoring", "--service", "all available peer mentoring")
TEN = ("--start", "2027-02-15T15:00:00Z")


@pytest.fixture
def world():
    made = make_world()
    made.talia = made.provider()
    made.sam = made.student()
    return made


@pytest.fixture
def book(visavis):
    """Book ten o'clock with Talia for Sam; further arguments change or add."""

    def run(*arguments):
        wish = ("--student", "sam@students.test", "--provider", "talia@uni.test", *TEN)
        return visavis("book", *ABOUT, *NOW, *wish, *arguments)

    return run


def slot(start, end, *emails, seats=None):
    return {
        "start": f"2027-02-15T{start}:00Z",
        "end": f"2027-02-15T{end}:00Z",
        "providers": list(emails),
        "seats_left": len(emails) if seats is None else seats,
    }


def test_slots_are_instants_in_utc_with_everybody_who_is_free(visavis, world):
    kim = world.provider("Kim", hours=False)
    visavis(
        *("hours", "add", "--provider", kim.user.email, "--day", "Mon"),
        *("--start", "16:00", "--end", "17:00"),
    )
    answer = visavis("slots", *ABOUT, *NOW, "--days", "1", "--json")
    both = ("kim@uni.test", "talia@uni.test")
    assert (answer.status, answer.json["timezone"]) == (0, "America/New_York")
    assert answer.json["slots"][:1] == [slot("14:00", "14:30", "talia@uni.test")]
    assert answer.json["slots"][-2:] == [
        slot("21:00", "21:30", *both),
        slot("21:30", "22:00", *both),
    ]
    assert len(answer.json["slots"]) == 16


def test_slots_begin_today_and_run_for_fourteen_days(visavis, world):
    shown = visavis("slots", *ABOUT, *NOW, "--json").json["slots"]
    assert (shown[0]["start"], shown[-1]["start"]) == (
        "2027-02-15T14:00:00Z",
        "2027-02-26T21:30:00Z",
    )


def test_slots_count_local_dates_of_the_community(visavis, world):
    """At 20:00 on Sunday in New York it is Monday already in UTC."""
    arguments = ("--now", "2027-02-15T01:00:00Z", "--days", "1", "--json")
    assert visavis("slots", *ABOUT, *arguments).json["slots"] == []


def test_slots_for_people_are_a_table_in_local_time(visavis, world):
    answer = visavis("slots", *ABOUT, *NOW, "--days", "1")
    assert answer.stdout.splitlines()[:3] == [
        "All available Peer Mentoring, Schedule a Meeting: times in America/New_York",
        "DAY             START  PEER MENTORS",
        "Mon 2027-02-15  09:00  talia@uni.test",
    ]


def test_no_slots_are_said_in_words(visavis, world):
    arguments = ("--from", "2027-02-20", "--days", "2")
    answer = visavis("slots", *ABOUT, *NOW, *arguments)
    assert (answer.status, answer.stdout.splitlines()[-1]) == (
        0,
        "Nothing is free in 2 days from 2027-02-20.",
    )


def test_booking_answers_with_the_contracts_shape(book, world):
    answer = book("--json")
    assert (answer.status, answer.json) == (
        0,
        {
            "booking": str(Booking.objects.get().public_id),
            "state": "confirmed",
            "start": "2027-02-15T15:00:00Z",
            "end": "2027-02-15T15:30:00Z",
            "provider": "talia@uni.test",
            "location": "Main office",
        },
    )


def test_second_booking_of_a_time_is_refused_with_the_nearest_others(book, world):
    world.student("Kim")
    assert book().status == 0
    for student in ("sam@students.test", "kim@students.test"):
        answer = book("--student", student, "--json")
        assert answer.status == 1
        assert answer.json == {
            "refused": "slot_taken",
            "message": "The Peer Mentor has another meeting then.",
            "alternatives": [
                slot("14:00", "14:30", "talia@uni.test"),
                slot("14:30", "15:00", "talia@uni.test"),
                slot("15:30", "16:00", "talia@uni.test"),
                slot("16:00", "16:30", "talia@uni.test"),
                slot("16:30", "17:00", "talia@uni.test"),
            ],
        }
    assert Booking.objects.count() == 1


def test_refusal_for_people_is_a_sentence_on_stderr(book, world):
    book()
    answer = book()
    assert (answer.status, answer.stdout) == (1, "")
    assert answer.stderr.splitlines()[0] == "The Peer Mentor has another meeting then."
    assert "Mon 2027-02-15 09:00 (America/New_York)" in answer.stderr


def test_one_key_is_one_booking(book, world):
    first, again = book("--key", "one wish", "--json"), book("--key", "one wish", "--json")
    assert (first.status, again.status) == (0, 0)
    assert first.json == again.json
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("--start", "2027-02-15T13:30:00Z"), "outside_hours"),
        (("--start", "2027-02-15T15:10:00Z"), "minute_not_allowed"),
        (("--start", "2027-02-08T15:00:00Z"), "lead_time"),
        (("--start", "2028-02-15T15:00:00Z"), "beyond_horizon"),
        (("--provider", "nobody@uni.test"), "unknown_provider"),
        (("--student", "nobody@students.test"), "unknown_person"),
        (("--service", "CHEM1301"), "unknown_service"),
        (("--location", "The moon"), "unknown_location"),
        (("--format", "A dance"), "unknown_format"),
        (("--community", "reading"), "unknown_community"),
        (("--answer", "Colour=red"), "invalid_answer"),
    ],
)
def test_refusals_bear_their_codes_and_write_nothing(book, world, changed, code):
    answer = book(*changed, "--json")
    assert (answer.status, answer.json["refused"], set(answer.json)) == (
        1,
        code,
        {"refused", "message"},
    )
    assert not Booking.objects.exists()


def test_own_meeting_of_the_student_is_told_after_the_providers(book, world):
    """Sam is busy; Talia is not: then it is Sam's reason that counts."""
    world.provider("Kim")
    assert book("--provider", "kim@uni.test").status == 0
    assert book("--json").json["refused"] == "student_conflict"


def test_answers_are_kept_and_required_ones_not_asked(book, world):
    FormatQuestion.objects.create(
        format=world.format,
        label="What is it about?",
        kind=QuestionKind.LONG_TEXT,
        is_required=True,
    )
    FormatQuestion.objects.create(
        format=world.format,
        label="Materials",
        kind=QuestionKind.SEVERAL_CHOICES,
        choices=["Laptop", "Notes", "Draft"],
    )
    assert book("--answer", "materials=Laptop|Notes").status == 0
    assert list(Answer.objects.values_list("label", "value")) == [
        ("Materials", ["Laptop", "Notes"])
    ]


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("Materials=Pony", "Pony"),
        ("Paper=x", "a file can be given on the page only"),
        ("Title=" + "x" * 41, "41 characters"),
        ("Nonsense=1", "“Materials”, “Paper”, “Title”"),
    ],
)
def test_answer_that_does_not_fit_is_refused(book, world, answer, word):
    for label, kind, more in (
        ("Materials", QuestionKind.SEVERAL_CHOICES, {"choices": ["Laptop"]}),
        ("Paper", QuestionKind.FILE, {}),
        ("Title", QuestionKind.SHORT_TEXT, {"max_length": 40}),
    ):
        FormatQuestion.objects.create(format=world.format, label=label, kind=kind, **more)
    told = book("--answer", answer)
    assert (told.status, word in told.stderr) == (1, True)
    assert not Booking.objects.exists()


def test_offered_time_is_explained_as_offered(visavis, world):
    answer = visavis("explain", *ABOUT, *NOW, *TEN, "--json")
    assert (answer.status, answer.json) == (
        0,
        {
            "timezone": "America/New_York",
            "start": "2027-02-15T15:00:00Z",
            "offered": True,
            "reasons": [],
            "verdicts": [
                {
                    "provider": "talia@uni.test",
                    "location": "Main office",
                    "offered": True,
                    "reasons": [],
                }
            ],
        },
    )


def test_every_rule_against_a_time_is_explained_in_order(visavis, book, world):
    book()
    asked = ("--start", "2027-02-15T15:10:00Z", "--student", "sam@students.test")
    reasons = visavis("explain", *ABOUT, *NOW, *asked, "--json").json["reasons"]
    assert reasons == [
        {"code": "provider_busy", "message": "The Peer Mentor has another meeting then."},
        {
            "code": "minute_not_allowed",
            "message": "Meetings start at :00, :30 past the hour only.",
        },
        {"code": "student_conflict", "message": "You have another meeting at that time."},
    ]


def test_explanation_says_when_nobody_gives_the_service(visavis):
    make_world()
    told = visavis("explain", *ABOUT, *NOW, *TEN, "--json").json
    assert (told["offered"], told["verdicts"], told["reasons"]) == (
        False,
        [],
        [
            {
                "code": "not_certified",
                "message": "No Peer Mentor gives All available Peer Mentoring yet.",
            }
        ],
    )


def test_explanation_for_people_names_the_rule(visavis, world):
    answer = visavis("explain", *ABOUT, *NOW, "--start", "2027-02-15T13:30:00Z")
    assert answer.stdout.splitlines() == [
        "Mon 2027-02-15 08:30 (America/New_York) is not offered.",
        "  The time lies outside the hours of the Peer Mentor. (outside_hours)",
    ]


@pytest.mark.parametrize("command", ["slots", "explain"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "3/4/2027"),
        ("--from", "2027-02-30"),
        ("--from", "tomorrow"),
        ("--from", "9999-12-31"),
        ("--from", "0001-01-01"),
        ("--days", "0"),
        ("--days", "99999999"),
        ("--days", "two"),
        ("--now", "2027-02-15"),
        ("--now", "2027-02-15T13:00:00"),
        ("--now", "9999-12-31T23:59:59Z"),
        ("--now", "0001-01-01T00:00:00+14:00"),
        ("--now", "noon"),
    ],
)
def test_what_is_no_date_or_instant_is_wrong_usage(visavis, world, command, arguments):
    more = TEN if command == "explain" else ()
    answer = visavis(command, *ABOUT, *NOW, *more, *arguments)
    assert (answer.status, answer.stdout, arguments[0] in answer.stderr) == (2, "", True)


@pytest.mark.parametrize(
    "start", ["2027-02-15T15:00:00", "2027-02-15", "15:00", "", "2027-13-01T00:00:00Z"]
)
def test_start_without_zone_or_sense_is_wrong_usage(book, world, start):
    answer = book("--start", start)
    assert (answer.status, answer.stdout, "--start" in answer.stderr) == (2, "", True)


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_key_of_the_wrong_length_is_wrong_usage(book, world, key):
    answer = book("--key", key)
    assert (answer.status, "--key" in answer.stderr) == (2, True)


def test_start_with_seconds_is_never_offered(book, world):
    answer = book("--start", "2027-02-15T15:00:01Z", "--json")
    assert (answer.status, answer.json["refused"]) == (1, "minute_not_allowed")


def test_start_with_an_offset_is_the_same_instant(book, world):
    assert book("--start", "2027-02-15T10:00:00-05:00", "--json").json["start"] == (
        (MONDAY + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    )


def test_booking_is_moved_and_keeps_its_id(visavis, book, world):
    made = book("--json").json
    answer = visavis("move", made["booking"], *NOW, "--start", "2027-02-15T16:00:00Z", "--json")
    assert (answer.status, answer.json) == (
        0,
        made | {"start": "2027-02-15T16:00:00Z", "end": "2027-02-15T16:30:00Z"},
    )
    said = visavis("move", made["booking"], *NOW, *TEN).stdout
    assert said == (
        "Moved (confirmed): Sam Example with Talia Example, "
        "Mon 2027-02-15 10:00 (America/New_York), "
        f"{world.location.name}.\n"
    )


def test_move_to_a_time_that_is_gone_names_others_and_changes_nothing(visavis, book, world):
    kim = world.student("Kim")
    made = book("--json").json
    world.book(world.talia, kim, MONDAY + timedelta(hours=3))
    to_eleven = ("--start", "2027-02-15T16:00:00Z")
    answer = visavis("move", made["booking"], *NOW, *to_eleven, "--json")
    assert (answer.status, answer.json["refused"]) == (1, "slot_taken")
    assert answer.json["alternatives"]
    unmoved = Booking.objects.get(public_id=made["booking"])
    assert unmoved.appointment.start == MONDAY + timedelta(hours=2)


def test_booking_that_is_none_is_told(visavis, world):
    nobody = "00000000-0000-4000-8000-000000000000"
    unknown = visavis("move", nobody, *TEN, "--json")
    assert (unknown.status, unknown.json["refused"]) == (1, "unknown_booking")
    wrong = visavis("move", "ten o’clock", *TEN)
    assert (wrong.status, "BOOKING" in wrong.stderr) == (2, True)
