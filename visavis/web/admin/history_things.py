"""What kinds of things the history tells of, by the model's name as it is written down."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THINGS: dict[str, str | Promise] = {
    "school": _("The school"),
    "community": _("The community"),
    "communitylink": _("Link"),
    "message": _("Mail"),
    "mailtext": _("Text of a mail"),
    "user": _("Person"),
    "identityprovider": _("Sign-in with the school"),
    "affiliationrole": _("Role by affiliation"),
    "membership": _("Role or place on a list"),
    "provider": _("Person who gives support"),
    "erasurerequest": _("Wish to be erased"),
    "pause": _("Pause"),
    "service": _("Service"),
    "certification": _("Eligibility"),
    "enrollment": _("Enrollment"),
    "appointmentformat": _("Kind of meeting"),
    "formatquestion": _("Question"),
    "logquestion": _("Question of the log"),
    "weeklyblock": _("Weekly hours"),
    "datedchange": _("Extra hours or absence"),
    "outsidecalendar": _("Connected calendar"),
    "calendarfeed": _("Private calendar address"),
    "closure": _("Closure"),
    "term": _("Term"),
    "location": _("Place"),
    "booking": _("Meeting"),
    "series": _("Weekly series"),
    "hold": _("Held time"),
    "waitlistentry": _("Wait for a time"),
    "import": _("File"),
}


def thing_in_words(subject_type: str) -> str:
    """The kind of thing as people read it; one that is not known stays as it is."""
    return str(THINGS.get(subject_type, subject_type))


def thing_choices() -> list[tuple[str, str]]:
    """The kinds to choose from, by their words."""
    choices = [(name, str(words)) for name, words in THINGS.items()]
    return sorted(choices, key=lambda choice: choice[1].casefold())
