"""What the community allows a student, told where it bites: before a time is chosen."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.bookings.student import StudentFacts
from visavis.engine.masks import TICK_MINUTES
from visavis.engine.world import Quota, window_for
from visavis.engine.zones import midnight
from visavis.web.student.way import Way
from visavis.web.ui.times import date_in_words, duration_in_words

DAY = timedelta(days=1)
NAMES = {"day": gettext_lazy("that day"), "week": gettext_lazy("that week")}


@dataclass(frozen=True)
class Limits:
    """The limits of minutes that leave no room for one more meeting, by local date.

    Dates are of the community's zone: its limits run by its days and weeks.
    """

    full: dict[date, tuple[str, int, int]] = field(default_factory=dict)
    community: str = ""

    def reason(self, day: date) -> str:
        """Why nothing can be booked on the day, if a limit is why."""
        found = self.full.get(day)
        if found is None:
            return ""
        name, limit, used = found
        words = {
            "community": self.community,
            "limit": duration_in_words(limit),
            "used": duration_in_words(used) if used else _("none"),
            "period": NAMES[name],
        }
        return _("%(community)s allows %(limit)s %(period)s, and you have booked %(used)s") % words

    def notices(self) -> list[str]:
        """Each limit that bites, once, by the first date on which it does."""
        told, found = set(), []
        for day in sorted(self.full):
            name = self.full[day][0]
            if name not in told:
                told.add(name)
                found.append(f"{date_in_words(day)}: {self.reason(day)}.")
        return found


def read_limits(way: Way, first: date, days: int) -> Limits:
    """The limits that leave no room for one more such meeting on these local dates."""
    community = way.community
    if community.student_daily_limit_minutes is None and (
        community.student_weekly_limit_minutes is None
    ):
        return Limits()
    zone = community.zone
    window = window_for(zone, first, days)
    facts = StudentFacts(
        way.standing,
        midnight(first, zone),
        midnight(first + days * DAY, zone),
        way.now,
        way.moving,
    )
    shown = {first + n * DAY for n in range(days)}
    full: dict[date, tuple[str, int, int]] = {}
    for quota in facts.on(window, None).quotas:
        for start, limit, used in _full(quota, way.format.minutes):
            length = 7 if quota.name == "week" else 1
            for day in (start + n * DAY for n in range(length)):
                if day in shown:
                    full.setdefault(day, (quota.name, limit, used))
    return Limits(full, community.name)


def _full(quota: Quota, minutes: int) -> list[tuple[date, int, int]]:
    """The periods, by their first date, in which no more of so many minutes fit."""
    limit = quota.limit_ticks * TICK_MINUTES
    return [
        (period.date, limit, used * TICK_MINUTES)
        for period, used in zip(quota.periods, quota.used, strict=True)
        if used * TICK_MINUTES + minutes > limit
    ]
