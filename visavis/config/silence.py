"""How long the other end of a connection to PostgreSQL may say nothing at all (docs/adr/0015)."""

from visavis.config.environment import read_not_negative

PROBES = 3  # so many stretches of the time: one before the first question, one after each
CONNECTS_WITHIN = 5  # seconds


def our_end() -> dict[str, int]:
    """When the application gives a connection up, in libpq's words; nothing for 0 seconds."""
    seconds = _seconds()
    if not seconds:
        return {}
    return {
        "connect_timeout": CONNECTS_WITHIN,
        "tcp_user_timeout": seconds * 1000,
        **_rhythm(seconds),
    }


def their_end() -> dict[str, int]:
    """When the server gives a connection up, as its parameters; nothing for 0 seconds."""
    seconds = _seconds()
    if not seconds:
        return {}
    rhythm = {f"tcp_{name}": number for name, number in _rhythm(seconds).items()}
    return {"tcp_user_timeout": seconds * 1000, **rhythm}


def _seconds() -> int:
    return read_not_negative("DATABASE_SILENCE", default=15)


def _rhythm(seconds: int) -> dict[str, int]:
    pause = max(seconds // PROBES, 1)
    return {
        "keepalives_idle": pause,
        "keepalives_interval": pause,
        "keepalives_count": PROBES - 1,
    }
