"""How long the other end of a connection to PostgreSQL may say nothing at all (docs/adr/0015)."""

PROBES = 3  # so many questions stay without an answer before an end gives up
CONNECTS_WITHIN = 5  # seconds


def as_client(seconds: int) -> dict[str, int]:
    """What libpq is told, so that our end gives a silent connection up after so many seconds.

    0 leaves all to the operating system.
    """
    if not seconds:
        return {}
    own = {"connect_timeout": CONNECTS_WITHIN, "tcp_user_timeout": seconds * 1000}
    return {**own, **_rhythm(seconds)}


def as_server(seconds: int) -> list[str]:
    """The same for the server's end, as libpq's options."""
    if not seconds:
        return []
    theirs = {f"tcp_{name}": number for name, number in _rhythm(seconds).items()}
    said = {"tcp_user_timeout": seconds * 1000, **theirs}
    return [f"-c {name}={number}" for name, number in said.items()]


def _rhythm(seconds: int) -> dict[str, int]:
    # A third of the time passes before the first question, the rest between the questions.
    pause = max(seconds // PROBES, 1)
    return {
        "keepalives_idle": pause,
        "keepalives_interval": pause,
        "keepalives_count": PROBES - 1,
    }
