"""Why a calendar could not be read, as a sentence for the person whose it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "unknown_host": _("There is no server called {host}. Look whether the address is whole."),
    "inside": _("{host} lies inside a private network. Only addresses of the open web are read."),
    "no_answer": _("{host} did not answer, or broke off."),
    "too_slow": _("{host} took too long to answer."),
    "not_secure": _("{host} could not prove that it is {host}: its certificate is not valid."),
    "not_there": _(
        "{host} says that there is no calendar at this address. Has it been made private, or "
        "given a new address?"
    ),
    "not_allowed": _(
        "{host} does not let us read this calendar. Publish it, or use its private address."
    ),
    "bad_answer": _("{host} answered with an error ({status})."),
    "bad_redirect": _("The address leads on to one that cannot be read."),
    "insecure_redirect": _("The address leads on to one that is not encrypted (http)."),
    "too_many_redirects": _("The address leads on and on, and never to a calendar."),
    "too_large": _("The calendar is larger than {most} MB. Publish a smaller one."),
    "too_much": _("The calendar holds more repetitions than can be worked out."),
    "a_web_page": _(
        "The address leads to a web page, not to a calendar. Copy the address of its iCal or "
        ".ics format."
    ),
    "no_calendar": _("What is at the address is no calendar."),
    "broken_off": _("The calendar breaks off in the middle."),
    "broken": _("The calendar is damaged and cannot be read."),
}
UNKNOWN = _("The calendar could not be read.")


def problem_in_words(code: str, data: Mapping[str, Any]) -> str:
    """The sentence; empty where there is no problem."""
    if not code:
        return ""
    words = {"host": "", "status": "", "most": "", **data}
    return str(SENTENCES.get(code, UNKNOWN)).format_map(words)
