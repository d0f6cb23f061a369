"""The calendar of the whole centre: a day or a week, by who gives support or by place."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from visavis.core import clock
from visavis.people.queries import providers_of
from visavis.people.times import week_of
from visavis.web.admin.doors import desk_page, show
from visavis.web.admin.forms.appointment_filters import CalendarFilter
from visavis.web.admin.queries.appointments import all_places
from visavis.web.admin.queries.calendar import calendar_rows, next_day
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of
from visavis.web.ui.times import date_in_words, weekday_in_short

DAY = timedelta(days=1)


@desk_page
@require_safe
def calendar(request: CommunityRequest) -> HttpResponse:
    """Seats that are given away, each a link to its appointment."""
    community, now = request.community, clock.now()
    asked = CalendarFilter.read(request.GET)
    today = now.astimezone(community.zone).date()
    opens_on = today if asked["view"] == "day" else next_day(community, now=now) or today
    day, places = asked["day"] or opens_on, asked["by"] == "place"
    days = _days(day, asked["view"], community.zone)
    subjects = all_places(community).filter(archived_at=None) if places else None
    page_obj = page_of(request, providers_of(community) if subjects is None else subjects)
    by = "location" if places else "provider"
    page = {
        "rows": calendar_rows(community, page_obj, days, by=by, now=now),
        "page_obj": page_obj,
        "days": [(one, weekday_in_short(one), one == today) for one in days],
        "words": " – ".join(date_in_words(one) for one in dict.fromkeys((days[0], days[-1]))),
        "today": str(today),
        "earlier": str(days[0] - len(days) * DAY),
        "later": str(days[-1] + DAY),
        "view": asked["view"],
        "by": asked["by"],
        "form": CalendarFilter(initial={"day": day}),
    }
    return show(request, "admin/calendar.html", page, active="calendar")


def _days(day: date, view: str, zone: ZoneInfo) -> list[date]:
    if view == "day":
        return [day]
    return [week_of(day, zone) + number * DAY for number in range(7)]
