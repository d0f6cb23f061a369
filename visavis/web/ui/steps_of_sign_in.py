"""What the session knows of how its person signed in, and from where the request comes."""

import ipaddress
import time
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from visavis.people.account_events import Visit
from visavis.web.ui.device_words import device_in_words

# What is dangerous is asked for again when somebody proved longer ago who they are.
FRESH_SECONDS = 15 * 60
NETWORKS = {4: 24, 6: 48}

Steps = list[Mapping[str, Any]]


def steps_of(request: HttpRequest) -> Steps:
    """The ways by which the person proved who they are in this session, the oldest first."""
    return get_authentication_records(request, request.user)  # type: ignore[no-any-return]


def used_second_factor(request: HttpRequest) -> bool:
    return any(step.get("method") == "mfa" for step in steps_of(request))


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last quarter of an hour."""
    at = [float(step.get("at", 0)) for step in steps_of(request)]
    return bool(at) and time.time() - max(at) < FRESH_SECONDS


def visit_of(request: HttpRequest) -> Visit:
    """The device in words, and the network unless it is not kept."""
    device = device_in_words(request.headers.get("User-Agent", ""))
    return Visit(network=_network_of(request) if settings.KEEP_NETWORKS else "", device=device)


def address_of(request: HttpRequest) -> str:
    """The visitor's address on the net, behind proxies of ours; empty when there is none."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def _network_of(request: HttpRequest) -> str:
    """The part of the address that names a network and no machine, such as 192.0.2.0/24."""
    try:
        address = ipaddress.ip_address(address_of(request))
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, NETWORKS[address.version]), strict=False))
