"""The community's words: nouns in singular and plural, and prompts that are templates over them.

What is stored is only what differs from the preset, so that "reset" is forgetting.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from visavis.communities.enums import Preset
from visavis.communities.errors import InvalidWording
from visavis.communities.models import Community
from visavis.core.placeholders import problem_in
from visavis.core.text import fold

MAX_NOUN = 60
MAX_PROMPT = 200

# Noun → its plural's placeholder, or None for a name that has no plural.
NOUNS: dict[str, str | None] = {
    "provider": "providers",
    "service": "services",
    "support": None,
    "learn": None,
    "teach": None,
    "materials": None,
}

PROMPTS: dict[str, str] = {
    "pick_service": "Select your {service}",
    "edit_list": "Edit your {services}",
    "pick_time": "When would you like to meet?",
    "pick_provider": "Which {provider} would you like?",
    "pick_place": "Where would you like to meet?",
    "topic": "What would you like to talk about?",
    "review": "Is everything right?",
    "services_menu": "{services}",
    "providers_menu": "{providers}",
}

_PROVIDER_FIRST: dict[str, Any] = {
    "provider": ("Peer Mentor", "Peer Mentors"),
    "service": ("Peer Mentor", "Peer Mentors"),
    "support": "Peer Mentoring",
    "learn": "Learn",
    "teach": "Teach",
    "materials": "Materials",
    **PROMPTS,
    "pick_service": "Select your {provider}",
}
_COURSE_FIRST: dict[str, Any] = {
    "provider": ("Tutor", "Tutors"),
    "service": ("Course", "Courses"),
    "support": "Tutoring",
    "learn": "Learn",
    "teach": "Teach",
    "materials": "Materials",
    **PROMPTS,
}
PRESETS: dict[str, dict[str, Any]] = {
    Preset.PROVIDER_FIRST.value: _PROVIDER_FIRST,
    Preset.COURSE_FIRST.value: _COURSE_FIRST,
}


@lru_cache(maxsize=1)
def _english() -> Any:
    import inflect  # noqa: PLC0415  (a second and more to load; the command line never needs it)

    return inflect.engine()


@lru_cache(maxsize=1024)
def with_article(noun: str) -> str:
    """The noun with its indefinite article: "a Tutor", "an Advisor", "an 8-week Coach"."""
    number = re.match(r"\d[\d,]*", noun)
    if number:
        return f"{'an' if _begins_with_a_vowel(number[0].replace(',', '')) else 'a'} {noun}"
    return str(_english().a(noun))


def _begins_with_a_vowel(digits: str) -> bool:
    """Whether a number is read with a vowel first: eight, eighty, eleven, eighteen thousand."""
    first = digits[: len(digits) % 3 or 3]
    return first.startswith("8") or first in ("11", "18")


class Words(dict[str, str]):
    """The nouns of a community; `a_provider` is worked out when it is asked for.

    The library that knows articles takes a second to load, and few pages want one.
    """

    def __missing__(self, key: str) -> str:
        noun = key.removeprefix("a_")
        if noun == key or noun not in NOUNS:
            raise KeyError(key)
        self[key] = with_article(self[noun])
        return self[key]


@dataclass(frozen=True)
class Wording:
    """All words of one community, ready to print."""

    words: Words
    prompts: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        """`wording.providers`, `wording.a_service`, `wording.pick_place`: a word or a prompt."""
        if name in self.prompts:
            return self.prompts[name].format_map(self.words)
        try:
            return self.words[name]
        except KeyError:
            raise AttributeError(name) from None

    def clash(self) -> str:
        """The label that two menu items share, whatever its case, or an empty string."""
        same = fold(self.services_menu) == fold(self.providers_menu)
        return self.services_menu if same else ""

    def distinction(self) -> str:
        """What to call the services' menu item instead, as a prompt; empty where nothing helps."""
        taken = fold(self.providers_menu)
        offered = ("{support}", _("Book {a_service}"), _("{services} to book"))
        return next(
            (one for one in offered if fold(one.format_map(self.words)) != taken),
            "",
        )


def wording_of(community: Community) -> Wording:
    """The community's own words over those of its preset."""
    return make_wording(community.preset, community.wording)


def make_wording(preset: str, own: Mapping[str, Any]) -> Wording:
    """The words that `own` changes over the preset's. `own` must have passed `check_wording`."""
    merged = {**PRESETS[preset], **own}
    words = Words()
    for noun, plural in NOUNS.items():
        singular = merged[noun] if plural is None else merged[noun][0]
        words[noun] = singular
        if plural is not None:
            words[plural] = merged[noun][1]
    return Wording(words, {key: merged[key] for key in PROMPTS})


def check_wording(
    own: Mapping[str, Any], *, labels: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """`own` cleaned, or InvalidWording that names the word, what is wrong and what may be used.

    A word is named by its label where `labels` has one (a page), else by its key (what is typed on
    the command line).
    """
    names = labels or {}
    return {key: _check_one(key, value, str(names.get(key, key))) for key, value in own.items()}


def _check_one(key: str, value: Any, name: str) -> Any:
    if key in PROMPTS:
        return _check_prompt(key, str(value).strip(), name)
    if key not in NOUNS:
        known = ", ".join([*NOUNS, *PROMPTS])
        raise InvalidWording(
            _("There is no word “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": known},
            data={"key": key},
        )
    if NOUNS[key] is None:
        return _check_noun(key, value, name)
    pair = value.split("|") if isinstance(value, str) else list(value)
    if len(pair) != 2:  # noqa: PLR2004
        raise InvalidWording(
            _("“%(name)s” needs its singular and its plural: “Peer Mentor|Peer Mentors”.")
            % {"name": name},
            data={"key": key},
        )
    return [_check_noun(key, part, name) for part in pair]


def _check_noun(key: str, value: Any, name: str) -> str:
    text = " ".join(str(value).split())
    if not text:
        raise InvalidWording(
            _("The word for “%(name)s” is empty.") % {"name": name}, data={"key": key}
        )
    if len(text) > MAX_NOUN or "{" in text or "}" in text:
        raise InvalidWording(
            _("The word for “%(name)s” has at most %(most)s characters and no braces.")
            % {"name": name, "most": MAX_NOUN},
            data={"key": key},
        )
    return text


def placeholders() -> list[str]:
    """The names that a prompt may hold in braces."""
    plurals = [plural for plural in NOUNS.values() if plural]
    return [*NOUNS, *plurals, *(f"a_{noun}" for noun in NOUNS)]


def _check_prompt(key: str, text: str, name: str) -> str:
    if not text or len(text) > MAX_PROMPT:
        raise InvalidWording(
            _("The prompt “%(name)s” has between 1 and %(most)s characters.")
            % {"name": name, "most": MAX_PROMPT},
            data={"key": key},
        )
    problem = problem_in(text, placeholders())
    if problem:
        told = {"name": name, "problem": problem}
        raise InvalidWording(
            _("The prompt “%(name)s” does not fit. %(problem)s") % told, data={"key": key}
        )
    return text
