"""A mail program's calendar, by RFC 5546: what its owner sees after reading invitations.

It reads with vobject and expands rules with dateutil, neither of which writes our files.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import vobject


@dataclass
class CalendarProgram:
    """UID → the planned start (None: the whole entry) → the component last heard of."""

    entries: dict[str, dict[datetime | None, object]] = field(default_factory=dict)

    def read(self, text):
        """What a program does with one invitation; older news than what it has is left alone."""
        calendar = vobject.readOne(text)
        method = calendar.method.value
        [uid] = {event.uid.value for event in calendar.vevent_list}
        known = self.entries.setdefault(uid, {})
        new = {_original(event): event for event in calendar.vevent_list}
        if known and min(map(_sequence, new.values())) <= max(map(_sequence, known.values())):
            raise AssertionError("An invitation that is not newer would be passed over.")
        if method == "CANCEL" and None in new:
            self.entries.pop(uid)
        elif None in new:
            self.entries[uid] = new  # the whole series, with all that is not as planned
        else:
            known.update(new)

    @property
    def seen(self):
        """(start, place) of every meeting that stands, by time; instants in UTC."""
        found = []
        for known in self.entries.values():
            master = known.get(None)
            planned = _expanded(master) if master else []
            found += [(start, master.location.value) for start in planned if start not in known]
            found += [
                (event.dtstart.value.astimezone(UTC), event.location.value)
                for original, event in known.items()
                if original is not None and event.status.value != "CANCELLED"
            ]
        return sorted(found)

    @property
    def starts(self):
        return [start for start, _place in self.seen]


def _original(event):
    if "recurrence-id" not in event.contents:
        return None
    return event.recurrence_id.value.astimezone(UTC)


def _sequence(event):
    return int(event.sequence.value)


def _expanded(event):
    """Every start of a component; vobject repeats wall-clock times, as a calendar does."""
    if "rrule" not in event.contents:
        return [event.dtstart.value.astimezone(UTC)]
    zone = event.dtstart.value.tzinfo
    left_out = {start.astimezone(UTC) for start in _dates(event, "exdate")}
    rules = event.getrruleset(addRDate=False)
    starts = [_aware(start, zone).astimezone(UTC) for start in rules]
    return [start for start in starts if start not in left_out]


def _aware(start, zone):
    return start if start.tzinfo else start.replace(tzinfo=zone)


def _dates(event, name):
    return [value for line in event.contents.get(name, []) for value in line.value]
