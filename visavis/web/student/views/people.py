"""Step 3: who of those free then."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.bookings.openings import admitted_places
from visavis.core.markup import first_line
from visavis.people.models import Provider
from visavis.people.rules import Standing
from visavis.web.student.crowd import Crowd
from visavis.web.student.doors import student_page
from visavis.web.student.forms import SearchForm
from visavis.web.student.groups import group_with
from visavis.web.student.loading import (
    kinds_in_view,
    load_way,
    moving_in,
    narrowed,
    with_start,
)
from visavis.web.student.offers import openings_at, require_offered
from visavis.web.student.pages import show_step
from visavis.web.student.reader import reader_for
from visavis.web.student.skipping import skipped_after
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.ui.listing import page_of

ON_A_PAGE = 24


@require_safe
@student_page
def providers(
    request: HttpRequest, standing: Standing, *, format_id: int, service_id: int, start: str
) -> HttpResponse:
    """Those who are free at the chosen start; an own service shows exactly one."""
    way = with_start(load_way(standing, format_id, service_id, moving=moving_in(request)), start)
    query = request.GET
    way, _understood = narrowed(
        way, provider=query.get("provider", ""), place=query.get("place", "")
    )
    admitted = admitted_places(way.community, way.format)
    reader = reader_for(request, way.community, kinds_in_view(way, admitted))
    openings = openings_at(way)
    require_offered(way, openings, reader, Stage.PROVIDERS)
    free = openings.free_ids(chosen(way.start))
    only = [pk for pk in free if way.only_provider and pk == way.only_provider.pk]
    if way.skips_single and len(only or free) == 1:
        (who,) = openings.people(only or free)
        return redirect(way.choosing(provider=who).url(Stage.PLACES))
    ahead = skipped_after(way, is_choice=True, places=admitted)
    way = way.choosing(skipped=ahead - {Stage.PROVIDERS})
    text = SearchForm.text_of(query)
    page = page_of(request, _found(way, only or free, text), size=ON_A_PAGE)
    people = [
        (
            who,
            first_line(who.bio),
            way.choosing(provider=who).url(Stage.PLACES),
            group_with(openings, who.pk, chosen(way.start)),
        )
        for who in openings.people(page)
    ]
    return show_step(
        request,
        way,
        Stage.PROVIDERS,
        reader,
        people=people,
        page_obj=page,
        query=text,
        is_searched=len(only or free) > ON_A_PAGE,
        alone=_alone(way, people[0][0]) if page.paginator.count == 1 and not text else "",
        hidden=len(free) - len(only) if only else 0,
        all_url=way.choosing(only_provider=None).url(Stage.PROVIDERS),
    )


def _alone(way: Way, who: Provider) -> str:
    """Why one person alone is shown, and what for: the step is there to meet them."""
    is_chosen = way.only_provider is not None or chosen(way.service).owner_id == who.pk
    if is_chosen:
        return _("You chose %(name)s. Read who you will meet, then go on.") % {"name": who}
    return _("%(name)s alone is free then. Read who it is, or choose another time.") % {"name": who}


def _found(way: Way, ids: Sequence[int], text: str) -> list[int]:
    """The ids of those whose name holds the text, or all."""
    if not text:
        return list(ids)
    free = set(ids)
    matching = Crowd(chosen(way.service), way.student).matching(text)
    return [pk for pk in matching if pk in free]
