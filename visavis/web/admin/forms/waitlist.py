"""What is set about the waitlist."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.communities.models import Community, validate_five_minutes
from visavis.web.admin.forms.refusing import RefusingForm


class WaitlistForm(RefusingForm):
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
