"""Whom an administrator appoints."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.people.enums import Role
from visavis.web.admin.forms.refusing import RefusingForm
from visavis.web.ui.inputs import MailField


class PersonForm(RefusingForm):
    """A person by e-mail address; the names are for somebody who is not known yet."""

    email = MailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They sign in with it."),
        error_messages={"required": _("Enter the person’s e-mail address.")},
    )
    first_name = forms.CharField(label=_("First name"), required=False, max_length=200)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=200)


class RoleForm(PersonForm):
    role = forms.ChoiceField(
        label=_("What they may do"),
        choices=[
            (Role.ADMIN.value, _("Administrator: sets up and changes everything here")),
            (Role.FRONT_DESK.value, _("Front desk: looks things up and notes who came")),
        ],
        initial=Role.FRONT_DESK,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the person may do.")},
    )
    field_order = ["email", "first_name", "last_name", "role"]
