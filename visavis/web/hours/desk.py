"""Whose hours are edited, and in which face: the same pages serve provider and administrator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from visavis.people.models import Provider

# Turns view(request, desk, …) into a view of the face, behind its own rule.
Door = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]


@dataclass(frozen=True)
class Desk:
    """The provider, the address under which the pages stand, and the template that frames them."""

    provider: Provider
    root: str
    frame: str
    is_own: bool
    context: dict[str, Any] = field(default_factory=dict)
