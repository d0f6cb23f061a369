"""Step 1: the service."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from visavis.bookings.openings import admitted_places
from visavis.catalogue.queries import pick_list
from visavis.people.rules import Standing
from visavis.web.student.doors import student_page
from visavis.web.student.forms import SearchForm
from visavis.web.student.loading import load_way
from visavis.web.student.pages import show_step
from visavis.web.student.people import service_cards, services_shown
from visavis.web.student.reader import Reader, reader_for
from visavis.web.student.way import Stage, Way

ON_A_PAGE = 30


@require_safe
@student_page
def begin(_request: HttpRequest, standing: Standing, *, format_id: int) -> HttpResponse:
    """The address of a format leads to its first step."""
    return redirect(load_way(standing, format_id).url(Stage.SERVICES))


@require_safe
@student_page
def services(request: HttpRequest, standing: Standing, *, format_id: int) -> HttpResponse:
    """Those for everybody, the student's own marked, and the rest while the list may be edited."""
    way = load_way(standing, format_id)
    text = SearchForm.text_of(request.GET)
    picks = pick_list(way.community, way.student, text)
    shown = services_shown(way, picks)
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    cards = service_cards(way, picks, list(page))
    if way.community.skip_single_choice and not text and len(shown) == 1:
        return redirect(cards[0].url)
    return show_step(
        request,
        way,
        Stage.SERVICES,
        _reader(request, way),
        query=text,
        page_obj=page,
        found=len(shown),
        shows_times=any(card.next_free for card in cards),
        listed=[card for card in cards if card.service not in picks.more],
        more=[card for card in cards if card.service in picks.more],
    )


def _reader(request: HttpRequest, way: Way) -> Reader:
    """As the next step will write its times, of which the cards show the first."""
    kinds = {place.kind for place in admitted_places(way.community, way.format)}
    return reader_for(request, way.community, kinds)
