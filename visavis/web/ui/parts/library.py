"""The library that every component registers with, and the check of its choices."""

from typing import Any

from django import template

register = template.Library()


def one_of(table: dict[str, Any], value: str, parameter: str) -> Any:
    """The table's entry, or a loud error that lists what there is."""
    try:
        return table[value]
    except KeyError:
        raise template.TemplateSyntaxError(
            f"{parameter} is “{value}”; it can be one of: {', '.join(table)}."
        ) from None
