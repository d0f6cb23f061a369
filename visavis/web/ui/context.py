"""What every page knows: the community, its accent, and the reader's habits."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from visavis.bookings.queries import communities_open_to
from visavis.bookings.teaching import can_see_teaching
from visavis.communities.enums import Accent
from visavis.communities.models import Community
from visavis.communities.queries import find_usual_zone
from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.people.enums import HourCycle
from visavis.people.models import User
from visavis.people.rules import Standing, can_see_community, can_work_at_desk
from visavis.web.ui.pieces import MenuItem
from visavis.web.ui.times import find_hour_cycle

# The first pages of the faces, by name: this room imports none of them.
FACES = ("student:learn", "teach:meetings", "manage:overview")


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor; what costs a query waits until a template asks for it.

    A view that belongs to a community sets `request.community`, and may set `request.standing`.
    """
    community: Community | None = getattr(request, "community", None)
    user = getattr(request, "user", AnonymousUser())
    return {
        "community": community,
        "wording": wording_of(community) if community else None,
        "accent": community.accent if community else Accent.TEAL.value,
        "is_demo": settings.DEMO,
        "user_zone": SimpleLazyObject(lambda: find_zone(user, community)),
        "hour_cycle": cycle_of(request),
        "site_nav": SimpleLazyObject(lambda: _site_nav(request, user, community)),
        "own_communities": SimpleLazyObject(lambda: _own_communities(user)),
        "next_url": request.get_full_path() if request.method == "GET" else "",
    }


def cycle_of(request: HttpRequest) -> HourCycle:
    """Whether the reader of this page reads 14:30 or 2:30 PM."""
    user = getattr(request, "user", AnonymousUser())
    return find_hour_cycle(
        getattr(user, "hour_cycle", ""), request.headers.get("Accept-Language", "")
    )


def find_zone(user: User | AnonymousUser, community: Community | None) -> ZoneInfo:
    """The zone of the reader's profile, else the community's.

    On pages of no community it is the zone of most communities, and UTC before the first.
    """
    name = getattr(user, "timezone", "")
    if not name:
        name = community.timezone if community else find_usual_zone()
    return ZoneInfo(name or "UTC")


def _own_communities(user: User | AnonymousUser) -> list[Community]:
    return communities_open_to(user).own


def _site_nav(
    request: HttpRequest, user: User | AnonymousUser, community: Community | None
) -> list[MenuItem]:
    if community is None:
        return []
    standing = getattr(request, "standing", None) or Standing(user, community)
    if not can_see_community(standing):
        return []
    words = wording_of(community)
    learn, teach, manage = (reverse(name, args=[community.slug]) for name in FACES)
    teaches, manages = (request.path.startswith(url) for url in (teach, manage))
    items = [MenuItem(words.learn, learn, active=not teaches and not manages)]
    if can_see_teaching(standing, now=clock.now()):
        items.append(MenuItem(words.teach, teach, active=teaches))
    if can_work_at_desk(standing):
        items.append(MenuItem(_("Manage"), manage, active=manages))
    return items if len(items) > 1 else []
