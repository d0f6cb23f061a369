"""What became of what students were told, by what may have gone wrong with it."""

from collections import Counter
from collections.abc import Sequence
from statistics import quantiles

from tests.chaos.students import Meeting, Student, Told

# All of these are to be 0.
WRONG = (
    "lost",
    "doubled",
    "made_twice",
    "not_free_again",
    "untold",
    "told_twice",
    "reminders_missing_or_twice",
    "failed_tellings",
    "unsent",
    "lost_mails",
    "mails_sent_twice",
    "jobs_not_done",
    "left_open",
    "hosts_not_back",
)


def figures(told: dict, rows: dict, taken: Sequence[tuple[tuple[str, str], str]]) -> dict:
    """Everything that `make chaos` writes down, as plain numbers."""
    students: list[Student] = told.pop("acted")
    failing_from, came_back = told.pop("failing_from"), told.pop("came_back")
    acts = [act for student in students for act in student.told]
    meetings = [meeting for student in students for meeting in student.meetings]
    answers = sum((student.answers for student in students), Counter[str]())
    return {
        **told,
        "left_open": int(told["left_open"]),
        "hosts_not_back": int(not came_back),
        "requests": answers,
        "acknowledged": Counter(act.what for act in acts),
        "p95_calm": _p95([act for act in acts if act.begun < failing_from]),
        "p95_failing": _p95([act for act in acts if act.begun >= failing_from]),
        **_bookings(meetings, rows),
        **_mails(rows, taken),
        **{name: rows[name] for name in PASSED_ON},
    }


PASSED_ON = (
    "doubled",
    "not_free_again",
    "failed_tellings",
    "reminders",
    "jobs",
    "jobs_taken_over",
    "jobs_not_done",
)


def _p95(acts: Sequence[Told]) -> float:
    """Seconds from the first press to the yes, tries at hosts that did not answer among them."""
    seconds = [act.seconds for act in acts]
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else 0.0


def _bookings(meetings: Sequence[Meeting], rows: dict) -> dict:
    made = {row["key"]: row for row in rows["bookings"]}
    ours = {key: row for key, row in made.items() if not key.startswith("tomorrow ")}
    known = {meeting.key for meeting in meetings}
    lost = [meeting for meeting in meetings if is_lost(meeting, made.get(meeting.key))]
    return {
        "lost": len(lost),
        "which_are_lost": [f"{meeting} but {made.get(meeting.key)}" for meeting in lost],
        "made_twice": len(rows["bookings"]) - len(made),
        # Made all right, but by a try whose answer nobody got, after another try heard no.
        "made_unheard": sum(row["is_open"] for key, row in ours.items() if key not in known),
        "untold": sum(max(row["happened"] - row["told"], 0) for row in made.values()),
        "told_twice": sum(max(row["told"] - row["happened"], 0) for row in made.values()),
        "reminders_missing_or_twice": abs(rows["reminders"] - rows["reminders_wanted"]),
    }


def is_lost(meeting: Meeting, row: dict | None) -> bool:
    """Whether the rows say anything else than the last page that the student saw."""
    if row is None:
        return True
    if row["is_open"] != meeting.is_open:
        return not meeting.is_unanswered
    return meeting.is_open and tuple(row["time"]) not in {meeting.time, *meeting.elsewhere}


def _mails(rows: dict, taken: Sequence[tuple[tuple[str, str], str]]) -> dict:
    """Each message is one mail under one Message-ID, which may be repeated."""
    wanted = Counter((message["address"], message["subject"]) for message in rows["messages"])
    ids = {letter: {id_ for found, id_ in taken if found == letter} for letter, _id in taken}
    got = Counter({letter: len(found) for letter, found in ids.items()})
    return {
        "messages": len(rows["messages"]),
        "unsent": sum(message["state"] != "sent" for message in rows["messages"]),
        "lost_mails": (wanted - got).total(),
        "mails_sent_twice": (got - wanted).total(),
        "repeated_under_one_id": len(taken) - got.total(),
    }
