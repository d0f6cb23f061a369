"""What the history's verbs read like: one table, by the verb as it is written down."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# tests/web/admin/test_history.py reads the code and fails when a verb that it writes is not here.
VERBS: dict[str, str | Promise] = {
    # The school and its communities
    "changed school": _("Changed the school"),
    "changed retention": _("Changed how long things are kept"),
    "carried out retention": _("Let go of what was kept long enough"),
    "added identity provider": _("Set up a sign-in with the school"),
    "changed identity provider": _("Changed a sign-in with the school"),
    "removed identity provider": _("Removed a sign-in with the school"),
    "switched identity provider on": _("Switched a sign-in with the school on"),
    "switched identity provider off": _("Switched a sign-in with the school off"),
    "moved identity provider": _("Changed the order of the sign-ins with the school"),
    "read new metadata": _("Read new metadata of a sign-in with the school"),
    "added role by affiliation": _("Gave a role to all who are this at the school"),
    "removed role by affiliation": _("Gave a role no more to all who are this at the school"),
    "created": _("Made the community"),
    "brought in": _("Brought the community in, from a copy"),
    "changed settings": _("Changed the settings"),
    "changed wording": _("Changed the wording"),
    "changed mail text": _("Changed the text of a mail"),
    "tried message again": _("Sent a mail again that could not be delivered"),
    "added link": _("Added the link"),
    "removed link": _("Removed the link"),
    "gave short address": _("Made a short address"),
    "revoked short address": _("Took back a short address"),
    # People
    "made provisional person": _("Entered the person"),
    "made school administrator": _("Made an administrator of the school"),
    "dismissed school administrator": _("Took the role of school administrator away"),
    "gave role admin": _("Made an administrator"),
    "gave role front_desk": _("Gave a place at the front desk"),
    "gave role provider": _("Gave a place among those who give support"),
    "gave role student": _("Put on the list of students"),
    "took role admin": _("Took the administrator’s role away"),
    "took role front_desk": _("Took a place at the front desk"),
    "took role provider": _("Took a place among those who give support"),
    "took role student": _("Took off the list of students"),
    "added provider": _("Added the person who gives support"),
    "changed student": _("Changed what is known about the student"),
    "retired provider": _("Retired the person who gave support"),
    "signed in for the first time": _("Signed in for the first time"),
    "joined by school address": _("Joined with an address of the school"),
    "joined by identity provider": _("Joined through the school’s sign-in"),
    "linked identity": _("Signed in through the school for the first time"),
    "forgot identity": _("Let the school’s sign-in find the account anew"),
    "added second factor": _("Set up a second factor"),
    "removed second factor": _("Removed a second factor"),
    "made recovery codes": _("Made new recovery codes"),
    "ended sign-in": _("Signed the person out of one device"),
    "ended all sign-ins": _("Signed the person out everywhere"),
    "changed own profile": _("Changed their own profile"),
    "renamed person": _("Changed what the person is called"),
    "changed introduction": _("Changed the introduction"),
    "changed photo": _("Changed the photo"),
    "removed photo": _("Removed the photo"),
    "downloaded own data": _("Downloaded everything about themselves"),
    "exported a person": _("Took a file with everything about a person"),
    "asked for erasure": _("Asked that their data be erased"),
    "took back erasure": _("Took the wish to be erased back"),
    "refused erasure": _("Turned a wish to be erased down"),
    "erased person": _("Erased the person"),
    "paused booking": _("Paused a student’s booking"),
    "ended pause": _("Ended the pause of a student’s booking"),
    # What can be booked, and by whom
    "added format": _("Added the kind of meeting"),
    "changed format": _("Changed the kind of meeting"),
    "archived format": _("Archived the kind of meeting"),
    "restored format": _("Offered the kind of meeting again"),
    "moved format": _("Changed the order of the kinds of meetings"),
    "added question": _("Added a question to the kind of meeting"),
    "changed question": _("Changed a question of the kind of meeting"),
    "archived question": _("Archived a question of the kind of meeting"),
    "restored question": _("Asked a question of the kind of meeting again"),
    "moved question": _("Changed the order of the questions"),
    "added log question": _("Added a question to the log"),
    "changed log question": _("Changed a question of the log"),
    "archived log question": _("Archived a question of the log"),
    "restored log question": _("Asked a question of the log again"),
    "moved log question": _("Changed the order of the log’s questions"),
    "added service": _("Added the course or topic"),
    "changed service": _("Changed the course or topic"),
    "archived service": _("Archived the course or topic"),
    "restored service": _("Restored the course or topic"),
    "certified": _("Added what somebody may give"),
    "uncertified": _("Took away what somebody may give"),
    "set owner": _("Changed whose own it is"),
    "enrolled": _("Put on a student’s list"),
    "unenrolled": _("Took off a student’s list"),
    "edited own list": _("Changed their own list"),
    # When and where
    "added hours": _("Added hours"),
    "changed hours": _("Changed hours"),
    "removed hours": _("Removed hours"),
    "restored hours": _("Put hours back"),
    "added extra": _("Added extra hours"),
    "changed extra": _("Changed extra hours"),
    "removed extra": _("Removed extra hours"),
    "restored extra": _("Put extra hours back"),
    "added away": _("Added an absence"),
    "changed away": _("Changed an absence"),
    "removed away": _("Removed an absence"),
    "restored away": _("Put an absence back"),
    "connected calendar": _("Connected a calendar that keeps somebody busy"),
    "disconnected calendar": _("Disconnected a calendar"),
    "paused calendar": _("Paused a calendar"),
    "resumed calendar": _("Let a calendar be read again"),
    "made calendar address": _("Made a private address of their own meetings"),
    "renewed calendar address": _("Made a new private address of their own meetings"),
    "removed calendar address": _("Took away the private address of their own meetings"),
    "added closure": _("Closed the community"),
    "removed closure": _("Opened the community again"),
    "added term": _("Added the term"),
    "changed term": _("Changed the term"),
    "removed term": _("Removed the term"),
    "added place": _("Added the place"),
    "changed place": _("Changed the place"),
    "archived place": _("Archived the place"),
    "restored place": _("Opened the place again"),
    # Meetings
    "requested": _("Asked for a meeting"),
    "confirmed": _("Booked or accepted a meeting"),
    "declined": _("Declined a request"),
    "expired": _("Let a request expire"),
    "cancelled": _("Cancelled a meeting"),
    # Times that are held, and who waits for one
    "held a time": _("Held a time for somebody"),
    "booked the held time": _("Booked the time that was held"),
    "let the held time go": _("Let the held time go"),
    "withdrew the held time": _("Withdrew the held time"),
    "held time expired": _("Let the held time run out"),
    "waitlist: joined": _("Joined the waitlist"),
    "waitlist: offered": _("Offered a time to somebody who waits"),
    "waitlist: offer expired": _("Let an offer of the waitlist run out"),
    "waitlist: withdrawn": _("Withdrew an offer of the waitlist"),
    "waitlist: let go": _("Let an offer of the waitlist go"),
    "waitlist: booked": _("Booked the offered time, and left the waitlist"),
    "waitlist: left": _("Left the waitlist"),
    "waitlist: ended": _("Waited until it was over"),
    "booked series": _("Booked a weekly series"),
    "accepted series": _("Accepted a weekly request"),
    "declined series": _("Declined a weekly request"),
    "ended series": _("Ended a weekly series"),
    "moved": _("Moved a meeting"),
    "proposed": _("Proposed other times for a meeting"),
    "turned_down": _("Turned the other times down"),
    "lapsed": _("Let the other times go"),
    "attended": _("Noted that a student came"),
    "no_show": _("Noted that a student did not come"),
    "unmarked": _("Took back a note of attendance"),
    "excused": _("Excused an absence"),
    "logged": _("Wrote the log of a meeting"),
    "drafted log": _("Began the log of a meeting"),
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


# With which verb of the table each group of those to choose from begins.
GROUPS: dict[str, str | Promise] = {
    "changed school": _("The school and its communities"),
    "made provisional person": _("People"),
    "added format": _("What can be booked, and by whom"),
    "added hours": _("When and where"),
    "requested": _("Meetings"),
    "held a time": _("Times that are held, and who waits for one"),
    "booked series": _("Weekly series, moves, and what came of meetings"),
    "uploaded courses": _("Files"),
}


def verb_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The verbs to choose from, in groups, each group by its words."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for verb, words in VERBS.items():
        if verb in GROUPS or not groups:
            groups.append((str(GROUPS.get(verb, "")), []))
        groups[-1][1].append((verb, str(words)))
    return [(group, sorted(verbs, key=_by_words)) for group, verbs in groups]


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
