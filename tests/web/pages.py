"""Every address of the URL conf, with the view behind it and whom it admits."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from visavis.people.enums import Act
from visavis.web.ui.doors import OF_LIBRARIES, Entrance


def every_view() -> Iterator[tuple[str, str, Any]]:
    """The path, the name and the view of each address there is."""
    yield from _views(get_resolver().url_patterns, "", "")


def _views(patterns: list[Any], path: str, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        here = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _views(pattern.url_patterns, here, prefix + inner)
        elif isinstance(pattern, URLPattern):
            yield here, f"{prefix}{pattern.name}", pattern.callback


def whom(name: str, view: Any) -> Act | Entrance | None:
    """Whom the view says that it admits; None where it says nothing."""
    return OF_LIBRARIES.get(name) or getattr(view, "admits", None)


ADMITS = {name: whom(name, view) for _path, name, view in every_view()}
