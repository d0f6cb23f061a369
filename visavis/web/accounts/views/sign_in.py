"""Sign in: an address, then the code that its mail brought."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.identities.queries import providers_to_offer
from visavis.people import signin
from visavis.web.accounts import codes
from visavis.web.accounts.demo_people import find_demo_people
from visavis.web.accounts.forms import CodeForm, SignInForm
from visavis.web.accounts.ways import find_next, way_in, with_next
from visavis.web.ui.doors import Entrance, admits
from visavis.web.ui.methods import post_page


@admits(Entrance.EVERYBODY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    next_path = find_next(request)
    if request.user.is_authenticated:
        return redirect(next_path or "/")
    are_codes_on = signin.are_codes_on()
    form = SignInForm(request.POST if request.method == "POST" and are_codes_on else None)
    if form.is_valid():
        try:
            codes.start(request, form.cleaned_data["email"])
        except codes.TooManyTries as error:
            form.add_error("email", error.message)
        else:
            return redirect(with_next("account_confirm_login_code", next_path))
    providers = list(providers_to_offer())
    if providers:
        # The first button is what most people want; a caret below it would hide that on a phone.
        form.fields["email"].widget.attrs.pop("autofocus")
    page = {
        "form": form if are_codes_on else None,
        "next": next_path,
        "providers": providers,
        "demo_people": find_demo_people(),
    }
    return render(request, "accounts/sign_in.html", page, status=_status_of(form))


@admits(Entrance.EVERYBODY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    next_path = find_next(request)
    if request.user.is_authenticated:
        return redirect(next_path or "/")
    process = codes.find_started(request)
    if process is None:
        return _start_again(
            request, _("Start here: the last code has run out, or none was asked for.")
        )
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            typed, now = form.cleaned_data["code"], clock.now()
            entry = codes.confirm(request, process, typed, now=now)
        except (codes.CodeRefused, codes.TooManyTries) as error:
            form.add_error("code", error.message)
        except codes.SignInEnded as error:
            return _start_again(request, error.message)
        else:
            way = way_in(entry, next_path)
            return codes.let_in(request, entry.user, to=way, email=process.email)
    page = {"form": form, "next": next_path, "process": process}
    return render(request, "accounts/enter_code.html", page, status=_status_of(form))


@admits(Entrance.EVERYBODY)
@post_page(back=lambda request: with_next("account_confirm_login_code", find_next(request)))
def new_code(request: HttpRequest) -> HttpResponse:
    process = codes.find_started(request)
    if process is None:
        return _start_again(
            request, _("Start here: the last code has run out, or none was asked for.")
        )
    try:
        codes.send_again(request, process)
    except codes.TooManyTries as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("A new code is on its way. The one before is void."))
    return redirect(with_next("account_confirm_login_code", find_next(request)))


def _start_again(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.warning(request, sentence)
    return redirect(with_next("account_login", find_next(request)))


def _status_of(form: SignInForm | CodeForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
