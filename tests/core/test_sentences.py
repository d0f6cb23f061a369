"""What does not fit is told in sentences of ours, wherever a form is filled in."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import django
import pytest
from django import forms

import visavis.web

CATALOGUE = Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"
# What the framework says before anybody gives it other words.
OF_DJANGO = set(re.findall(r'^msgid "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE))


def kinds_of(base):
    """Every class below `base`, once everything of the pages is loaded."""
    for module in pkgutil.walk_packages(visavis.web.__path__, "visavis.web."):
        import_module(module.name)
    found, left = set(), [base]
    while left:
        left += [kind for kind in left.pop().__subclasses__() if kind not in found]
        found.update(left)
    return found


def told_by(field):
    """Every sentence with which the field can refuse what was sent, by its code."""
    own = {check.code: str(check.message) for check in field.validators if hasattr(check, "code")}
    return own | {code: str(sentence) for code, sentence in field.error_messages.items()}


def test_every_field_of_every_form_speaks_our_words():
    left = [
        f"{form.__name__}.{name}: {sentence}"
        for form in kinds_of(forms.BaseForm)
        if form.__module__.startswith("visavis.")
        for name, field in getattr(form, "base_fields", {}).items()
        for sentence in told_by(field).values()
        if sentence in OF_DJANGO
    ]
    assert left == []


@pytest.mark.parametrize("kind", [forms.ChoiceField, forms.ModelMultipleChoiceField])
def test_every_kind_of_choice_speaks_our_words_also_where_a_form_makes_it_later(kind):
    kinds = {kind, *kinds_of(kind)} - {forms.models.InlineForeignKeyField}
    left = [
        f"{one.__name__}: {sentence}"
        for one in kinds
        for above in one.__mro__
        for sentence in above.__dict__.get("default_error_messages", {}).values()
        if str(sentence) in OF_DJANGO
    ]
    assert left == []
    assert "Select a valid choice. That choice is not one of the available choices." in OF_DJANGO
