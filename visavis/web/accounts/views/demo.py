"""Doors of the demonstration. Outside of it these pages are not there."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from visavis.core import clock
from visavis.people import signin
from visavis.web.accounts import codes
from visavis.web.accounts.demo_mail import find_newest, show_mail
from visavis.web.accounts.demo_people import DEMO_PEOPLE
from visavis.web.accounts.ways import find_next, with_next
from visavis.web.ui.doors import Entrance, admits
from visavis.web.ui.listing import page_of
from visavis.web.ui.methods import post_page

MAILS = 20


def login_url(request: HttpRequest, who: str) -> str:
    """Where the demonstration's people are chosen. Raises Http404 outside of it."""
    if not settings.DEMO or who not in DEMO_PEOPLE:
        raise Http404
    return with_next("account_login", find_next(request))


@admits(Entrance.DEMO)
@post_page(back=login_url)
def demo_sign_in(request: HttpRequest, who: str) -> HttpResponse:
    if not settings.DEMO or who not in DEMO_PEOPLE:
        raise Http404
    next_path = find_next(request)
    person = signin.find_person(DEMO_PEOPLE[who].email)
    if person is None:
        messages.warning(request, _("The demo school is not loaded. Run “visavis demo” first."))
        return redirect(with_next("account_login", next_path))
    if request.user.is_authenticated:
        logout(request)
    signin.claim_account(person, now=clock.now())
    return codes.let_in(request, person, to=next_path or "/", method="demo")


@admits(Entrance.DEMO)
@never_cache
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    mails = page_of(request, find_newest(settings.EMAIL_FILE_PATH), size=MAILS)
    page = {
        "mails": [show_mail(raw) for raw in mails],
        "page_obj": mails,
        "next": find_next(request),
    }
    part = "#mails" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"accounts/demo_mail.html{part}", page)
