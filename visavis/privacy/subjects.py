"""What is kept for a time only: one table of subjects, with what they hold and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.privacy.enums import Subject
from visavis.privacy.errors import InvalidKeeping

YEAR = 365
# Ten years: what is to be kept longer is kept for good.
MOST = 10 * YEAR


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a subject is kept, in days, unless the school says otherwise. None is for good."""

    label: str | Promise
    help: str | Promise
    days: int | None
    least: int
    most: int = MOST
    may_stay: bool = True
    # A community may keep it for less time than the school does, never for more.
    of_communities: bool = False

    def check(self, days: int | None) -> None:
        """Raises InvalidKeeping for a time that does not fit."""
        if days is None and not self.may_stay:
            raise InvalidKeeping(
                _("%(label)s cannot be kept for good: give a number of days.")
                % {"label": self.label}
            )
        if days is not None and not self.least <= days <= self.most:
            said = _("%(label)s: %(least)d to %(most)d days do, not %(days)d.")
            told = {"label": self.label, "least": self.least, "most": self.most, "days": days}
            raise InvalidKeeping(said % told)


SUBJECTS: Mapping[Subject, Keeping] = {
    Subject.ANSWERS: Keeping(
        gettext_lazy("What students wrote before a meeting"),
        gettext_lazy(
            "Answers to the questions of a meeting, with their files, so many days after it."
        ),
        days=YEAR,
        least=1,
        of_communities=True,
    ),
    Subject.NOTES: Keeping(
        gettext_lazy("Notes after a meeting"),
        gettext_lazy(
            "What staff wrote down, for themselves and for the student, so many days after the "
            "meeting. How long it took and who came late stays, and counts in reports."
        ),
        days=3 * YEAR,
        least=1,
        of_communities=True,
    ),
    Subject.BOOKINGS: Keeping(
        gettext_lazy("Whose meeting it was"),
        gettext_lazy(
            "So many days after a meeting its student is replaced by “Anonymised student”, and "
            "what was said around it goes. The meeting itself stays, so reports count as before."
        ),
        days=5 * YEAR,
        least=30,
        of_communities=True,
    ),
    Subject.HISTORY: Keeping(
        gettext_lazy("The history"),
        gettext_lazy("Who changed what, from what to what, so many days after the change."),
        days=3 * YEAR,
        least=30,
    ),
    Subject.SIGN_INS: Keeping(
        gettext_lazy("The record of sign-ins"),
        gettext_lazy(
            "Who came in and how, who was refused, and whose factors and roles changed, so many "
            "days after it."
        ),
        days=180,
        least=7,
        may_stay=False,
    ),
    Subject.INSPECTIONS: Keeping(
        gettext_lazy("Who opened whose notes"),
        gettext_lazy("So many days after somebody opened them. Students see this list."),
        days=5 * YEAR,
        least=YEAR,
    ),
    Subject.MESSAGES: Keeping(
        gettext_lazy("Mails that were sent"),
        gettext_lazy(
            "That a mail went out, to whom and with what subject, so many days after it. Its text "
            "goes as soon as it is sent."
        ),
        days=180,
        least=30,
        may_stay=False,
    ),
    Subject.FILES: Keeping(
        gettext_lazy("Uploaded lists"),
        gettext_lazy(
            "CSV files that were uploaded, with what each row did, so many days after the upload. "
            "They can be undone for as long."
        ),
        days=YEAR,
        least=7,
        may_stay=False,
    ),
    Subject.BUSY_TIMES: Keeping(
        gettext_lazy("Busy times of other calendars"),
        gettext_lazy("When a connected calendar said that its person is busy, once it is over."),
        days=7,
        least=0,
        most=YEAR,
        may_stay=False,
    ),
    Subject.DRAFTS: Keeping(
        gettext_lazy("Answers that were typed and never sent"),
        gettext_lazy("So many days after the last change, so that a student can come back."),
        days=1,
        least=1,
        most=30,
        may_stay=False,
    ),
}
