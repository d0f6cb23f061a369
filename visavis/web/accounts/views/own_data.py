"""What is kept about oneself, and what one can do about it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.core import clock
from visavis.privacy.exporting import Wanted, write_export
from visavis.privacy.requests import (
    ask_for_erasure,
    find_open_request,
    last_answer,
    take_back,
)
from visavis.web.accounts.doors import own_page
from visavis.web.accounts.forms import ErasureForm
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.methods import post_page


def data_url(*_found: object, **_wanted: object) -> str:
    return reverse("account_data")


@own_page
@require_safe
def own_data(request: SignedInRequest) -> HttpResponse:
    """Look at it, take it away, ask that it be erased."""
    waiting = find_open_request(request.user)
    page = {"waiting": waiting, "refused": None if waiting else last_answer(request.user)}
    return render(request, "accounts/own_data.html", page)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_data_file(request: SignedInRequest) -> HttpResponseBase:
    """Everything in one file; a POST, so that nothing is made by looking ahead at links."""
    if request.method != "POST":
        return redirect("account_data")
    now = clock.now()
    file = write_export(Wanted(request.user), by=actor_of(request), now=now)
    name = f"my-data-{now:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_erasure(request: SignedInRequest) -> HttpResponse:
    """Ask the school to be erased; the own address is typed, so that nobody does it by a slip."""
    data = request.POST if request.method == "POST" else None
    form = ErasureForm(data, person=request.user)
    if form.is_valid():
        ask_for_erasure(request.user, by=actor_of(request), now=clock.now())
        messages.success(request, _("The school has your wish. You can take it back until then."))
        return redirect("account_data")
    page = {
        "title": _("Ask that your data be erased?"),
        "consequence": _(
            "An administrator of the school decides. Then your coming meetings are cancelled, you "
            "are signed out for good, and nothing here names you any more. It cannot be undone."
        ),
        "verb": _("Ask the school to erase me"),
        "back_url": data_url(),
        "is_dangerous": True,
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "ui/confirm.html", page, status=status)


@own_page
@post_page(back=data_url)
def own_erasure_withdrawal(request: SignedInRequest) -> HttpResponse:
    if take_back(request.user, by=actor_of(request), now=clock.now()):
        messages.success(request, _("Your wish is taken back. Nothing was erased."))
    return redirect("account_data")
