"""Mail to somebody about their own account: queued with the change that it tells of."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from visavis.communities.queries import get_school
from visavis.people.models import User


def tell_account_changed(user: User, *, subject: str, sentence: str) -> None:
    """Write to the person that their account changed, and what to do if it was not they."""
    told = {"subject": subject, "sentence": sentence, "person": user, "school": get_school().name}
    text = render_to_string("people/mail/account/text.txt", told)
    mail = EmailMultiAlternatives(subject=subject, body=text, to=[user.email])
    mail.attach_alternative(render_to_string("people/mail/account/html.html", told), "text/html")
    mail.send()
