"""What the field component needs to know about a form field."""

from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

TEXTUAL = "input"
CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "checkbox"),
    (forms.CheckboxSelectMultiple, "checkbox"),
    (forms.RadioSelect, "radio"),
    (forms.Select, "select"),
    (forms.FileInput, "file-input"),
    (forms.Textarea, "textarea"),
]
# Browsers draw these well themselves; the value must then be in the ISO form they expect.
NATIVE_TYPES: list[
    tuple[type[forms.DateInput | forms.DateTimeInput | forms.TimeInput], str, str]
] = [
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
]


@dataclass(frozen=True, slots=True)
class FieldFace:
    """A bound field, ready to draw: kind is `single`, `tick` (one checkbox) or `group`."""

    bound: BoundField
    kind: str
    control: SafeString
    hint_id: str
    error_id: str


def face_of(bound: BoundField) -> FieldFace:
    """Ties label, hint and error to the control by id, and gives the widget its look."""
    hint_id = f"{bound.auto_id}-hint" if bound.help_text else ""
    error_id = f"{bound.auto_id}-error" if bound.errors else ""
    widget = bound.field.widget
    kind = _kind(widget)
    _dress(widget)
    if kind == "group":
        # The group's fieldset carries the description; repeating it on every option is noise.
        return FieldFace(bound, kind, SafeString(""), hint_id, error_id)
    return FieldFace(
        bound, kind, bound.as_widget(attrs=_ties(hint_id, error_id)), hint_id, error_id
    )


def _ties(hint_id: str, error_id: str) -> dict[str, str | bool]:
    ties: dict[str, str | bool] = {}
    if described_by := f"{hint_id} {error_id}".strip():
        ties["aria-describedby"] = described_by
    if error_id:
        ties["aria-invalid"] = "true"
    return ties


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)):
        return "group"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "single"


def _dress(widget: forms.Widget) -> None:
    look = next((name for kind, name in CLASSES if isinstance(widget, kind)), TEXTUAL)
    given = widget.attrs.get("class", "").split()
    widget.attrs["class"] = " ".join([look, *(name for name in given if name != look)])
    for kind, input_type, pattern in NATIVE_TYPES:
        if isinstance(widget, kind):
            widget.input_type, widget.format = input_type, pattern
            break
