"""The ways into the administrator's pages."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from visavis.core.errors import NotFound
from visavis.people.enums import Act
from visavis.people.models import Provider
from visavis.people.rules import can_manage, can_run_school
from visavis.web.admin.menu import manage_menu, school_menu
from visavis.web.hours.day_forms import WeekForm
from visavis.web.hours.desk import Desk
from visavis.web.ui.doors import CommunityRequest, admits, community_page
from visavis.web.ui.second_factor import way_to_second_factor

METHODS = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponseBase]


def _page(act: Act) -> Callable[[View], View]:
    """Admit who may do `act`; of those who manage, with the second factor the school may ask for.

    Of the front desk none is asked.
    """

    def door(view: View) -> View:
        return community_page(act)(_with_second_factor(view))

    return door


def _with_second_factor(view: View) -> View:
    @wraps(view)
    def guarded(request: CommunityRequest, **wanted: Any) -> HttpResponseBase:
        away = way_to_second_factor(request) if can_manage(request.standing) else None
        return away or view(request, **wanted)

    return guarded


# One door for each act of the table in people/rules.py that these pages are for.
desk_page = _page(Act.LOOK_UP)
booking_page = _page(Act.BOOK_FOR_OTHERS)
attendance_page = _page(Act.NOTE_ATTENDANCE)
meetings_page = _page(Act.CHANGE_MEETINGS)
notes_page = _page(Act.READ_NOTES)
history_page = _page(Act.READ_HISTORY)
files_page = _page(Act.TAKE_OUT)
imports_page = _page(Act.IMPORT)
people_page = _page(Act.MANAGE_PEOPLE)
hours_page = _page(Act.CHANGE_HOURS)
roles_page = _page(Act.APPOINT)
manage_page = _page(Act.MANAGE)


def show(
    request: CommunityRequest,
    template: str,
    page: dict[str, Any],
    *,
    active: str,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page in the frame, with the menu's entry `active` marked.

    What the reader may not change is left out by `manages` in the templates.
    """
    frame = {"menu": manage_menu(request, active), "manages": can_manage(request.standing)}
    return render(request, template, {**frame, **page}, status=status)


def school_page(view: View) -> View:
    """Admit the school's administrators, with the second factor that it may ask for.

    Strangers sign in first; NotFound for the others.
    """

    @admits(Act.RUN_SCHOOL)
    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **wanted: Any) -> HttpResponseBase:
        if not can_run_school(request.user):
            raise NotFound(_("There is no such page, or not for you."))
        return way_to_second_factor(request) or view(request, **wanted)  # type: ignore[arg-type]

    return guarded


def show_school(
    request: HttpRequest,
    template: str,
    page: dict[str, Any],
    *,
    active: str,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """A page of the school in the frame of those that manage, with its own menu."""
    return render(request, template, {"menu": school_menu(active), **page}, status=status)


def status_of(form: Any) -> int:
    """422 for a form that comes back with its errors."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def hours_of_provider(
    view: Callable[..., HttpResponse],
    *,
    tab: str = "hours",  # noqa: ARG001  (there is one menu entry for all of a person)
    shows: bool = False,  # noqa: ARG001  (who manages may change all)
) -> Callable[..., HttpResponseBase]:
    """Hand the view the desk of the provider whom the address names."""

    @hours_page
    @wraps(view)
    def seated(request: CommunityRequest, provider: int, **wanted: Any) -> HttpResponse:
        slug, found = request.community.slug, require_provider(request, provider)
        home = reverse("manage:provider", args=[slug, found.pk])
        context = {"menu": manage_menu(request, "providers"), "back_url": home}
        root = reverse("manage:hours", args=[slug, found.pk])
        week = WeekForm.day_of(request.GET)
        desk = Desk(found, root, "ui/manage.html", home, is_own=False, context=context, week=week)
        return view(request, desk, **wanted)

    return seated


def require_provider(request: CommunityRequest, pk: int) -> Provider:
    """The community's provider, retired or not. Raises NotFound."""
    found = (
        Provider.objects.filter(community=request.community, pk=pk).select_related("user").first()
    )
    if found is None:
        raise NotFound(_("There is no such person here."))
    found.community = request.community
    return found
