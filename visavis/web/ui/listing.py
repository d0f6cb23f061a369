"""One page of a long list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 25


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | list[Any], *, size: int = ROWS, name: str = "page"
) -> Page[Any]:
    """The page that `?page=` (or another `name`) names.

    What is no number gives the first, one too large the last.
    """
    return Paginator(rows, size).get_page(request.GET.get(name))
