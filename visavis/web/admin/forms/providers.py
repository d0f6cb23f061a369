"""What is typed about somebody who gives support."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.catalogue.codes import entry_key
from visavis.catalogue.models import CODE_LENGTH, Service
from visavis.catalogue.queries import services_of
from visavis.communities.models import Community
from visavis.setup.people import Newcomer
from visavis.web.admin.forms.roles import PersonForm


class NewcomerForm(PersonForm):
    """The person; in a provider-first community also the topic that becomes their own."""

    own_service = forms.CharField(
        label=_("Their own topic"),
        max_length=CODE_LENGTH,
        required=False,
        help_text=_(
            "What students pick to meet this person. {name} becomes the first name and the first "
            "letter of the last, such as Talia K, or both names in full if that is taken. Somebody "
            "who is known here already keeps their name. Empty: none."
        ),
    )
    shared = forms.ModelMultipleChoiceField(
        label=_("Also gives"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    entries = forms.CharField(
        label=_("Courses and topics"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Codes, one a line. CHEM* is everything that begins with CHEM, * everything."),
    )
    field_order = ["email", "first_name", "last_name", "own_service", "shared", "entries"]

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = services_of(community).filter(for_everybody=True)
        if shared.exists():
            self.fields["shared"].queryset = shared  # type: ignore[attr-defined]
        else:
            del self.fields["shared"]
        if not community.is_provider_first:
            del self.fields["own_service"]

    @property
    def newcomer(self) -> Newcomer:
        """Who comes, once the form is valid."""
        data = self.cleaned_data
        lines = data["entries"].replace("|", "\n").splitlines()
        entries = {entry_key(line.strip()): line.strip() for line in lines if line.strip()}
        return Newcomer(
            email=data["email"],
            first_name=data["first_name"],
            last_name=data["last_name"],
            own_service=data.get("own_service", ""),
            services=list(data.get("shared", ())),
            entries=list(entries.values()),
        )


class EntryForm(forms.Form):
    """One more thing that somebody may give."""

    entry = forms.CharField(
        label=_("Add a code, or a beginning with a star"),
        max_length=CODE_LENGTH + 1,
        help_text=_("CHEM1301 is one course, CHEM* all that begin so, * everything."),
        error_messages={"required": _("Write a code, such as CHEM1301 or CHEM*.")},
    )
