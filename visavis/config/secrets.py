"""Where secrets come from: the environment, a file it names, or a file of our own."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def find_secret(name: str) -> str:
    """The value of NAME, or the contents of the file that NAME_FILE names, or an empty string."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which cannot be read: {error}"
        ) from error


def make_secret_key(data: Path, *, production: bool) -> str:
    """The key kept in the data folder, made on first use; production must bring its own."""
    if production:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set SECRET_KEY, or SECRET_KEY_FILE to the path of a file that "
            "holds it: 50 random characters that stay the same from one start to the next."
        )
    path = data / "secret_key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: of two processes that start together, one writes and both read.
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(get_random_secret_key())
    return path.read_text().strip()
