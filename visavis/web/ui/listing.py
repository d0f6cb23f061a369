"""One page of a long list."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 25


def ordering(orders: Mapping[str, Sequence[str]], sort: str) -> list[str]:
    """The columns to sort by for what the address asks: a key of `orders`, or `-` before one."""
    columns = orders[sort.removeprefix("-")]
    return [_turned(column) for column in columns] if sort.startswith("-") else list(columns)


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def also(request: HttpRequest, name: str) -> str:
    """The same list with the tick `name` set, from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    query[name] = "1"
    return f"?{query.urlencode()}"


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | list[Any], *, size: int = ROWS, name: str = "page"
) -> Page[Any]:
    """The page that `?page=` (or another `name`) names.

    What is no number gives the first, one too large the last.
    """
    return Paginator(rows, size).get_page(request.GET.get(name))
