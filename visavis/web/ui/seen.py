"""Forms that two people may have open at once: what each changed counts, and is told.

Three values stand against each other in every field: as the form was opened, as it is stored by
now, and as it was typed. What only the other changed is taken over; where both did, both are shown
and whoever saves again decides.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from visavis.core.errors import VisavisError
from visavis.core.seen import ChangedMeanwhile, read_seen_of, write_seen

SHOWN = 200
_MISSING = object()


class SeenForm(forms.Form):
    """A form that knows what was shown; it comes back whole when somebody else was faster."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields begin with where these values are stored; here columns are fields."""
        return dict(values)

    def opened(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields began with, as the browser says; nothing where that cannot be so."""
        try:
            return self.first_values(read_seen_of(self.data.get("seen", ""), now))
        except (TypeError, ValueError, LookupError, AttributeError):
            # Of the right kind, but what lies in its lists and tables is no column's.
            return {}

    def refuse(self, error: VisavisError, *, now: dict[str, Any]) -> None:
        """Tie what the action refused to its fields; `now` is what stands there by now."""
        if isinstance(error, ChangedMeanwhile):
            opened = self.opened(now)
            merge(self, error.message, opened=opened, now=self.first_values(now))
            # The next try knows what it overwrites.
            self.data["seen"] = write_seen(now)  # type: ignore[index]
            return
        told = {name: said for name, said in error.data.items() if isinstance(said, list)}
        for name, sentences in told.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        if not told:
            self.add_error(None, error.message)


def merge(
    form: forms.Form, told: str, *, opened: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    """Bring what somebody else stored meanwhile into a form that was sent; `told` says so.

    `opened` and `now` are first values of the form's fields. A field that was left as it was opened
    gets what is stored; one that both changed keeps what was typed, with the other beside it.
    """
    form.data = form.data.copy()  # type: ignore[attr-defined]
    taken, disputed = [], []
    for name, field in form.fields.items():
        if name not in now or _is_same(field, opened.get(name, _MISSING), now[name]):
            continue
        typed = _typed(form, name)
        if _is_same(field, now[name], typed):
            continue
        if _is_same(field, opened.get(name, _MISSING), typed):
            _put(form, name, now[name])
            taken.append(str(field.label))
        else:
            disputed.append((name, _in_words(field, now[name]), _in_words(field, typed)))
    _tell(form, told, taken, disputed)


def _tell(
    form: forms.Form, told: str, taken: list[str], disputed: list[tuple[str, str, str]]
) -> None:
    if disputed:
        way = _("What you typed is still here; save again if yours shall stand.")
    else:
        way = _("What you changed is still here; save again to keep both.")
    form.add_error(None, f"{told} {way}")
    if taken:
        form.add_error(None, _("Changed: %(names)s.") % {"names": ", ".join(taken)})
    for name, theirs, yours in disputed:
        said = _("Changed by both of you. Stored by now: “%(theirs)s”. Yours: “%(yours)s”.")
        form.add_error(name, said % {"theirs": theirs, "yours": yours})


def _typed(form: forms.Form, name: str) -> Any:
    """What was sent for a field, as it would be sent again."""
    return form.fields[name].widget.value_from_datadict(
        form.data, form.files, form.add_prefix(name)
    )


def _is_same(field: forms.Field, one: Any, two: Any) -> bool:
    """Whether both would be taken for the same; neither was stored is never the same."""
    if one is _MISSING or two is _MISSING:
        return False
    return bool(_plain(field, one) == _plain(field, two))


def _plain(field: forms.Field, value: Any) -> Any:
    """The value as the field understands it, whether it was stored or typed."""
    shown = field.prepare_value(value)
    if isinstance(shown, str):
        shown = shown.replace("\r\n", "\n")
    try:
        taken = field.clean(shown)
    except ValidationError:
        taken = shown
    if isinstance(taken, (list, tuple)):
        return sorted(map(str, taken))
    return "" if taken is None else taken


def _put(form: forms.Form, name: str, value: Any) -> None:
    """Have the form come back with this value, as if it had been sent."""
    field, key, data = form.fields[name], form.add_prefix(name), form.data
    shown = field.prepare_value(value)
    if isinstance(field.widget, forms.CheckboxInput):
        data.pop(key, None)  # type: ignore[attr-defined]
        if shown:
            data[key] = "on"  # type: ignore[index]
    elif isinstance(shown, (list, tuple)):
        data.setlist(key, [str(one) for one in shown])  # type: ignore[attr-defined]
    elif isinstance(field.widget, (forms.Textarea, forms.widgets.Input)):
        data[key] = field.widget.format_value(shown) or ""  # type: ignore[index]
    else:
        data[key] = "" if shown is None else str(shown)  # type: ignore[index]


def _in_words(field: forms.Field, value: Any) -> str:
    """The value as somebody reads it, cut where it is long."""
    shown = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if shown else _("no")
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    parts = shown if isinstance(shown, (list, tuple)) else [shown]
    said = ", ".join(choices.get(str(part), str(part)) for part in parts if part not in (None, ""))
    if not said:
        return _("empty")
    return said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
