"""How long the other end of a connection to PostgreSQL may say nothing at all (docs/adr/0015)."""

from typing import Any

PROBES = 3  # so many questions stay without an answer before an end gives up
CONNECTS_WITHIN = 5  # seconds


def give_up_silent(options: dict[str, Any], seconds: int) -> None:
    """Have both ends of each connection given up after so many seconds of silence.

    What an address says itself stays. 0 leaves all to the operating system.
    """
    if not seconds:
        return
    pause = max(seconds // PROBES, 1)
    # A third of the time passes before the first question, the rest between the questions.
    rhythm = {
        "keepalives_idle": pause,
        "keepalives_interval": pause,
        "keepalives_count": PROBES - 1,
    }
    ours = {"connect_timeout": CONNECTS_WITHIN, "tcp_user_timeout": seconds * 1000, **rhythm}
    for name, number in ours.items():
        options.setdefault(name, number)
    theirs = {f"tcp_{name}": number for name, number in rhythm.items()}
    said = {"tcp_user_timeout": seconds * 1000, **theirs}
    words = [f"-c {name}={number}" for name, number in said.items()]
    options["options"] = " ".join([*filter(None, [options.get("options")]), *words])
