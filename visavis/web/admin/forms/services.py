"""What is typed about a course or topic."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.catalogue.models import CODE_LENGTH, NAME_LENGTH, Service
from visavis.catalogue.services import service_values
from visavis.communities.models import Community
from visavis.core.seen import write_seen
from visavis.core.text import fold
from visavis.people.models import Provider
from visavis.people.queries import providers_of
from visavis.web.ui.seen import SeenForm

NOT_COLUMNS = ("seen", "owner_email")


class ServiceForm(SeenForm):
    """Field names are the service's columns, but for the owner, who is named by e-mail."""

    subject = forms.CharField(
        label=_("Subject, or the topic’s name"),
        max_length=CODE_LENGTH,
        help_text=_("CHEM for a course; “Writing help” for a general topic."),
        error_messages={"required": _("Write the subject of the course, or the topic’s name.")},
    )
    number = forms.CharField(
        label=_("Course number"),
        max_length=CODE_LENGTH,
        required=False,
        help_text=_("Empty for a general topic."),
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("Such as “General chemistry”; stands beside the code."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    for_everybody = forms.BooleanField(
        label=_("On every student’s list"),
        required=False,
        help_text=_("Such as “All available …”: everybody can book it."),
    )
    owner_email = forms.CharField(
        label=_("Belongs to"),
        max_length=254,
        required=False,
        help_text=_(
            "The e-mail address of the one person whose own topic this is: students see "
            "their photo and words. Empty: nobody’s."
        ),
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        self.owner: Provider | None = None

    @classmethod
    def shown(cls, service: Service) -> dict[str, Any]:
        """The service's columns as the form's first values."""
        values = service_values(service)
        return _fields(service.community, values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _fields(self.community, values)

    def clean_owner_email(self) -> str:
        email: str = self.cleaned_data["owner_email"]
        if email:
            people = providers_of(self.community)
            self.owner = people.filter(user__email_key=fold(email)).first()
            if self.owner is None:
                raise forms.ValidationError(
                    _("“%(email)s” is nobody who gives support here."), params={"email": email}
                )
        return email

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column."""
        columns = {n: self.cleaned_data[n] for n in self.fields if n not in NOT_COLUMNS}
        return columns | {"owner_id": self.owner.pk if self.owner else None}

    def refuse(self, error: Any, *, now: dict[str, Any]) -> None:
        """As `SeenForm`; what is wrong with the owner stands at their address."""
        if "owner_id" in error.data:
            error.data["owner_email"] = error.data.pop("owner_id")
        super().refuse(error, now=now)


def _fields(community: Community, values: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever is named by an id is looked for here alone: a browser may send any."""
    people = Provider.objects.filter(community=community).select_related("user")
    owner = people.filter(pk=values.get("owner_id") or 0).first()
    return {**values, "owner_email": owner.user.email if owner else ""}
