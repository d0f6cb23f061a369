"""What the doctor finds."""

from dataclasses import dataclass

WRONG, HINT, FINE = "wrong", "hint", "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know: `wrong` things end with status 1; a `hint` and what is `fine` do not."""

    level: str
    code: str
    message: str


def judged(code: str, trouble: str, fine: str, *, level: str = WRONG) -> Finding:
    """The trouble, where there is one; else that it is fine."""
    return Finding(level, code, trouble) if trouble else Finding(FINE, code, fine)
