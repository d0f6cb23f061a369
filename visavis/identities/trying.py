"""A sign-in that changes nothing: what came, and what it would have led to."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from visavis.identities.attributes import Asserted
from visavis.identities.claims import decide
from visavis.identities.enums import Outcome
from visavis.identities.errors import Problem
from visavis.identities.models import IdentityProvider
from visavis.identities.problems import problem_for_staff

# Where the session of who tries keeps the result: it is about them alone.
TRIAL = "identity_trial"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a test, as plain values that a session can keep."""

    provider: str
    problem: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    identifier: str = ""
    outcome: str = ""
    account: str = ""
    roles: tuple[str, ...] = ()

    @property
    def outcome_in_words(self) -> str:
        return str(Outcome(self.outcome).label) if self.outcome else ""

    @classmethod
    def read(cls, kept: Any, provider: IdentityProvider) -> "Trial | None":
        """The result that a session keeps, if it is of this provider."""
        if not isinstance(kept, dict) or kept.get("provider") != provider.key:
            return None
        return cls(**kept)


def try_out(provider: IdentityProvider, asserted: Asserted) -> Trial:
    """What this arrival would lead to. Nothing is written."""
    shown = asserted.shown
    identifier = asserted.identifiers[0] if asserted.identifiers else ""
    try:
        decision = decide(provider, asserted)
    except Problem as problem:
        sentence = problem_for_staff(problem, provider.name)
        return Trial(provider.key, problem=sentence, shown=shown, identifier=identifier)
    names = " ".join(part for part in (asserted.first_name, asserted.last_name) if part)
    user = decision.user
    account = f"{user} ({user.email})" if user else f"{names} ({asserted.email})".strip()
    return Trial(
        provider.key,
        shown=shown,
        identifier=identifier,
        outcome=decision.outcome.value,
        account=account,
        roles=tuple(
            f"{row.get_role_display()} ({row.community or _('every community')})"
            for row in decision.roles
        ),
    )


def failed(provider: IdentityProvider, problem: Problem) -> Trial:
    """The result of a test that did not come so far as to say who it is."""
    return Trial(provider.key, problem=problem_for_staff(problem, provider.name))
