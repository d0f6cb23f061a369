"""What a community says at the first, second, … absence: what such a text may hold."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.communities.errors import InvalidSetting
from visavis.core.placeholders import problem_in

LONGEST = 1000
PLACEHOLDERS: dict[str, str | Promise] = {
    "student": gettext_lazy("the student's name"),
    "provider": gettext_lazy("the name of whoever gives support"),
    "support": gettext_lazy("your word for what is given here"),
    "community": gettext_lazy("the name of the community"),
    "when": gettext_lazy("day, times and time zone of the meeting"),
    "service": gettext_lazy("what is booked"),
}


def check_absence_text(text: str) -> None:
    """Raises InvalidSetting with what keeps the text from being told."""
    if len(text) > LONGEST:
        raise InvalidSetting(_("Write at most %(most)d characters.") % {"most": LONGEST})
    problem = problem_in(text, PLACEHOLDERS)
    if problem:
        raise InvalidSetting(problem)


def check_absence_texts(texts: Sequence[str]) -> None:
    """Raises InvalidSetting that names the first text which cannot be told."""
    for number, text in enumerate(texts, start=1):
        try:
            check_absence_text(text)
        except InvalidSetting as error:
            said = _("At absence %(number)d: %(problem)s") % {
                "number": number,
                "problem": error.message,
            }
            raise InvalidSetting(said, data={"absence_texts": [said]}) from error
