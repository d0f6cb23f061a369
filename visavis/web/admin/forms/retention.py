"""How long things are kept, as it is typed: days, or nothing for good."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from visavis.communities.models import Community
from visavis.privacy.enums import Subject
from visavis.privacy.errors import InvalidKeeping
from visavis.privacy.queries import Days, Times
from visavis.privacy.subjects import SUBJECTS, Keeping


class RetentionForm(forms.Form):
    """A field each subject, in days; of a community those alone that it may shorten.

    Blank is for good in the school, and "as the school" in a community.
    """

    # Whoever has seen what would go at once says so.
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, times: Times, community: Community | None = None) -> None:
        super().__init__(data)
        self.community, self.times = community, times
        for subject, keeping in SUBJECTS.items():
            if community is None or keeping.of_communities:
                self.fields[subject.value] = self._field(subject, keeping)

    def _field(self, subject: Subject, keeping: Keeping) -> forms.IntegerField:
        community, times = self.community, self.times
        own = times.own_of(subject, community) if community else times.of_school(subject)
        field = forms.IntegerField(
            label=_("%(label)s (days)") % {"label": keeping.label},
            required=community is None and not keeping.may_stay,
            initial=own,
            min_value=keeping.least,
            max_value=keeping.most,
            help_text=f"{keeping.help} {self._blank(subject, keeping)}".strip(),
            error_messages={"required": gettext_lazy("Give a number of days.")},
        )
        # What an empty one means stands in its hint.
        field.depends = True  # type: ignore[attr-defined]
        return field

    def _blank(self, subject: Subject, keeping: Keeping) -> str:
        """What an empty field means, in words."""
        if self.community is None:
            return _("Empty: for good.") if keeping.may_stay else ""
        days = self.times.of_school(subject)
        if days is None:
            return _("Empty: for good, as the school keeps it.")
        said = ngettext(
            "Empty: %(n)d day, as the school keeps it; more than that is not kept.",
            "Empty: %(n)d days, as the school keeps it; more than that is not kept.",
            days,
        )
        return said % {"n": days}

    @property
    def days(self) -> dict[Subject, Days]:
        """What was typed, by subject."""
        return {
            Subject(name): value
            for name, value in self.cleaned_data.items()
            if name in Subject.values
        }

    @property
    def would_be(self) -> Times:
        """How long everything would be kept."""
        typed = {subject.value: days for subject, days in self.days.items()}
        if self.community is None:
            return Times({**self.times.school, **typed}, self.times.own)
        community = self.community.pk
        own = dict(self.times.own)
        for subject, days in typed.items():
            own.pop((community, subject), None)
            if days is not None:
                own[community, subject] = days
        return Times(self.times.school, own)

    def refuse(self, error: InvalidKeeping) -> None:
        self.add_error(None, error.message)
