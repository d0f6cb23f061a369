"""What is typed about missed meetings: the rule, and why one is excused."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from visavis.communities.absence_texts import LONGEST, check_absence_text
from visavis.communities.enums import PauseScope
from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community
from visavis.core.placeholders import fill
from visavis.web.admin.forms.refusing import RefusingForm
from visavis.web.ui.inputs import WordsField

TEXTS = 5
NOTHING = _("Empty: nothing is added to the message.")
COLUMNS = (
    "absence_limit",
    "absence_days",
    "pause_days",
    "pause_scope",
    "pause_far_days",
    "late_cancels_count",
    "late_moves_count",
)


class AbsenceRuleForm(RefusingForm):
    """Field names are the community's columns; the texts are numbered."""

    absence_limit = forms.IntegerField(
        label=_("Absences that pause a student’s booking"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Empty: booking is never paused by itself."),
    )
    absence_days = forms.IntegerField(
        label=_("Days within which they count"), min_value=1, max_value=730
    )
    pause_days = forms.IntegerField(
        label=_("Days for which booking is paused"),
        min_value=1,
        max_value=365,
        help_text=_("It ends by itself. You can end it sooner."),
    )
    pause_scope = forms.ChoiceField(
        label=_("What is paused"),
        choices=PauseScope.choices,
        widget=forms.RadioSelect,
        help_text=_("Coming by without a booking is never paused."),
    )
    pause_far_days = forms.IntegerField(
        label=_("Further ahead means more than so many days"), min_value=1, max_value=365
    )
    late_cancels_count = forms.BooleanField(
        label=_("Late cancellations count as absences"), required=False
    )
    late_moves_count = forms.BooleanField(
        label=_("Late moves count as absences"),
        required=False,
        help_text=_("Else whoever moves a meeting at the last minute has nothing to fear."),
    )

    def __init__(self, data: Any, *, community: Community) -> None:
        texts = community.absence_texts
        initial = {name: getattr(community, name) for name in COLUMNS}
        initial |= {f"text_{n}": texts[n - 1] for n in range(1, TEXTS + 1) if n <= len(texts)}
        super().__init__(data, initial=initial)
        for number in range(1, TEXTS + 1):
            self.fields[f"text_{number}"] = WordsField(
                label=_("At absence %(number)d") % {"number": number},
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": NOTHING}),
            )

    def clean(self) -> dict[str, Any]:
        """Each text is refused where it stands."""
        data = super().clean() or self.cleaned_data
        for number in range(1, TEXTS + 1):
            name = f"text_{number}"
            try:
                check_absence_text(data.get(name, ""))
            except InvalidSetting as error:
                self.add_error(name, error.message)
        return data

    @property
    def texts(self) -> list[BoundField]:
        return [self[f"text_{number}"] for number in range(1, TEXTS + 1)]

    def told(self, words: Mapping[str, str]) -> list[tuple[BoundField, str]]:
        """Each text with what a student would read in addition; nothing where it is empty."""
        said = [str(text.value() or "").strip() for text in self.texts]
        return [(field, fill(text, words)) for field, text in zip(self.texts, said, strict=True)]

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column; texts without anything after them are cut off."""
        data = self.cleaned_data
        texts = [data[f"text_{number}"].strip() for number in range(1, TEXTS + 1)]
        while texts and not texts[-1]:
            texts.pop()
        return {name: data[name] for name in COLUMNS} | {"absence_texts": texts}


class ExcuseForm(forms.Form):
    reason = WordsField(
        label=_("Why?"),
        required=False,
        max_length=500,
        help_text=_("The student reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
