"""Whose hours are edited, and in which face: the same pages serve provider and administrator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from visavis.people.models import Provider


class Door(Protocol):
    """Turns view(request, desk, …) into a view of the face, behind its own rule.

    `tab` is what the provider's menu marks; a `shows` page is open to whoever may only look.
    """

    def __call__(
        self, view: Callable[..., HttpResponse], *, tab: str = "hours", shows: bool = False
    ) -> Callable[..., HttpResponseBase]: ...


@dataclass(frozen=True)
class Desk:
    """The provider, the address under which the pages stand, and the template that frames them.

    `home` is the page of the face from which one comes to go on sick leave; `week` is the week
    that the calendar shows, by one of its days; `may_change` is whether it can be edited.
    """

    provider: Provider
    root: str
    frame: str
    home: str
    is_own: bool
    context: dict[str, Any] = field(default_factory=dict)
    week: date | None = None
    may_change: bool = True

    @property
    def query(self) -> str:
        """What every address carries, so that the calendar stays where it is."""
        return f"?week={self.week.isoformat()}" if self.week else ""

    @property
    def hours_url(self) -> str:
        """The page of the hours, at the week that is shown."""
        return f"{self.root}{self.query}"
