"""What each kind of file is called, needs and belongs to."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.imports.enums import ImportKind
from visavis.web.ui.pieces import MenuItem

# Kind → the entry of the menu that is marked while one works with it.
MENU_ENTRIES = {
    "courses": "uploads:courses",
    "enrollment": "enrollment",
    "providers": "uploads:providers",
    "availability": "uploads:providers",
    "students": "students",
    "locations": "locations",
}
# Kind → the page on which one of them is typed in.
BY_HAND = {
    "courses": "new_service",
    "enrollment": "new_enrollment",
    "providers": "new_provider",
    "students": "new_student",
    "locations": "new_location",
}


@dataclass(frozen=True, slots=True)
class KindPage:
    """A kind of file: its heading, what stands in it, where its rows are looked up."""

    kind: str
    title: str
    lead: str
    columns: tuple[str, ...]
    list_url: str
    list_label: str
    upload_url: str
    by_hand_url: str = ""


def kind_page(community: Community, kind: str) -> KindPage:
    """The words of one kind, with the community's nouns."""
    words = wording_of(community)
    nouns = {"services": words.services_menu, "providers": words.providers_menu}
    texts: dict[str, tuple[str, str, tuple[str, ...], str, str]] = {
        "courses": (
            _("Manage %(services)s") % nouns,
            _("One row for each course or general topic. A topic has no course number."),
            ("Subject Abbreviation", "Course Number", "Course Name", "Description"),
            "services",
            words.services_menu,
        ),
        "enrollment": (
            _("Upload who has what"),
            _("One row for each student and each course or topic on their list."),
            ("Email", "Course", "SSO ID", "Student ID"),
            "enrollment",
            _("Enrollment"),
        ),
        "providers": (
            _("Manage %(providers)s") % nouns,
            _("One row for each person, with what they may give: codes with | between them."),
            ("Email", "First Name", "Last Name", "SSO ID", "Courses"),
            "providers",
            words.providers_menu,
        ),
        "availability": (
            _("Upload weekly hours"),
            _("One row for each block of hours that comes back every week."),
            ("Email", "Day", "Start", "End", "Courses", "Locations", "Formats", "From", "Until"),
            "providers",
            words.providers_menu,
        ),
        "students": (
            _("Upload students"),
            _("One row for each student. Further columns, such as a major, are kept as well."),
            ("First Name", "Last Name", "Email", "SSO ID", "Student ID"),
            "students",
            _("Students"),
        ),
        "locations": (
            _("Upload locations"),
            _("One row for each room, online place or telephone line."),
            ("Name", "Kind", "Hours", "Capacity", "Details"),
            "locations",
            _("Locations"),
        ),
    }
    title, lead, columns, list_name, list_label = texts[kind]
    return KindPage(
        kind=kind,
        title=title,
        lead=lead,
        columns=columns,
        list_url=reverse(f"manage:{list_name}", args=[community.slug]),
        list_label=list_label,
        upload_url=reverse("manage:uploads", args=[community.slug, kind]),
        by_hand_url=reverse(f"manage:{BY_HAND[kind]}", args=[community.slug])
        if kind in BY_HAND
        else "",
    )


def kind_tabs(community: Community, kind: str) -> list[MenuItem]:
    """People and their hours come in two files and stand on two tabs; other kinds have none."""
    pair: list[tuple[str, Any]] = [
        (ImportKind.PROVIDERS.value, _("People")),
        (ImportKind.AVAILABILITY.value, _("Weekly hours")),
    ]
    if kind not in dict(pair):
        return []
    return [
        MenuItem(label, reverse("manage:uploads", args=[community.slug, key]), active=key == kind)
        for key, label in pair
    ]
