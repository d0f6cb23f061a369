"""What the framework says of values that do not fit, in sentences of ours."""

from typing import Any

from django import forms
from django.core import validators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MISSING = _("This is missing. Fill it in.")
NO_CHOICE = _("“%(value)s” is none of the choices. Take one of those.")
# Of rows, what was sent is a number that nobody has seen.
NO_ROW = _("This is not among the choices, or no longer. Take one of those.")
NOT_WHOLE = _("What you sent is not whole. Open the page anew and try again.")
NO_FILE = _("No file has arrived. Choose it once more.")


def speak() -> None:
    """Give Django's checks our words. Fields copy them when they are made, so call it first."""
    for kind, told in FIELDS.items():
        # Each class has a dict of its own, or would change its parent's.
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), **told}
    for check, sentence in CHECKS.items():
        check.message = sentence
    validators.validate_slug.message = _(
        "A short name holds letters without accents, figures, - and _ only: writing-centre."
    )


FIELDS: dict[type[Any], dict[str, Any]] = {
    forms.Field: {"required": MISSING},
    forms.IntegerField: {"invalid": _("This is no whole number. Write one such as 12.")},
    forms.DecimalField: {"invalid": _("This is no number. Write one such as 1.5.")},
    forms.DateField: {"invalid": _("This is no date. Write it like 2027-03-01.")},
    forms.TimeField: {"invalid": _("This is no time. Write it like 9:00.")},
    forms.ChoiceField: {"invalid_choice": NO_CHOICE},
    forms.MultipleChoiceField: {"invalid_choice": NO_CHOICE, "invalid_list": NOT_WHOLE},
    forms.ModelChoiceField: {"invalid_choice": NO_ROW},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": NO_ROW,
        "invalid_list": NOT_WHOLE,
        "invalid_pk_value": NO_ROW,
    },
    forms.FileField: {
        "invalid": NO_FILE,
        "missing": NO_FILE,
        "empty": _("This file is empty. Choose another one."),
        "contradiction": _("Choose a file, or remove the one that is there: not both."),
    },
    forms.UUIDField: {"invalid": NOT_WHOLE},
    forms.JSONField: {"invalid": NOT_WHOLE},
    models.Field: {"blank": MISSING, "null": MISSING, "invalid_choice": NO_CHOICE},
}
CHECKS: dict[type[Any], Any] = {
    validators.ProhibitNullCharactersValidator: _(
        "This holds a character that cannot be kept. Write it anew."
    ),
    validators.MinValueValidator: _("Too small: %(limit_value)s is the least that fits."),
    validators.MaxValueValidator: _("Too large: %(limit_value)s is the most that fits."),
    validators.MaxLengthValidator: ngettext_lazy(
        "At most %(limit_value)d character fits; here are %(show_value)d.",
        "At most %(limit_value)d characters fit; here are %(show_value)d.",
        "limit_value",
    ),
}
