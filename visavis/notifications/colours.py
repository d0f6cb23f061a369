"""Colours of mails: written into each, because mail programs know no style sheet of ours."""

from dataclasses import dataclass

from visavis.communities.enums import Accent


@dataclass(frozen=True, slots=True)
class Colours:
    """An accent by day and by night, as frontend/accents.css has them."""

    day: str
    night: str


COLOURS = {
    Accent.TEAL.value: Colours("#0f6b66", "#5cc4bb"),
    Accent.INDIGO.value: Colours("#4a4fb5", "#a9aff6"),
    Accent.PLUM.value: Colours("#8a3a7c", "#e29ad4"),
    Accent.FOREST.value: Colours("#2f6b3a", "#86c991"),
    Accent.RUST.value: Colours("#a8431f", "#f0a07c"),
    Accent.OCEAN.value: Colours("#1b639f", "#7fbcee"),
    Accent.ROSE.value: Colours("#b02f55", "#f498b0"),
    Accent.SLATE.value: Colours("#4b5a6b", "#a9b9ca"),
}
