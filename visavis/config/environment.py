"""What the environment says, typed: a value that does not fit is refused with its name."""

import os
import re
import warnings
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
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


def read_not_negative(name: str, *, default: int) -> int:
    """A whole number from 0 on. Raises ImproperlyConfigured for anything else."""
    number = read_whole(name, default=default)
    if number < 0:
        raise ImproperlyConfigured(f"{name} is {number}. Write 0 or more.")
    return number


def read_choice(name: str, choices: Sequence[str], *, default: str) -> str:
    """One of a few words. Raises ImproperlyConfigured for any other."""
    word = os.environ.get(name, "").strip().casefold() or default
    if word not in choices:
        raise ImproperlyConfigured(f"{name} is “{word}”. Write {' or '.join(choices)}.")
    return word


def read_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks, separated by commas. Raises ImproperlyConfigured unless they are."""
    how = "Write networks like 10.0.0.0/8, separated by commas."
    words = [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
    return _read(name, lambda: [ip_network(word) for word in words], how)


def read_database(name: str, *, otherwise: Path | None = None) -> dict[str, Any]:
    """An address of a database as Django's settings, else the SQLite file, or nothing.

    Raises ImproperlyConfigured.
    """
    if not os.environ.get(name):
        return {"ENGINE": ENGINES[0], "NAME": str(otherwise)} if otherwise else {}
    instead = " to use SQLite" if otherwise else ""
    how = f"Write postgres://user:password@host:5432/name, or unset it{instead}."
    found = _read(name, lambda: env.db_url(name), how)
    if found.get("ENGINE") not in ENGINES:
        raise ImproperlyConfigured(f"{name} names no database that Visavis can use. {how}")
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
