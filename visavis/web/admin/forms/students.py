"""What is typed about a student."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from visavis.core.seen import write_seen
from visavis.people.models import Membership
from visavis.people.students import student_values
from visavis.web.admin.forms.roles import PersonForm
from visavis.web.ui.seen import SeenForm

MOST = 50
NAME_LENGTH, VALUE_LENGTH = 100, 200


class AttributesField(forms.CharField):
    """What is known about a student, one a line as “Name: value”; cleaned to a mapping."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> dict[str, str]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        found: dict[str, str] = {}
        for line in lines:
            name, colon, told = (part.strip() for part in line.partition(":"))
            if not (name and colon and told):
                raise forms.ValidationError(
                    _now("“%(line)s” has no name and value. Write it like Major: Biology.")
                    % {"line": line[:80]}
                )
            if len(name) > NAME_LENGTH or len(told) > VALUE_LENGTH:
                raise forms.ValidationError(_now("“%(line)s…” is too long.") % {"line": line[:40]})
            found[name] = told
        if len(found) > MOST:
            raise forms.ValidationError(_now("At most %(n)d lines.") % {"n": MOST})
        return found


def id_field() -> forms.CharField:
    return forms.CharField(label=_("Student ID"), max_length=100, required=False)


def attributes_field() -> AttributesField:
    return AttributesField(
        label=_("Known about them"),
        max_length=20_000,
        required=False,
        help_text=_("One a line, such as Major: Biology. Lists can be made by it."),
    )


class NewStudentForm(PersonForm):
    student_id = id_field()
    attributes = attributes_field()


class StudentForm(SeenForm):
    student_id = id_field()
    attributes = attributes_field()

    @classmethod
    def shown(cls, student: Membership) -> dict[str, Any]:
        """The student's columns as the form's first values."""
        values = student_values(student)
        return _fields(values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _fields(values)

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "seen"}


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    told = values.get("attributes", {})
    lines = "\n".join(f"{name}: {value}" for name, value in told.items())
    return {**values, "attributes": lines}
