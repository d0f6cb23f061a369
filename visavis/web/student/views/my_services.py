"""The student's own list: what is on it, and what can be put there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.catalogue.actions import add_to_own_list, take_off_own_list
from visavis.catalogue.errors import NotYours
from visavis.catalogue.models import Service
from visavis.catalogue.queries import own_list, pick_list, services_of
from visavis.core.ids import read_id
from visavis.people.enums import Source
from visavis.people.rules import Standing, can_see_community
from visavis.web.student.doors import person_of, student_page
from visavis.web.student.forms import MyServiceForm, SearchForm
from visavis.web.ui.doors import CommunityRequest, actor_of

ON_A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def my_services(request: CommunityRequest, standing: Standing) -> HttpResponse:
    """The list as it is, and the others by search. Each change is one button.

    Who is here for their meetings alone books nothing anew, and needs no list.
    """
    if not can_see_community(standing):
        return redirect("student:learn", standing.community.slug)
    if request.method == "POST":
        _change(request, standing)
        return redirect(request.get_full_path())
    community = standing.community
    text = SearchForm.text_of(request.GET)
    more = pick_list(community, person_of(standing), text).more
    page = Paginator(more, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Edit your list"),
        "own": own_list(person_of(standing), community),
        "SELF": Source.SELF.value,
        "can_edit": community.edit_services,
        "query": text,
        "page_obj": page,
        "back_url": _way_back(standing, request.GET.get("format", "")),
    }
    return render(request, "student/my_services.html", context)


def _way_back(standing: Standing, format_id: str) -> str:
    """The step from which the student came, or the learn screen."""
    slug = standing.community.slug
    wanted = read_id(format_id)
    if wanted is not None:
        return reverse("student:services", args=[slug, wanted])
    return reverse("student:learn", args=[slug])


def _change(request: CommunityRequest, standing: Standing) -> None:
    form = MyServiceForm(request.POST)
    form.is_valid()
    added, removed = (form.cleaned_data.get(name) for name in ("add", "remove"))
    service = services_of(standing.community).filter(pk=added or removed or 0).first()
    if service is None:
        messages.warning(request, _("That is not offered here, or no longer. Nothing was changed."))
        return
    try:
        _save(request, standing, service, is_added=bool(added))
    except NotYours as error:
        messages.warning(request, error.message)


def _save(
    request: CommunityRequest, standing: Standing, service: Service, *, is_added: bool
) -> None:
    user = person_of(standing)
    change = add_to_own_list if is_added else take_off_own_list
    change(user, service, by=actor_of(request))
    words = _("%(service)s is on your list.") if is_added else _("%(service)s is off your list.")
    messages.success(request, words % {"service": service.label})
