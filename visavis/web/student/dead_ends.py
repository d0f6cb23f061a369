"""Where the way ends: a sentence that says why, and the ways on."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from visavis.core.errors import VisavisError
from visavis.engine.world import Refusal
from visavis.web.student.meetings import ShownAnswer


@dataclass(frozen=True, slots=True)
class WayOn:
    """A link that leads on from a dead end."""

    label: str
    url: str


class DeadEnd(VisavisError):
    """A step that cannot be taken; `times` are other starts as links, `ways` what else to do.

    `answers` are what the student has written already, which is kept. A `refusal` becomes the
    message where the page is made: there it is known how the reader writes times.
    """

    code = "dead_end"
    status: int = HTTPStatus.NOT_FOUND

    def __init__(
        self,
        message: str = "",
        *,
        title: str,
        ways: Sequence[WayOn] = (),
        times: Sequence[WayOn] = (),
        times_title: str = "",
        note: str = "",
        refusal: Refusal | None = None,
        status: int = HTTPStatus.NOT_FOUND,
    ) -> None:
        super().__init__(message)
        self.title = title
        self.ways, self.times, self.times_title = list(ways), list(times), times_title
        self.note, self.refusal = note, refusal
        self.answers: list[ShownAnswer] = []
        self.status = status
