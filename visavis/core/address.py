"""Where the pages are: what commands and mails with links must know of `visavis serve`."""

import os
from contextlib import suppress

from django.conf import settings

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (read, not bound)
NAME = "served_at"


def remember_address(host: str, port: int) -> None:
    """Keep where this machine serves, for other commands; a folder that cannot hold it is none."""
    with suppress(OSError):
        (settings.DATA / NAME).write_text(f"http://{EVERYWHERE.get(host, host)}:{port}")


def find_address() -> str:
    """The first public host; else PORT, else where `serve` ran last, else where it would run."""
    public = [host for host in settings.ALLOWED_HOSTS if host not in settings.LOCAL_HOSTS]
    named = [host.lstrip(".") for host in public if not host.startswith("*")]
    if named:
        return f"https://{named[0]}"
    if os.environ.get("PORT"):
        return f"http://127.0.0.1:{os.environ['PORT']}"
    with suppress(OSError):
        return (settings.DATA / NAME).read_text().strip()
    return "http://127.0.0.1:8000"
