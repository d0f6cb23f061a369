"""What is typed to put services on students' lists: on one, or on many at once."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from visavis.catalogue.models import Service
from visavis.catalogue.queries import services_of
from visavis.communities.models import Community
from visavis.core.text import fold_code
from visavis.imports.assigning import Attribute, Everybody, Group, Named, Surnames
from visavis.web.admin.forms.roles import PersonForm

MOST_SERVICES = 50
BY = (
    ("surname", _("Everybody listed whose last name lies between two letters")),
    ("attribute", _("Everybody listed of whom a file said something, such as a major")),
    ("list", _("The students on this list")),
    ("everybody", _("Every listed student")),
)


class ServicesField(forms.CharField):
    """Codes of active services, one a line; cleaned to the services themselves."""

    widget = forms.Textarea(attrs={"rows": 3})
    community: Community

    def clean(self, value: Any) -> list[Service]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_SERVICES:
            raise forms.ValidationError(_now("At most %(n)d at once.") % {"n": MOST_SERVICES})
        keys = [fold_code(line) for line in lines]
        found = {s.code_key: s for s in services_of(self.community).filter(code_key__in=keys)}
        unknown = [line for line, key in zip(lines, keys, strict=True) if key not in found]
        if unknown:
            raise forms.ValidationError([self._unknown(line) for line in unknown])
        return list({key: found[key] for key in keys}.values())

    def _unknown(self, line: str) -> str:
        codes = dict(services_of(self.community).values_list("code_key", "code"))
        near = get_close_matches(fold_code(line), codes, n=1)
        told = _now("“%(code)s” cannot be booked here.") % {"code": line[:80]}
        return (
            f"{told} " + _now("Did you mean %(near)s?") % {"near": codes[near[0]]} if near else told
        )


def services_field() -> ServicesField:
    return ServicesField(
        label=_("What they get"),
        max_length=5000,
        help_text=_("Codes of courses or names of topics, one a line."),
        error_messages={"required": _("Write at least one code or topic.")},
    )


class ListForm(PersonForm):
    """One student, and what is put on their list."""

    services = services_field()

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].community = community  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Many students, and what is put on their lists."""

    services = services_field()
    by = forms.ChoiceField(
        label=_("Who"),
        choices=BY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who gets it.")},
    )
    surname_from = forms.CharField(label=_("From"), max_length=40, required=False)
    surname_to = forms.CharField(
        label=_("To"), max_length=40, required=False, help_text=_("Such as A to F, both included.")
    )
    attribute = forms.ChoiceField(label=_("What"), required=False)
    value = forms.CharField(
        label=_("Is"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-values"}),
    )
    students = forms.CharField(
        label=_("Their e-mail addresses"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Paste them as they are: lines, commas and names between them do not matter."),
    )

    def __init__(
        self,
        *args: Any,
        community: Community,
        attributes: Mapping[str, Sequence[str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].community = community  # type: ignore[attr-defined]
        names = [("", _("Choose one")), *((name, name) for name in attributes)]
        self.fields["attribute"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        by = data.get("by")
        if by == "surname" and not (data.get("surname_from") or data.get("surname_to")):
            self.add_error("surname_from", _now("Write a letter, or the beginning of a name."))
        if by == "attribute":
            for name in ("attribute", "value"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _now("Say which students are meant."))
        if by == "list" and not data.get("students") and "students" not in self.errors:
            self.add_error("students", _now("Paste at least one e-mail address."))
        return data

    @property
    def group(self) -> Group:
        """Who is meant, once the form is valid."""
        data = self.cleaned_data
        groups: dict[str, Group] = {
            "surname": Surnames(data["surname_from"], data["surname_to"]),
            "attribute": Attribute(data["attribute"], data["value"]),
            "list": Named(data["students"]),
            "everybody": Everybody(),
        }
        return groups[data["by"]]
