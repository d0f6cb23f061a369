"""What the history's verbs read like: one table, by the verb as it is written down."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# tests/web/admin/test_history.py reads the code and fails when a verb that it writes is not here.
VERBS: dict[str, str | Promise] = {
    # The school and its communities
    "changed school": _("Changed the school"),
    "created": _("Made the community"),
    "changed settings": _("Changed the settings"),
    "changed wording": _("Changed the wording"),
    "changed mail text": _("Changed the text of a mail"),
    "tried message again": _("Sent a mail again that could not be delivered"),
    "added link": _("Added the link"),
    "removed link": _("Removed the link"),
    # People
    "made provisional person": _("Entered the person"),
    "made school administrator": _("Made an administrator of the school"),
    "gave role admin": _("Made an administrator"),
    "gave role front_desk": _("Gave a place at the front desk"),
    "gave role provider": _("Gave a place among those who give support"),
    "gave role student": _("Put on the list of students"),
    "added provider": _("Added the person who gives support"),
    "signed in for the first time": _("Signed in for the first time"),
    "joined by school address": _("Joined with an address of the school"),
    "changed own profile": _("Changed the own profile"),
    "changed introduction": _("Changed the introduction"),
    "changed photo": _("Changed the photo"),
    "removed photo": _("Removed the photo"),
    "paused booking": _("Paused a student’s booking"),
    "ended pause": _("Ended the pause of a student’s booking"),
    # What can be booked, and by whom
    "added format": _("Added the kind of meeting"),
    "certified": _("Added what somebody may give"),
    "set owner": _("Changed whose own it is"),
    "enrolled": _("Put on a student's list"),
    "edited own list": _("Changed the own list"),
    # When and where
    "added hours": _("Added hours"),
    "changed hours": _("Changed hours"),
    "removed hours": _("Removed hours"),
    "restored hours": _("Put hours back"),
    "added extra": _("Added extra hours"),
    "removed extra": _("Removed extra hours"),
    "restored extra": _("Put extra hours back"),
    "added away": _("Added an absence"),
    "removed away": _("Removed an absence"),
    "restored away": _("Put an absence back"),
    "added closure": _("Closed the community"),
    "removed closure": _("Opened the community again"),
    "added place": _("Added the place"),
    # Meetings
    "requested": _("Asked for a meeting"),
    "confirmed": _("Confirmed a meeting"),
    "declined": _("Declined a request"),
    "expired": _("Let a request expire"),
    "cancelled": _("Cancelled a meeting"),
    "moved": _("Moved a meeting"),
    "attended": _("Noted that a student came"),
    "no_show": _("Noted that a student did not come"),
    "excused": _("Excused an absence"),
    "paused": _("Told a student of their pause"),
    # Files
    "uploaded courses": _("Uploaded a file of courses and topics"),
    "uploaded providers": _("Uploaded a file of people who give support"),
    "uploaded enrollment": _("Uploaded a file of enrollment"),
    "uploaded students": _("Uploaded a file of students"),
    "uploaded locations": _("Uploaded a file of places"),
    "uploaded availability": _("Uploaded a file of hours"),
    "planned import of courses": _("Previewed a file of courses and topics"),
    "planned import of providers": _("Previewed a file of people who give support"),
    "planned import of enrollment": _("Previewed a file of enrollment"),
    "planned import of students": _("Previewed a file of students"),
    "planned import of locations": _("Previewed a file of places"),
    "planned import of availability": _("Previewed a file of hours"),
    "imported courses": _("Applied a file of courses and topics"),
    "imported providers": _("Applied a file of people who give support"),
    "imported enrollment": _("Applied a file of enrollment"),
    "imported students": _("Applied a file of students"),
    "imported locations": _("Applied a file of places"),
    "imported availability": _("Applied a file of hours"),
    "discarded import of courses": _("Discarded a file of courses and topics"),
    "discarded import of providers": _("Discarded a file of people who give support"),
    "discarded import of enrollment": _("Discarded a file of enrollment"),
    "discarded import of students": _("Discarded a file of students"),
    "discarded import of locations": _("Discarded a file of places"),
    "discarded import of availability": _("Discarded a file of hours"),
    "decided whose own a topic becomes": _("Decided whose own a topic becomes"),
    "undid import of courses": _("Undid a file of courses and topics"),
    "undid import of providers": _("Undid a file of people who give support"),
    "undid import of enrollment": _("Undid a file of enrollment"),
    "undid import of students": _("Undid a file of students"),
    "undid import of locations": _("Undid a file of places"),
    "undid import of availability": _("Undid a file of hours"),
}


def verb_in_words(verb: str) -> str:
    """The verb as people read it; one that an older version wrote stays as it is."""
    return str(VERBS.get(verb, verb))


def verbs_with(text: str) -> list[str]:
    """The verbs whose words hold `text`, whatever its case."""
    wanted = text.casefold()
    return [verb for verb, words in VERBS.items() if wanted in str(words).casefold()]
