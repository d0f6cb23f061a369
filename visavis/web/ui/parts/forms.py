"""Forms: fields, their errors, search."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context

from visavis.web.ui.fields import face_of
from visavis.web.ui.parts.library import register


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, *, label: str = "", hide_label: bool = False) -> dict[str, Any]:
    """Label, hint, control and error of one form field, tied together by id."""
    if not isinstance(bound, BoundField):
        raise template.TemplateSyntaxError("{% field %} takes a form's field, as in form.email.")
    return {
        "face": face_of(bound),
        "bound": bound,
        "label": label or bound.label,
        "hide_label": hide_label,
    }


@register.inclusion_tag("ui/parts/typed_cell.html")
def typed_cell(bound: BoundField) -> dict[str, Any]:
    """A cell of a table that is typed: its label is read above the column on a wide screen."""
    return {"face": face_of(bound), "bound": bound}


@register.inclusion_tag("ui/parts/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form in its order, hidden ones too."""
    return {"form": form}


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The summary above a refused form; nothing when it is fine."""
    wrong = [form[name] for name in form.errors if name in form.fields]
    return {"form": form, "wrong": [(_in_front(str(bound.label)), bound) for bound in wrong]}


def _in_front(label: str) -> str:
    """The label in front of its error: a question has its sign already."""
    return label if label.endswith(("?", ".", "!", ":")) else f"{label}:"


@register.inclusion_tag("ui/parts/search_box.html", takes_context=True)
def search_box(
    context: Context,
    *,
    label: str,
    value: str = "",
    name: str = "q",
    target: str = "",
    action: str = "",
    sorts: Sequence[tuple[str, str]] = (),
    sort: str = "",
) -> dict[str, Any]:
    """A search by GET that keeps the other filters; with `target` it narrows while typing.

    `sorts` are the orders of a list whose heads a phone does not show, `sort` the one that counts.
    """
    params = context["request"].GET
    own = (name, "page", "sort") if sorts else (name, "page")
    kept = [(key, item) for key in params if key not in own for item in params.getlist(key)]
    return {
        "label": label,
        "value": value,
        "name": name,
        "target": target,
        "action": action,
        "kept": kept,
        "sorts": sorts,
        "sort": sort,
    }
