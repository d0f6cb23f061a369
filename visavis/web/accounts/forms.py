"""What people type on the sign-in pages and in their profile."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.availability.outside_models import ADDRESS_LENGTH, NAME_LENGTH
from visavis.core.text import fold
from visavis.people.enums import HourCycle
from visavis.people.models import User
from visavis.people.profile import Profile
from visavis.web.ui.inputs import MailField, known_zones, read_zone, zone_input


class SignInForm(forms.Form):
    email = MailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={
            "required": _("Enter the e-mail address that your school knows."),
        },
    )

    def clean_email(self) -> str:
        # The database would refuse what NFKC makes longer than the column.
        email = unicodedata.normalize("NFKC", self.cleaned_data["email"])
        if len(fold(email)) > self.fields["email"].max_length:  # type: ignore[attr-defined]
            raise ValidationError(_("This address is too long to be one."))
        return email


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=40,
        help_text=_("Six letters, such as BCD-FGH. Capitals, spaces and the dash do not matter."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("Enter the code that the mail brought.")},
    )


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "pronouns", "timezone", "hour_cycle"]
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "pronouns": _("Pronouns"),
            "timezone": _("Your time zone"),
            "hour_cycle": _("How times are written"),
        }
        help_texts = {
            "pronouns": _("Shown beside your name, such as she/her."),
            "timezone": _(
                "Type a city, such as New York. Left empty, times are in the zone of each centre."
            ),
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "timezone": zone_input(),
            "hour_cycle": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
        self.fields["first_name"].error_messages["required"] = _("Enter your first name.")
        self.fields["timezone"].validators = []
        self.zones = list(known_zones().values())

    def clean_timezone(self) -> str:
        return read_zone(self.cleaned_data["timezone"])

    @property
    def profile(self) -> Profile:
        """What was typed, checked."""
        data = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return Profile(**data | {"hour_cycle": str(HourCycle(data["hour_cycle"]))})


class CalendarForm(forms.Form):
    """A calendar of another program; whether its address is one is asked where it is connected."""

    address = forms.CharField(
        label=_("Address of the calendar"),
        max_length=ADDRESS_LENGTH,
        help_text=_("Its private or secret address in iCal format. It often ends in .ics"),
        widget=forms.URLInput(
            attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Paste the address of the calendar."),
            "max_length": _("This address is too long to be one of a calendar."),
        },
    )
    name = forms.CharField(
        label=_("What you call it"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("Only you see it, such as Classes, or Home."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ErasureForm(forms.Form):
    """The own address, typed, so that nobody asks by a slip."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type your address, so that this is no slip.")},
    )

    def __init__(self, data: Any, *, person: User) -> None:
        super().__init__(data)
        self.person = person
        said = gettext("Type %(email)s, so that this is no slip.")
        self.fields["email"].help_text = said % {"email": person.email}

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if fold(typed) != self.person.email_key:
            raise ValidationError(gettext("This is not your address here."))
        return typed
