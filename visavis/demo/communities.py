"""What the two communities of the demo school are: words, settings, formats, questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import MeetingKind, QuestionKind, Repeats
from visavis.communities.actions import create_community, set_from_text
from visavis.communities.enums import Preset
from visavis.communities.models import Community
from visavis.core.history import Actor

DEMO = Actor(None, "Demo school")
ON_REQUEST = "Application review"
ABOUT = {"label": "What is it about?", "kind": QuestionKind.SHORT_TEXT, "is_required": True}


@dataclass(frozen=True, slots=True)
class Plan:
    """One community to be made; `files` are its CSV files in the order in which they are read."""

    slug: str
    name: str
    preset: str
    settings: Mapping[str, str]
    formats: Sequence[Mapping[str, Any]]
    files: Sequence[str]


PEER_MENTORING = Plan(
    slug="peer-mentoring",
    name="Peer Mentoring",
    preset=Preset.PROVIDER_FIRST,
    settings={
        "description": "Students who have been there meet students who are new to something.",
        "contact": "mentoring@demo.visavis.test, Library 210",
        "accent": "teal",
        "weeks_ahead": "8",
        "lead_time_hours": "1",
        "services_menu": "Peer Mentoring",
        "waitlist": "yes",
        "asks_log": "yes",
        "show_attendees": "yes",
        "request_expires_hours": "96",
        "move_until_hours": "2",
        "late_cancels_count": "yes",
        "late_moves_count": "yes",
        "absence_limit": "3",
    },
    formats=(
        {
            "name": "Schedule a Meeting",
            "description": "Time to talk something through with a mentor.",
            "minutes": 30,
            "questions": (
                {**ABOUT, "hint": "A few words: finding a study group, choosing a major, …"},
                {
                    "label": "Materials",
                    "hint": "What you bring, so that your mentor can prepare.",
                    "kind": QuestionKind.SEVERAL_CHOICES,
                    "choices": ["Degree plan", "Class schedule", "Syllabus", "Résumé", "Nothing"],
                },
                {
                    "label": "Anything your mentor should know?",
                    "kind": QuestionKind.LONG_TEXT,
                    "max_length": 2000,
                },
            ),
        },
        {
            "name": "Quick call",
            "description": "One question, answered on screen or by phone.",
            "minutes": 15,
            "meeting_kinds": [MeetingKind.ONLINE.value, MeetingKind.PHONE.value],
            "questions": (ABOUT,),
        },
        {
            "name": "Small group",
            "description": "Up to four students and a mentor at one table.",
            "minutes": 30,
            "capacity": 4,
            "meeting_kinds": [MeetingKind.IN_PERSON.value],
        },
        {
            "name": ON_REQUEST,
            "description": "An hour over your application, once your mentor has agreed to read it.",
            "minutes": 60,
            "auto_confirm": False,
            "questions": ({**ABOUT, "label": "What is the application for?"},),
        },
        {
            "name": "Weekly hour",
            "description": "An hour with the same mentor, every week of the term.",
            "minutes": 60,
            "repeats": Repeats.WEEKLY,
            "most_weeks": 16,
            "questions": (ABOUT,),
        },
    ),
    files=("courses", "locations", "providers", "students", "enrollment", "availability"),
)

LEARNING_CENTRE = Plan(
    slug="learning-centre",
    name="Learning Centre",
    preset=Preset.COURSE_FIRST,
    settings={
        "description": "Tutoring for courses, papers and exams.",
        "contact": "tutoring@demo.visavis.test, Science Hall 108",
        "accent": "indigo",
        "weeks_ahead": "4",
        "lead_time_hours": "2",
        "waitlist": "yes",
    },
    formats=(
        {
            "name": "Schedule an Appointment",
            "description": "An hour with a tutor, one to one.",
            "minutes": 60,
            "questions": (
                {
                    "label": "Which chapter, assignment or paper?",
                    "kind": QuestionKind.SHORT_TEXT,
                    "is_required": True,
                },
                {
                    "label": "Materials",
                    "hint": "What you bring.",
                    "kind": QuestionKind.SEVERAL_CHOICES,
                    "choices": ["Textbook", "Assignment", "Draft of a paper", "Notes", "Laptop"],
                },
            ),
        },
        {
            "name": "Study group",
            "description": "Up to five students of one course, with a tutor.",
            "minutes": 60,
            "capacity": 5,
            "meeting_kinds": [MeetingKind.IN_PERSON.value],
            "questions": (
                {
                    "label": "What would you like to work on?",
                    "kind": QuestionKind.LONG_TEXT,
                    "max_length": 2000,
                },
            ),
        },
    ),
    files=("courses", "locations", "providers", "enrollment", "availability"),
)
PLANS = (PEER_MENTORING, LEARNING_CENTRE)
TIMEZONE = "America/New_York"


def make_community(plan: Plan) -> Community:
    """The community with its settings and formats, still without people, places and hours."""
    made = create_community(
        slug=plan.slug, name=plan.name, preset=plan.preset, timezone=TIMEZONE, by=DEMO
    )
    for values in plan.formats:
        add_format(made, by=DEMO, **values)
    return set_from_text(made, plan.settings, by=DEMO)
