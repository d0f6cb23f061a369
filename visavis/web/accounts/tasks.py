"""Jobs of the sign-in pages."""

from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from visavis.communities.models import School
from visavis.core.jobs import Policy, job
from visavis.core.mail import deliver_now
from visavis.people.account_events import Visit, note
from visavis.people.enums import AccountEventKind, Way
from visavis.people.queries import find_user
from visavis.people.signin import find_mailbox

# Someone is waiting: many quick tries, and none after the code has run out.
WHILE_VALID = Policy(
    attempts=8,
    first_delay=timedelta(seconds=5),
    longest_delay=timedelta(minutes=3),
    lease=timedelta(minutes=2),
)


@job(WHILE_VALID, priority=50)
def send_sign_in_code(email: str, code: str, network: str = "", device: str = "") -> None:
    """Mail the code, if the address is one that may sign in; only the record tells of any other."""
    mailbox = find_mailbox(email)
    if mailbox:
        deliver_now(make_code_mail(mailbox, code))
        return
    visit = Visit(network=network, device=device)
    ways = (Way.CODE.value, "")
    note(AccountEventKind.REFUSED, find_user(email), visit=visit, ways=ways, email=email)


def make_code_mail(mailbox: str, code: str) -> EmailMultiAlternatives:
    school = School.objects.first()
    told = {"code": code, "school": school.name if school else "", "minutes": 15}
    subject = " ".join(render_to_string("accounts/mail/code/subject.txt", told).split())
    text = render_to_string("accounts/mail/code/text.txt", told)
    mail = EmailMultiAlternatives(subject=subject, body=text, to=[mailbox])
    mail.attach_alternative(render_to_string("accounts/mail/code/html.html", told), "text/html")
    return mail
