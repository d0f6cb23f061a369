"""What the environment says, typed: a value that does not fit is refused with its name."""

import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
T = TypeVar("T")


def read_switch(name: str, *, default: bool = False) -> bool:
    """1 or 0, yes or no. Raises ImproperlyConfigured for anything else."""
    word = os.environ.get(name, str(int(default))).strip().casefold()
    if word not in YES | NO:
        raise ImproperlyConfigured(f"{name} is “{word}”, which is neither 1 nor 0.")
    return word in YES


def read_whole(name: str, *, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    return _read(name, lambda: int(env.int(name, default=default)), "Write a whole number.")


RATE = re.compile(r"[1-9]\d*/[1-9]?\d*[smhd]/(user|ip)")


def read_rates(name: str, *, default: str) -> str:
    """How often, as in 120/m/user,3000/m/ip; off for no limit. Raises ImproperlyConfigured."""
    text = "".join(os.environ.get(name, default).split())
    if text.casefold() in {"off", ""}:
        return ""
    if not all(RATE.fullmatch(rate) for rate in text.split(",")):
        raise ImproperlyConfigured(
            f"{name} is “{text}”. Write how often for one person and for one address on the net, "
            f"such as {default}, with s, m, h or d for the time; or off for no limit."
        )
    return text


def read_database(*, file: Path) -> dict[str, Any]:
    """DATABASE_URL as Django's settings, else the SQLite `file`. Raises ImproperlyConfigured."""
    if not os.environ.get("DATABASE_URL"):
        return {"ENGINE": ENGINES[0], "NAME": str(file)}
    how = "Write postgres://user:password@host:5432/name, or unset it to use SQLite."
    found = _read("DATABASE_URL", lambda: env.db_url("DATABASE_URL"), how)
    if found.get("ENGINE") not in ENGINES:
        raise ImproperlyConfigured(f"DATABASE_URL names no database that Visavis can use. {how}")
    return dict(found)


def read_mail() -> dict[str, Any]:
    """EMAIL_URL as Django's settings. Raises ImproperlyConfigured unless it fits."""
    how = "Write smtp+tls://user:password@mail.university.edu:587."
    return dict(_read("EMAIL_URL", lambda: env.email_url("EMAIL_URL"), how))


def _read(name: str, read: Callable[[], T], how: str) -> T:
    """The value, without showing it when it does not fit: it may hold a password."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} cannot be read. {how}") from error
