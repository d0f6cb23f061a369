"""What is set about the waitlist."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community, validate_five_minutes


class WaitlistForm(forms.Form):
    """Field names are the community's columns."""

    waitlist = forms.BooleanField(
        label=_("Students can wait for a time"),
        required=False,
        help_text=_("Off: nobody joins and nothing is offered; who waits stays on the list."),
    )
    waitlist_hold_minutes = forms.IntegerField(
        label=_("Minutes for which a free time is held for one person"),
        min_value=5,
        max_value=7 * 24 * 60,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
        help_text=_("Less when the meeting begins sooner. Then the next person is asked."),
    )

    @classmethod
    def shown(cls, community: Community) -> dict[str, Any]:
        """The community's columns as the form's first values."""
        return {name: getattr(community, name) for name in cls.base_fields}

    def refuse(self, error: InvalidSetting) -> None:
        """Tie what the action refused to its fields."""
        for name, sentences in error.data.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        if not error.data:
            self.add_error(None, error.message)
