"""The tabs of the provider's pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.communities.wording import wording_of
from visavis.people.rules import can_teach
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.pieces import MenuItem


def teach_menu(request: CommunityRequest, active: str) -> dict[str, Any]:
    """The context of the frame: tabs, with `active` marked."""
    words = wording_of(request.community)
    tabs = [("meetings", _("Meetings"), "calendar")]
    if can_teach(request.standing):
        tabs += [("hours", _("Hours"), "clock"), ("profile", _("Profile"), "user")]
    return {
        "teach_title": words.teach,
        "tabs": [
            MenuItem(
                label, reverse(f"teach:{name}", args=[request.community.slug]), icon, name == active
            )
            for name, label, icon in tabs
        ],
    }
