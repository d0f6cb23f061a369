"""The left menu, in the community's own words: only what works, and only what the reader may."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.communities.wording import wording_of
from visavis.people.rules import can_change_school, can_manage
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.pieces import MenuItem


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the key that pages name, its label, the URL's name, its arguments."""

    key: str
    label: str
    name: str
    icon: str = ""
    args: tuple[str, ...] = ()
    at_desk: bool = False
    children: list["Entry"] = field(default_factory=list)


def manage_menu(request: CommunityRequest, active: str) -> list[MenuItem]:
    """The menu with the entry `active` marked, and its sisters opened."""
    manages = can_manage(request.standing)
    entries = _entries(request) if manages else _desk(_entries(request))
    if can_change_school(request.standing):
        entries.append(Entry("school", _("School"), "school", "school"))
    return [_item(request, entry, active) for entry in entries]


def _entries(request: CommunityRequest) -> list[Entry]:
    words = wording_of(request.community)
    return [
        Entry("overview", _("Overview"), "overview", "home", at_desk=True),
        Entry(
            "services", words.services_menu, "services", "book", at_desk=True, children=_services()
        ),
        Entry(
            "providers",
            words.providers_menu,
            "providers",
            "people",
            at_desk=True,
            children=_people(),
        ),
        Entry("students", _("Students"), "students", "user", at_desk=True),
        Entry("locations", _("Locations"), "locations", "pin"),
        Entry("closures", _("Closures"), "closures", "calendar"),
        Entry("settings", _("Settings"), "settings", "gear"),
        Entry("wording", _("Wording"), "wording", "words"),
        Entry("messages", _("Messages"), "messages", "mail"),
        Entry("links", _("Links"), "links", "form"),
        Entry("history", _("History"), "history", "history"),
    ]


def _services() -> list[Entry]:
    return [
        Entry("services", _("Search"), "services", at_desk=True),
        Entry("uploads:courses", _("Manage"), "uploads", args=("courses",)),
        Entry("enrollment", _("Enrollment"), "enrollment"),
    ]


def _people() -> list[Entry]:
    return [
        Entry("providers", _("Search"), "providers", at_desk=True),
        Entry("uploads:providers", _("Manage"), "uploads", args=("providers",)),
        Entry("eligibility", _("Eligibility"), "eligibility"),
    ]


def _desk(entries: Iterable[Entry]) -> list[Entry]:
    return [
        Entry(entry.key, entry.label, entry.name, entry.icon, entry.args, at_desk=True)
        for entry in entries
        if entry.at_desk
    ]


def _item(request: CommunityRequest, entry: Entry, active: str) -> MenuItem:
    children = [_item(request, child, active) for child in entry.children]
    is_here = active == entry.key and not children
    return MenuItem(
        entry.label,
        reverse(f"manage:{entry.name}", args=[request.community.slug, *entry.args]),
        entry.icon,
        active=is_here,
        children=children,
    )
