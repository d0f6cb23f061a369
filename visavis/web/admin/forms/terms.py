"""What is typed about a term and its breaks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import NAME_LENGTH, Term
from visavis.availability.terms import Days
from visavis.web.ui.instants import DayField

SPARE = 3
"""Empty rows for further breaks; more come with every save."""


class DaysForm(forms.Form):
    """A name, a first and a last day."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Give it a name that people know.")},
    )
    first = DayField(
        label=_("First day"),
        widget=forms.DateInput,
        error_messages={"required": _("Say on which day it begins.")},
    )
    last = DayField(
        label=_("Last day"),
        widget=forms.DateInput,
        error_messages={"required": _("Say which day is its last.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return data

    @property
    def days(self) -> Days:
        """Ready for the action."""
        data = self.cleaned_data
        return Days(data["name"], data["first"], data["last"])


class TermForm(DaysForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("As people know it, like “Spring 2027”.")
        self.fields["last"].help_text = _("Weekly meetings can be booked to the end of this day.")


class BreakForm(DaysForm):
    """One break; a row without anything in it is none, so emptying a row removes the break."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if any(data.get(name) for name in self.fields):
            for name in self.fields:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in too, or empty the row."))
        return data


BreakForms = forms.formset_factory(BreakForm, extra=SPARE, max_num=50, absolute_max=60)


def term_forms(data: Mapping[str, Any] | None, term: Term | None) -> tuple[TermForm, Any]:
    """The form of a term and those of its breaks, filled from the term; `term` None: a new one."""
    initial = {} if term is None else _values(term)
    breaks = [] if term is None else [_values(one) for one in term.breaks.all()]
    return (
        TermForm(data, initial=initial),
        BreakForms(data, initial=breaks, prefix="breaks"),
    )


def breaks_of(formset: Any) -> list[Days]:
    """The breaks that were typed: a row that was emptied is none."""
    return [form.days for form in formset if form.cleaned_data.get("first")]


def _values(row: Any) -> dict[str, Any]:
    return {"name": row.name, "first": row.first, "last": row.last}
