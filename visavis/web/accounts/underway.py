"""A sign-in that has gone to an identity provider and is to come back to this browser."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Underway:
    """What this browser's session keeps meanwhile, in the state that allauth stashes.

    `next_path` is an own path, checked when it was kept; nothing that comes back is one.
    """

    next_path: str = ""
    is_trial: bool = False
    nonce: str = ""
    code_verifier: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        return {"next_path": self.next_path, "is_trial": self.is_trial}

    @classmethod
    def read(cls, state: dict[str, Any] | None) -> "Underway | None":
        if state is None:
            return None
        return cls(**state["data"], code_verifier=state.get("pkce_code_verifier") or "")
