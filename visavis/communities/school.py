"""The school's settings as `key=value`, and what an e-mail domain looks like."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.utils.translation import gettext as _

from visavis.communities.errors import InvalidSetting
from visavis.communities.models import School
from visavis.communities.settings import NONE, parse_switch
from visavis.core.text import fold

_check = DomainNameValidator()


def clean_domains(texts: Iterable[str]) -> list[str]:
    """The domains in one spelling, each once. Raises InvalidSetting for what is none."""
    return sorted({_domain(text) for text in texts if text.strip()})


def _domain(text: str) -> str:
    domain = fold(text.strip()).removeprefix("@")
    try:
        _check(domain)
    except ValidationError:
        said = _(
            "“%(domain)s” is no e-mail domain. Write what stands after the @, like university.edu."
        )
        raise InvalidSetting(said % {"domain": text.strip()[:100]}) from None
    return domain


def _domains(text: str) -> list[str]:
    return [] if text.strip().casefold() in NONE else clean_domains(text.split("|"))


@dataclass(frozen=True, slots=True)
class SchoolSetting:
    """How the text of a key is read; the key is the school's column."""

    parse: Callable[[str], Any]
    help: str


SCHOOL_SETTINGS: dict[str, SchoolSetting] = {
    "name": SchoolSetting(str.strip, "full name, as the first page shows it"),
    "allowed_domains": SchoolSetting(
        _domains, "e-mail domains whose owners may sign in unasked, a.edu|b.edu, or none"
    ),
    "admins_need_second_factor": SchoolSetting(
        parse_switch, "yes or no: administrators sign in with a second factor"
    ),
    "email_codes": SchoolSetting(parse_switch, "yes or no: codes by mail sign people in"),
}


def parse_school_settings(pairs: Mapping[str, str]) -> dict[str, Any]:
    """The columns that these texts mean. Raises InvalidSetting, naming every key there is."""
    for key in pairs:
        if key not in SCHOOL_SETTINGS:
            known = ", ".join(SCHOOL_SETTINGS)
            said = _("The school has no setting “%(key)s”. There are: %(known)s.")
            raise InvalidSetting(said % {"key": key, "known": known})
    return {key: SCHOOL_SETTINGS[key].parse(text) for key, text in pairs.items()}


def shown_school(school: School) -> dict[str, Any]:
    """Every setting of the school as plain values."""
    return {key: getattr(school, key) for key in SCHOOL_SETTINGS}
