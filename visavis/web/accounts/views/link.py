"""The one-time link: a page with a button, because mail scanners open links."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.people import signin
from visavis.web.accounts import codes
from visavis.web.accounts.ways import way_in
from visavis.web.ui.doors import Entrance, admits


@admits(Entrance.KEY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    try:
        if request.method == "POST":
            entry = signin.enter_by_link(token, now=now)
            return codes.let_in(request, entry.user, to=way_in(entry, ""), method="link")
        person = signin.check_sign_in_link(token, now=now)
    except signin.LinkRefused as error:
        page = {"sentence": error.message}
        return render(request, "accounts/link_refused.html", page, status=HTTPStatus.GONE)
    return render(request, "accounts/link.html", {"person": person})
