"""Addresses at which a calendar may be read, and what of a network may be asked.

A person types the address and our server goes there, from inside the school's network. So it goes
to the outside world only: every address that a name leads to is looked at, at every step of the
way, and the connection is made to the very one that was looked at.
"""

import socket
from dataclasses import dataclass
from string import ascii_lowercase, digits
from urllib.parse import quote, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from visavis.availability.outside_models import ADDRESS_LENGTH
from visavis.calendars.errors import InvalidAddress
from visavis.calendars.problems import problem_in_words
from visavis.core.outside import is_outside

PORTS = {"http": 80, "https": 443}
# Calendars are handed out under these; the file behind them is fetched like any other.
CALENDAR_SCHEMES = {"webcal": "https", "webcals": "https"}
# Names that lead nowhere in the open web (RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`).
INSIDE_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp")
HOST_LETTERS = frozenset(f"{ascii_lowercase}{digits}-._:[]")
# What may stand in an address as it is; percent signs are those of escapes that are there already.
PUNCTUATION = "/%?:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in its parts; `target` is the path with the query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host_header}{self.target}"


def check_address(typed: str) -> str:
    """The address as it is kept: https where webcal was typed, the host in small letters.

    Raises InvalidAddress with a sentence that says what to do.
    """
    text = typed.strip()
    scheme, mark, rest = text.partition("://")
    scheme = scheme.lower()
    if not mark or scheme not in {*PORTS, *CALENDAR_SCHEMES}:
        raise InvalidAddress(
            _("This is no address of a calendar. It begins with https:// or webcal://")
        )
    try:
        address = split_address(f"{CALENDAR_SCHEMES.get(scheme, scheme)}://{rest}")
    except ValueError as error:
        raise InvalidAddress(
            _("This address cannot be read. Copy it once more, whole and without spaces.")
        ) from error
    if _is_inside_by_name(address.host):
        raise InvalidAddress(
            problem_in_words("inside", {"host": address.host}), code="address_inside"
        )
    return str(address)


def _is_inside_by_name(host: str) -> bool:
    """Whether the name alone says that it is inside; what names lead to is looked at later."""
    if ":" in host:
        return not is_outside(host)
    try:
        # As the system reads numbers: 127.1 and 2130706433 are addresses too.
        return not is_outside(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return "." not in host or host.endswith(INSIDE_NAMES)


def split_address(text: str) -> Address:
    """The parts of an http or https address, all in ASCII.

    Raises ValueError for one that is none, and InvalidAddress for one that holds a password.
    """
    if len(text) > ADDRESS_LENGTH or any(letter.isspace() or letter < " " for letter in text):
        raise ValueError("An address is short and has no spaces.")
    parts = urlsplit(text)
    if parts.username is not None or parts.password is not None:
        raise InvalidAddress(
            _(
                "The address holds a user name or password. Your calendar has a private address "
                "that needs neither; use that one."
            ),
            code="address_with_password",
        )
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("Only http and https are read.")
    host = parts.hostname.rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode()
    if not host or set(host) - HOST_LETTERS:
        raise ValueError("This is no name of a host.")
    target = urlunsplit(("", "", _escaped(parts.path) or "/", _escaped(parts.query), ""))
    return Address(parts.scheme, host, parts.port or PORTS[parts.scheme], target)


def _escaped(part: str) -> str:
    return quote(part, safe=PUNCTUATION)
