"""The set-up guide: who gives support, and what they give."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from visavis.catalogue.queries import services_of
from visavis.imports.typed_people import add_courses, add_people
from visavis.people.models import Provider
from visavis.web.admin.doors import METHODS, manage_page
from visavis.web.admin.forms.guide import CertifiedRow, CourseRow, OwnServiceRow, Rows, rows_of
from visavis.web.admin.guide import (
    Take,
    rows_sent,
    sends_all,
    show_step,
    take_rows,
    take_typed,
    typed_by,
    wants_more,
)
from visavis.web.admin.setup_steps import guide_url
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.methods import post_page

SHOWN = 24
BLANK = 5
WithOwnService = rows_of(OwnServiceRow, blank=BLANK)
Certified = rows_of(CertifiedRow, blank=BLANK)
Courses = rows_of(CourseRow, blank=BLANK)


def people_url(request: CommunityRequest) -> str:
    return guide_url(request.community, "people")


@manage_page
@require_http_methods(METHODS)
def people(request: CommunityRequest) -> HttpResponse:
    """Where students pick a person, a row makes the person and what students pick."""
    community = request.community
    table = WithOwnService if community.is_provider_first else Certified
    rows = rows_sent(request, table, prefix="people")
    if not rows.is_bound:
        return _show(request, rows, Courses(prefix="courses"))
    course_rows = rows_sent(request, Courses, prefix="courses")
    if wants_more(request):
        return _show(request, rows.with_more(), course_rows.as_typed())
    if sends_all(request) or course_rows.filled:
        return _take_both(request, rows, course_rows)
    done = take_rows(request, rows, take=_people_of(request), back="people")
    return done or _show(request, rows, Courses(prefix="courses"), status=422)


@manage_page
@post_page(back=people_url)
def courses(request: CommunityRequest) -> HttpResponse:
    """Courses and topics, where students pick one of them; with the people typed beside them."""
    rows = rows_sent(request, Courses, prefix="courses")
    people_rows = rows_sent(request, Certified, prefix="people")
    if wants_more(request):
        return _show(request, people_rows.as_typed(), rows.with_more())
    if people_rows.filled:
        return _take_both(request, people_rows, rows)
    done = take_rows(request, rows, take=_courses_of(request), back="people")
    return done or _show(request, Certified(prefix="people"), rows, status=422)


def _take_both(request: CommunityRequest, rows: Rows, course_rows: Rows) -> HttpResponse:
    """Courses and topics first: the people's rows may name them."""
    tables = [(course_rows, _courses_of(request)), (rows, _people_of(request))]
    done = take_typed(request, tables, step="people")
    return done or _show(request, rows.or_blank(), course_rows.or_blank(), status=422)


def _people_of(request: CommunityRequest) -> Take:
    return lambda filled: add_people(
        request.community, [form.typed(at) for at, form in filled], by=typed_by(request)
    )


def _courses_of(request: CommunityRequest) -> Take:
    return lambda filled: add_courses(
        request.community, [form.typed(at) for at, form in filled], by=typed_by(request)
    )


def _show(
    request: CommunityRequest, rows: Rows, course_rows: Rows, *, status: int = 200
) -> HttpResponse:
    community = request.community
    there = (
        Provider.objects.filter(community=community, retired_at=None)
        .select_related("user")
        .order_by("-pk")
    )
    services = services_of(community)
    page = {
        "rows": rows,
        "course_rows": course_rows,
        "there": there[:SHOWN],
        "there_more": max(0, there.count() - SHOWN),
        "services": services[:SHOWN],
        "services_more": max(0, services.count() - SHOWN),
    }
    return show_step(request, "people", page, status=status)
