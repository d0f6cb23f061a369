"""The left menu, in the community's own words: only what works, and only what the reader may."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.communities.wording import wording_of
from visavis.people.rules import can_manage, can_run_school
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
    items = [_item(request, entry, active) for entry in entries]
    if can_run_school(request.user):
        items.append(MenuItem(_("School"), reverse("school:communities"), "school"))
    return items


def school_menu(active: str) -> list[MenuItem]:
    """The menu of the school's own pages, with the page named `active` marked."""
    pages = (
        ("communities", _("Communities"), "people"),
        ("settings", _("The school"), "school"),
        ("sign_in", _("Sign-in"), "link"),
        ("admins", _("Administrators"), "key"),
        ("people", _("People"), "user"),
        ("record", _("Record of sign-ins"), "history"),
        ("retention", _("What is kept"), "clock"),
    )
    return [
        MenuItem(label, reverse(f"school:{name}"), icon, active=name == active)
        for name, label, icon in pages
    ]


def _entries(request: CommunityRequest) -> list[Entry]:
    words = wording_of(request.community)
    return [
        Entry("overview", _("Overview"), "overview", "home", at_desk=True),
        *([] if request.community.is_opened else [_guide()]),
        Entry("calendar", _("Calendar"), "calendar", "calendar", at_desk=True),
        Entry("appointments", _("Appointments"), "appointments", "list", at_desk=True),
        Entry("why_not", _("Why not?"), "why_not", "info", at_desk=True),
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
        Entry("formats", _("Formats and questions"), "formats", "form"),
        Entry("log", _("Log"), "log", "report", children=_logs()),
        Entry("hours", _("Hours and closures"), "all_hours", "calendar", children=_hours()),
        Entry("attendance", _("Who came"), "attendance_day", "check", at_desk=True),
        Entry("absences", _("Missed meetings"), "absences", "clock"),
        Entry("waitlist", _("Waitlist"), "waitlist", "clock"),
        Entry("terms", _("Terms"), "terms", "list"),
        Entry("settings", _("Settings"), "settings", "gear"),
        Entry("wording", _("Wording"), "wording", "words"),
        Entry("messages", _("Messages"), "messages", "mail"),
        Entry("links", _("Links"), "links", "link", children=_links()),
        Entry("roles", _("People and roles"), "roles", "user"),
        Entry("retention", _("What is kept"), "retention", "clock"),
        Entry("history", _("History"), "history", "history"),
    ]


def _guide() -> Entry:
    return Entry("guide", _("Set-up guide"), "guide", "check")


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


def _hours() -> list[Entry]:
    return [
        Entry("hours", _("Everybody’s hours"), "all_hours"),
        Entry("closures", _("Closures"), "closures"),
    ]


def _logs() -> list[Entry]:
    return [
        Entry("log", _("What it asks"), "log"),
        Entry("logs", _("Written logs"), "logs"),
    ]


def _links() -> list[Entry]:
    return [
        Entry("links", _("On the first page"), "links"),
        Entry("short_addresses", _("Short addresses"), "short_addresses"),
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
