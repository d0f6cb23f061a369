"""States as people see them: a word, a kind of colour, and a sign."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATUSES: dict[str, tuple[str | Promise, str, str]] = {
    "requested": (_("Requested"), "wait", "clock"),
    "your_turn": (_("Your turn"), "wait", "warning"),
    "held": (_("Held"), "wait", "clock"),
    "planned": (_("Planned"), "accent", "calendar"),
    "confirmed": (_("Confirmed"), "good", "check"),
    "over": (_("Over"), "neutral", "check"),
    "attended": (_("Attended"), "good", "check"),
    "done": (_("Done"), "neutral", "check"),
    "no_show": (_("Missed"), "bad", "warning"),
    "excused": (_("Excused"), "neutral", "check"),
    "declined": (_("Declined"), "bad", "x"),
    "left": (_("You left"), "neutral", "x"),
    "cancelled": (_("Cancelled"), "neutral", "x"),
    "expired": (_("Expired"), "neutral", "clock"),
}
