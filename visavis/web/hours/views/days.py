"""Several days at once: copy one to others, or clear them."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.copying import Done, clear_days, copy_day
from visavis.availability.enums import Weekday
from visavis.availability.errors import InvalidHours
from visavis.web.hours.day_forms import ClearForm, CopyForm
from visavis.web.hours.desk import Desk
from visavis.web.hours.views.blocks import METHODS, asked_weekday
from visavis.web.hours.views.changing import Told, changed
from visavis.web.hours.views.hours import show
from visavis.web.ui.doors import CommunityRequest, actor_of


@require_http_methods(METHODS)
def copies(request: CommunityRequest, desk: Desk) -> HttpResponse:
    """The hours of one day for others as well."""
    sent = request.POST if request.method == "POST" else None
    form = CopyForm(sent, initial=_asked(request), zone=request.community.zone)
    if form.is_valid():
        data = form.cleaned_data

        def copy() -> Done:
            return copy_day(
                desk.provider,
                data["weekday"],
                data["onto"],
                instead=data["instead"] == CopyForm.INSTEAD,
                by=actor_of(request),
            )

        words = _("Copied: %(day)s to %(days)s.") % {
            "day": Weekday(data["weekday"]).label,
            "days": _days(data["onto"]),
        }
        return _do(request, desk, form, copy, words)
    return _page(request, desk, form, "hours/copies.html")


@require_http_methods(METHODS)
def clearing(request: CommunityRequest, desk: Desk) -> HttpResponse:
    """No weekly hours on these days any more."""
    sent = request.POST if request.method == "POST" else None
    form = ClearForm(sent, zone=request.community.zone)
    if form.is_valid():
        days = form.cleaned_data["weekdays"]
        words = _("Cleared: %(days)s.") % {"days": _days(days)}
        clear: Callable[[], Done] = lambda: clear_days(desk.provider, days, by=actor_of(request))  # noqa: E731
        return _do(request, desk, form, clear, words)
    return _page(request, desk, form, "hours/clearing.html")


def _do(
    request: CommunityRequest,
    desk: Desk,
    form: CopyForm | ClearForm,
    change: Callable[[], Done],
    words: str,
) -> HttpResponse:
    def tell(done: Done) -> Told:
        return done, _("These days have just these hours already.") if done.is_empty else words

    try:
        return changed(request, desk, change, tell)
    except InvalidHours as error:
        form.add_error(None, ValidationError(error.message))
        template = "hours/copies.html" if isinstance(form, CopyForm) else "hours/clearing.html"
        return _page(request, desk, form, template)


def _page(
    request: CommunityRequest, desk: Desk, form: CopyForm | ClearForm, template: str
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return show(request, desk, template, {"form": form}, status=status)


def _asked(request: CommunityRequest) -> dict[str, object]:
    day = asked_weekday(request)
    return {} if day is None else {"weekday": day}


def _days(days: list[int]) -> str:
    return ", ".join(str(Weekday(day).label) for day in sorted(days))
