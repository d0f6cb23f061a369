"""Instants, ranges, lengths and zones."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from visavis.core import clock
from visavis.core.zone_names import zone_in_words
from visavis.people.enums import HourCycle
from visavis.web.ui import times
from visavis.web.ui.parts.library import one_of, register
from visavis.web.ui.pieces import LinkedTime, StripDay

TIME = '<a class="time-link" href="{}"><span>{}</span><span class="sr-only"> {}</span>{}{}</a>'
IN_DAY = (
    '<span aria-hidden="true"><span class="day-name">{weekday}</span>'
    '<span class="day-number">{number}</span><span class="day-count">%s</span></span>'
    '<span class="sr-only"> {full_name}</span>'
)
# On a phone the number alone.
COUNT = '<span class="sm:hidden">{count}</span><span class="max-sm:hidden">{words}</span>'
FREE_DAY = (
    f'<li><a class="day-cell" id="day-{{day}}" href="{{url}}"{{current}}>{IN_DAY % COUNT}</a></li>'
)
FULL_DAY = (
    '<li><span class="day-cell is-none{look}"{title}{current}>' + IN_DAY % "–" + "</span></li>"
)
CHOSEN = mark_safe(' aria-current="date"')
FORMS = ("full", "plain", "date", "time")


@register.inclusion_tag("ui/parts/when.html", takes_context=True)
def when(
    context: Context,
    start: datetime,
    end: datetime | None = None,
    *,
    zone: ZoneInfo | str | None = None,
    also: ZoneInfo | str | None = None,
    form: str = "full",
) -> dict[str, Any]:
    """An instant or range in a zone. Forms: full (day, times, zone), plain (no zone), date, time.

    `also` is a second zone, printed when its clocks read differently then.
    """
    where = _zone(zone or context.get("user_zone"))
    second = _zone(also) if also else where
    cycle = context.get("hour_cycle") or HourCycle.TWELVE
    same = times.shows_same_clock(start, zone=where, other=second)
    return {
        "start": start,
        "text": _moment(start, end, zone=where, cycle=cycle, form=form),
        "zone_words": zone_in_words(where) if form == "full" else "",
        "also_text": "" if same else _moment(start, end, zone=second, cycle=cycle, form=form),
        "also_zone_words": zone_in_words(second),
    }


def _moment(
    start: datetime, end: datetime | None, *, zone: ZoneInfo, cycle: HourCycle, form: str
) -> str:
    one_of(dict.fromkeys(FORMS), form, "form")
    today = clock.now().astimezone(zone).date()
    if form == "date":
        return times.date_in_words(start.astimezone(zone).date(), today=today)
    if form == "time" and end:
        return times.times_in_words(start, end, zone=zone, cycle=cycle)
    if form == "time":
        return times.time_in_words(start, zone=zone, cycle=cycle)
    return times.moment_in_words(start, end, zone=zone, cycle=cycle, today=today)


def _zone(zone: ZoneInfo | str | None) -> ZoneInfo:
    # By its name: the context hands over a lazy wrapper, which datetime does not take for a zone.
    return ZoneInfo(zone.key if isinstance(zone, ZoneInfo) else zone or "UTC")


@register.simple_tag
def duration(length: timedelta | int) -> str:
    """A length in words; a bare number means minutes."""
    return times.duration_in_words(length)


@register.simple_tag
def time_list(free: Iterable[LinkedTime]) -> SafeString:
    """Times as links. Without a template: a page has dozens of them."""
    rows = ((one.url, one.text, one.rest, _aside(one.other), _aside(one.note)) for one in free)
    return format_html(
        '<ul class="time-list">{}</ul>', format_html_join("", f"<li>{TIME}</li>", rows)
    )


@register.simple_tag
def day_strip(days: Iterable[StripDay]) -> SafeString:
    """Days with the number of free times, the free ones as links. Without a template, as times."""
    words = _("%(count)d free")
    return format_html_join("", "{}", ((_day(one, words),) for one in days))


def _day(one: StripDay, words: str) -> SafeString:
    told = {
        "weekday": one.weekday,
        "number": one.day.day,
        "full_name": one.full_name,
        "current": CHOSEN if one.is_chosen else "",
    }
    if one.count:
        said = words % {"count": one.count}
        iso = one.day.isoformat()
        return format_html(FREE_DAY, **told, count=one.count, words=said, day=iso, url=one.url)
    title = format_html(' title="{}"', one.reason) if one.reason else ""
    return format_html(FULL_DAY, **told, look=" is-used" if one.reason else "", title=title)


def _aside(text: str) -> str:
    return format_html('<span class="time-other">{}</span>', text) if text else ""


@register.simple_tag
def zone_name(zone: ZoneInfo | str) -> str:
    """“New York time”."""
    return zone_in_words(_zone(zone))
