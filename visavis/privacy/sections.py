"""What is known of one person, by sections: rows of plain values, read a few hundred at a time.

Nothing here tells of anybody else but of those whom the person meets as a student: who gave the
meeting. Of the students whom somebody has met as a provider there are counts.
"""

from django.utils.translation import gettext_lazy as _

from visavis.privacy import known_account as account
from visavis.privacy import known_meetings as meetings
from visavis.privacy.rows import Section

SECTIONS = (
    Section("profile", _("Who you are here"), account.profile),
    Section("roles", _("What you are in each community"), account.memberships),
    Section("gives_support", _("Where you give support"), account.providers),
    Section("services", _("What is on your list, and what you may give"), account.services),
    Section("hours", _("When you give support, in minutes after midnight there"), account.hours),
    Section("bookings", _("Your meetings as a student"), meetings.bookings),
    Section("series", _("Your weekly meetings as a student"), meetings.series),
    Section("answers", _("What you wrote before meetings"), meetings.answers),
    Section(
        "logs", _("What was written after them; notes of staff you may ask to see"), meetings.logs
    ),
    Section("notes_opened", _("Who opened what was written after them"), meetings.inspections),
    Section("proposals", _("Other times that you were offered"), meetings.proposals),
    Section("meetings_given", _("Meetings that you gave, with how many students"), meetings.given),
    Section("waitlist", _("What you waited for"), meetings.waits),
    Section("held_times", _("Times that were held for you"), meetings.holds),
    Section("pauses", _("When your booking was paused"), meetings.pauses),
    Section("messages", _("Mails to you"), account.messages),
    Section("calendars", _("Calendars that you connected"), account.calendars),
    Section(
        "sign_ins", _("When you signed in, and what changed at your account"), account.sign_ins
    ),
    Section("devices", _("Where you are signed in"), account.devices),
    Section(
        "factors", _("Your passkeys and authenticator apps, without their secrets"), account.factors
    ),
    Section("identities", _("Sign-ins with the school that are yours"), account.identities),
    Section("busy_times", _("When these say that you are busy"), account.busy),
    Section("drafts", _("What you typed and have not sent"), meetings.drafts),
    Section("uploads", _("Lists that you uploaded"), account.uploads),
    Section("erasure_requests", _("When you asked that your data be erased"), account.requests),
)
STAFF_NOTES = Section("staff_notes", _("Notes of staff about your meetings"), meetings.staff_notes)
