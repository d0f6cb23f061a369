"""What the process keeps between two questions, where this version keeps anything."""

from importlib import import_module


def forget() -> bool:
    """Make this process forget it; False where nothing is kept."""
    try:
        kept = import_module("visavis.bookings.kept")
    except ModuleNotFoundError:
        return False
    kept.forget()
    return True
