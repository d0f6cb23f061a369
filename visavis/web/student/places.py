"""Places in words."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.availability.models import Location
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import AppointmentFormat
from visavis.core.text import fold
from visavis.web.ui.links import has_link, without_links

KINDS: dict[str, str | Promise] = {
    MeetingKind.IN_PERSON.value: gettext_lazy("in person"),
    MeetingKind.ONLINE.value: gettext_lazy("online"),
    MeetingKind.PHONE.value: gettext_lazy("by phone"),
}
ICONS = {
    MeetingKind.IN_PERSON.value: "pin",
    MeetingKind.ONLINE.value: "video",
    MeetingKind.PHONE.value: "phone",
}


def place_in_sentence(place: Location) -> str:
    """“in Library 204”, “online (Video call)”, “by phone”, as the end of a sentence has it."""
    if place.kind == MeetingKind.IN_PERSON:
        return _("in %(place)s") % {"place": place.name}
    how = str(KINDS[place.kind])
    # A place that is called as its kind is says it twice.
    is_named = fold(place.name) not in (fold(how), fold(str(MeetingKind(place.kind).label)))
    return f"{how} ({place.name})" if is_named else how


def details_before(place: Location) -> str:
    """What is told of a place before it is booked: a meeting's link is for those who meet."""
    if place.kind != MeetingKind.ONLINE or not has_link(place.details):
        return place.details
    hint = _("The link stands on the page of your meeting when you have booked.")
    return f"{without_links(place.details)} {hint}".strip()


def where_in_words(format_: AppointmentFormat, places: Sequence[Location]) -> str:
    """The one place where such meetings are, or the kinds of places: “in person or online”."""
    there = [place for place in places if place.kind in format_.meeting_kinds]
    if len(there) == 1:
        return there[0].name
    kinds = [str(words) for kind, words in KINDS.items() if kind in {p.kind for p in there}]
    if len(kinds) < 2:  # noqa: PLR2004  (one or none needs no "or")
        return "".join(kinds)
    return _("%(first)s or %(last)s") % {"first": ", ".join(kinds[:-1]), "last": kinds[-1]}
