"""The ways into the pages of those who give support."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from visavis.people.models import Provider
from visavis.people.rules import can_teach
from visavis.web.hours.desk import Desk
from visavis.web.provider.menu import teach_menu
from visavis.web.ui.doors import CommunityRequest, community_page

teach_page = community_page(can_teach)


def own_hours(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Hand the view the desk of the person who asks."""

    @teach_page
    @wraps(view)
    def seated(request: CommunityRequest, **wanted: Any) -> HttpResponse:
        root = reverse("teach:hours", args=[request.community.slug])
        desk = Desk(
            me(request),
            root,
            "provider/frame.html",
            is_own=True,
            context=teach_menu(request, "hours"),
        )
        return view(request, desk, **wanted)

    return seated


def me(request: CommunityRequest) -> Provider:
    """The provider's row of the person who asks; the door has seen to it that there is one."""
    provider = request.standing.provider
    if provider is None:
        raise LookupError("This page was reached without `teach_page`.")
    provider.community = request.community
    return provider
