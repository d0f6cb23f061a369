"""One page of a long list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 25


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | list[Any], *, size: int = ROWS
) -> Page[Any]:
    """The page that `?page=` names; what is no number gives the first, one too large the last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
