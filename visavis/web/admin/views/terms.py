"""The community's terms and the breaks within them."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.availability.errors import InvalidTerm
from visavis.availability.models import Term
from visavis.availability.terms import add_term, change_term, remove_term, terms_of
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.web.admin.doors import METHODS, hours_page, show
from visavis.web.admin.forms.terms import breaks_of, term_forms
from visavis.web.hours.words import days_in_words
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@hours_page
@require_safe
def terms(request: CommunityRequest) -> HttpResponse:
    """All terms, the coming ones and those that are over."""
    today = clock.now().astimezone(request.community.zone).date()
    page_obj = page_of(request, terms_of(request.community).order_by("-first"))
    rows = [
        (
            term,
            days_in_words(term.first, term.last),
            [(one.name, days_in_words(one.first, one.last)) for one in term.breaks.all()],
            term.last < today,
        )
        for term in page_obj
    ]
    return show(request, "admin/terms.html", {"rows": rows, "page_obj": page_obj}, active="terms")


@hours_page
@require_http_methods(METHODS)
def new_term(request: CommunityRequest) -> HttpResponse:
    return _edit(request, None)


@hours_page
@require_http_methods(METHODS)
def term(request: CommunityRequest, pk: int) -> HttpResponse:
    return _edit(request, _require(request, pk))


@hours_page
@require_http_methods(METHODS)
def term_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    found = _require(request, pk)
    if request.method == "POST":
        remove_term(found, by=actor_of(request))
        messages.success(request, _("Removed: %(name)s.") % {"name": found.name})
        return redirect("manage:terms", request.community.slug)
    page = {
        "title": _("Remove %(name)s?") % {"name": found.name},
        "consequence": _(
            "Its breaks go with it. Weekly meetings that are booked stay; new ones can no longer "
            "be booked to its end, and no longer pause in its breaks."
        ),
        "verb": _("Remove this term"),
        "back_url": reverse("manage:terms", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="terms")


def _edit(request: CommunityRequest, found: Term | None) -> HttpResponse:
    form, breaks = term_forms(request.POST if request.method == "POST" else None, found)
    is_sent = request.method == "POST"
    if is_sent and form.is_valid() & breaks.is_valid():
        pauses, by = breaks_of(breaks), actor_of(request)
        try:
            if found is None:
                kept = add_term(request.community, form.days, breaks=pauses, by=by)
            else:
                kept = change_term(found, form.days, breaks=pauses, by=by)
        except InvalidTerm as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": kept.name})
            return redirect("manage:terms", request.community.slug)
    page = {
        "form": form,
        "breaks": breaks,
        "term": found,
        "back_url": reverse("manage:terms", args=[request.community.slug]),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_sent else HTTPStatus.OK
    return show(request, "admin/term.html", page, active="terms", status=status)


def _require(request: CommunityRequest, pk: int) -> Term:
    found = terms_of(request.community).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This term is not there any more."))
    found.community = request.community
    return found
