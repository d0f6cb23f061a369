"""From a letter to a mail: the community's words and colours, as text, HTML and invitation."""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from visavis.calendars.ics import Mailbox
from visavis.communities.models import Community
from visavis.core.address import find_address
from visavis.core.placeholders import fill
from visavis.notifications.colours import COLOURS
from visavis.notifications.letters import Letter, Prose
from visavis.notifications.texts import Text

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Written:
    """What a reader sees."""

    subject: str
    text: str
    html: str


def write(letter: Letter, text: Text) -> Written:
    """The letter in these words."""
    subject = " ".join(fill(text.subject, letter.words).split())[:LONGEST_SUBJECT]
    body = letter.body or fill(text.body, letter.words)
    label, path = letter.link
    page = {
        "subject": subject,
        "body": body,
        "paragraphs": [part.split("\n") for part in body.split("\n\n") if part.strip()],
        "facts": [(term, said.split("\n"), isinstance(said, Prose)) for term, said in letter.facts],
        "link_label": label,
        "link_url": f"{find_address()}{path}",
        "community": letter.community,
        "colours": COLOURS[letter.community.accent],
    }
    plain = render_to_string("notifications/mail/text.txt", page).strip() + "\n"
    return Written(subject, plain, render_to_string("notifications/mail/html.html", page))


def make_mail(letter: Letter, text: Text) -> EmailMultiAlternatives:
    """The whole mail, from the community, to the one reader."""
    written = write(letter, text)
    community, mailbox = letter.community, letter.reader.mailbox
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        from_email=formataddr((" ".join(community.name.split()), _own_address())),
        to=[formataddr((mailbox.name, mailbox.address))],
        reply_to=[community.centre_email] if community.centre_email else [],
        # Nobody's holiday notice should answer.
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(written.html, "text/html")
    if letter.invitation:
        kind = f"text/calendar; method={letter.invitation.method}"
        mail.attach_alternative(letter.invitation.content, kind)
    return mail


def organizer_of(community: Community) -> Mailbox:
    """Whom a calendar names as the one who invites: the centre, where it has an address."""
    return Mailbox(community.name, community.centre_email or _own_address())


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
