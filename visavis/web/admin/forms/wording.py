"""The community's words as fields, and the sentences that they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.communities.errors import InvalidWording
from visavis.communities.models import Community
from visavis.communities.wording import (
    MAX_NOUN,
    MAX_PROMPT,
    NOUNS,
    PRESETS,
    PROMPTS,
    Wording,
    check_wording,
)
from visavis.core.seen import write_seen
from visavis.web.admin.student_pages import PAGES
from visavis.web.ui.seen import SeenForm

NOUN_LABELS: dict[str, str | Promise] = {
    "provider": _("Somebody who gives support"),
    "service": _("What a student picks first"),
    "support": _("What is given here"),
    "learn": _("The students' first page"),
    "teach": _("The first page of those who give support"),
    "materials": _("What students bring along"),
}
PROMPT_LABELS: dict[str, str | Promise] = {
    "pick_service": _("Asks what to book"),
    "edit_list": _("Button to the student's own list"),
    "pick_time": _("Asks when"),
    "pick_provider": _("Asks with whom"),
    "pick_place": _("Asks where"),
    "topic": _("Asks what about"),
    "review": _("Asks before booking"),
    "services_menu": _("This menu: what can be booked"),
    "providers_menu": _("This menu: the people"),
}


@dataclass(frozen=True, slots=True)
class WordRow:
    """One word or prompt: its fields, the preset's value, and whether the community changed it."""

    key: str
    label: Any
    names: tuple[str, ...]
    preset: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    label: Any
    text: str


class WordForm(forms.Form):
    value = forms.CharField(required=False, max_length=MAX_PROMPT)
    back = forms.ChoiceField(choices=[("guide", "")], required=False)


class PageForm(forms.Form):
    """Which of the students' pages is shown with the words."""

    page = forms.ChoiceField(
        label=_("Page"),
        choices=[(name, label) for name, (label, _depth) in PAGES.items()],
    )

    @property
    def name(self) -> str:
        """The page that was chosen; where nothing was, the one that a student sees first."""
        return self.cleaned_data["page"] if self.is_valid() else "services"


class WordingForm(SeenForm):
    """A noun with a plural has two fields: `provider` and `provider_plural`."""

    def __init__(self, data: Any, *, community: Community) -> None:
        self.community = community
        self.now = {**PRESETS[community.preset], **community.wording}
        super().__init__(data, initial={"seen": write_seen(own_words(community))})
        for key, plural in NOUNS.items():
            parts = self.now[key] if plural else [self.now[key]]
            self.fields[key] = _text(NOUN_LABELS[key], MAX_NOUN, parts[0])
            if plural:
                self.fields[f"{key}_plural"] = _text(_more_than_one(key), MAX_NOUN, parts[1])
        for key in PROMPTS:
            self.fields[key] = _text(PROMPT_LABELS[key], MAX_PROMPT, self.now[key])

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        preset, shown = PRESETS[self.community.preset], {}
        for key, own in values.items():
            word = own or preset[key]
            if NOUNS.get(key):
                shown[key], shown[f"{key}_plural"] = word
            else:
                shown[key] = word
        return shown

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key, value in self._typed(data).items():
            try:
                check_wording({key: value}, labels={**NOUN_LABELS, **PROMPT_LABELS})
            except InvalidWording as error:
                self.add_error(key, error.message)
        return data

    def _typed(self, data: dict[str, Any]) -> dict[str, Any]:
        """What was typed without a fault, by word; pairs for nouns with a plural."""
        typed: dict[str, Any] = {}
        for key, plural in [*NOUNS.items(), *((prompt, None) for prompt in PROMPTS)]:
            names = (key, f"{key}_plural") if plural else (key,)
            if all(name in data for name in names):
                typed[key] = [data[name] for name in names] if plural else data[key]
        return typed

    @property
    def changes(self) -> dict[str, Any]:
        """Words to write; None for those that are the preset's again."""
        preset = PRESETS[self.community.preset]
        return {
            key: None if _same(value, preset[key]) else value
            for key, value in self._typed(self.cleaned_data).items()
        }

    @property
    def usable(self) -> dict[str, Any]:
        """What can be previewed: typed words that have no fault, over those that count now."""
        if not self.is_bound:
            return dict(self.community.wording)
        self.is_valid()
        good = {
            key: value
            for key, value in self._typed(self.cleaned_data).items()
            if key not in self.errors
        }
        return {**self.community.wording, **check_wording(good)}

    @property
    def nouns(self) -> list[tuple[WordRow, list[Any]]]:
        return [self._row(key, NOUN_LABELS[key], bool(plural)) for key, plural in NOUNS.items()]

    @property
    def prompts(self) -> list[tuple[WordRow, list[Any]]]:
        return [self._row(key, PROMPT_LABELS[key], has_plural=False) for key in PROMPTS]

    def _row(self, key: str, label: Any, has_plural: bool) -> tuple[WordRow, list[Any]]:  # noqa: FBT001  (private)
        names = (key, f"{key}_plural") if has_plural else (key,)
        preset = PRESETS[self.community.preset][key]
        shown = preset if isinstance(preset, str) else " / ".join(preset)
        row = WordRow(key, label, names, shown, key in self.community.wording)
        return row, [self[name] for name in names]


def own_words(community: Community) -> dict[str, Any]:
    """Every word that the community changed, None where it is the preset's."""
    return {key: community.wording.get(key) for key in (*NOUNS, *PROMPTS)}


def preview_of(words: Wording) -> list[Sentence]:
    """Every sentence that the words make."""
    own = [Sentence(PROMPT_LABELS[key], getattr(words, key)) for key in PROMPTS]
    return [
        *own,
        Sentence(_("In a sentence"), _("You meet %(one)s.") % {"one": words.a_provider}),
        Sentence(
            _("In a list"),
            _("All %(many)s who are free then") % {"many": words.providers},
        ),
    ]


def _more_than_one(key: str) -> str:
    return _("%(what)s: more than one") % {"what": NOUN_LABELS[key]}


def _text(label: Any, length: int, initial: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        initial=initial,
        error_messages={"required": _("Enter a word, or press Reset to have the first one back.")},
    )


def _same(value: Any, preset: Any) -> bool:
    return list(value) == list(preset) if isinstance(preset, (list, tuple)) else value == preset
