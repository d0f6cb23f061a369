"""The base of every refusal that a person may read.

VisavisError                 code, a sentence, data
├── communities.errors.…     each module has its own branch
└── …
"""

from collections.abc import Mapping
from typing import Any


class VisavisError(Exception):
    """A refusal with a stable `code`, a sentence for people, and data for machines.

    `status` is what a web face answers with when nobody nearer explains the refusal.
    """

    code = "refused"
    status = 422

    def __init__(
        self, message: str, *, code: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.data = dict(data or {})


class NotFound(VisavisError):
    """What was asked for is not there, or not for this person: from outside they look the same."""

    code = "not_found"
    status = 404
