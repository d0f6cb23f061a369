"""What a letter says of meetings: the words for its text, and the facts that stand below it.

A fact is a term and what stands there; several lines are a list.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.bookings.enums import BookingState
from visavis.bookings.events import ADMIN, PROVIDER, STUDENT
from visavis.bookings.models import Appointment, Series
from visavis.bookings.queries import booked_keys, log_for_student, seen_attendees
from visavis.bookings.weeks import planned_start, planned_starts
from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.core.placeholders import fill
from visavis.core.zone_names import zone_in_words
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Prose, Reader
from visavis.notifications.meetings import Meeting, series_told

Fact = tuple[str, str]
DAY = "l j F"
MOST_NAMES = 4
# What is told ahead of a meeting to which others may come as well.
COMING = (Kind.CONFIRMED, Kind.CHANGED, Kind.REMINDER)
ENDED = (Kind.CANCELLED, Kind.DECLINED)


def words_for(reader: Reader, meetings: Sequence[Meeting]) -> dict[str, str]:
    """What the placeholders of a text stand for, as this reader reads times."""
    first = meetings[0]
    students = dict.fromkeys(str(meeting.booking.student) for meeting in meetings)
    providers = dict.fromkeys(str(meeting.provider) for meeting in meetings)
    reasons = dict.fromkeys(meeting.reason for meeting in meetings if meeting.reason)
    return {
        "student": _names(list(students)),
        "provider": _names(list(providers)),
        "heir": _names(_heirs(meetings)),
        "support": wording_of(first.community).support,
        "community": first.community.name,
        "starts": _span(reader.read(first.start), meetings),
        "when": _span(reader.read_with_zone(first.start, first.end), meetings),
        "where": first.place,
        "service": first.appointment.service.label,
        "weeks": _weeks_in_words(len(meetings)),
        "seats": seats_in_words(first.appointment),
        "reason": ", ".join(reasons),
    }


def facts_for(kind: Kind, reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    """What stands below the text: when, with whom, where, and what became of it by whom and why.

    `kind` is the usual one, whether the letter is about one meeting or a series.
    """
    facts = [
        *(_list(reader, meetings) if _are_several(meetings) else _one(reader, meetings)),
        *_answer_by(kind, reader, meetings),
        *_left_out(kind, reader, meetings),
        *_group(kind, reader, meetings[0]),
        *_cause(kind, reader, meetings),
        *_log(kind, meetings),
    ]
    return list(dict.fromkeys(facts))  # those who share a meeting share its time


def _are_several(meetings: Sequence[Meeting]) -> bool:
    """Whether these are different meetings, and no weeks of one series."""
    return len({one.appointment.pk for one in meetings}) > 1 and series_told(meetings) is None


def _list(reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    """Different meetings, a line each: when, with whom, what and where."""
    lines = []
    for one in meetings:
        people = [str(one.booking.student)] if reader.audience != Audience.STUDENT else []
        people += [str(one.provider)] if reader.audience != Audience.PROVIDER else []
        what = [one.appointment.service.label, one.appointment.format.name, _where(one)]
        lines.append(", ".join([_when(reader, one), *people, *what]))
    zone = {"zone": zone_in_words(reader.zone)}
    return [(_("Meetings (%(zone)s)") % zone, "\n".join(lines))]


def _one(reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    return [*_times(reader, meetings), *_people(reader, meetings), *_place(meetings)]


# --- When ---------------------------------------------------------------------------------------


def _times(reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    series = series_told(meetings)
    if series is None:
        return [fact for meeting in meetings for fact in _time(reader, meeting)]
    zone = {"zone": zone_in_words(reader.zone)}
    return [(_("Week by week (%(zone)s)") % zone, "\n".join(_weeks(reader, meetings, series)))]


def _time(reader: Reader, meeting: Meeting) -> list[Fact]:
    facts, is_elsewhen = [], meeting.before and meeting.before.start != meeting.start
    if meeting.before and is_elsewhen:
        before = reader.read_with_zone(meeting.before.start, meeting.before.end)
        facts.append((_("Before"), before))
    label = _("Now") if is_elsewhen else _("When")
    facts.append((label, reader.read_with_zone(meeting.start, meeting.end)))
    return [*facts, *_which_week(meeting)]


def _when(reader: Reader, meeting: Meeting) -> str:
    """The time in a line of several, and of what has moved the former one."""
    before, now = meeting.before, reader.read(meeting.start, meeting.end)
    return _from_to(reader.read(before.start, before.end), now) if before else now


def _which_week(meeting: Meeting) -> list[Fact]:
    """Of a meeting that is one of a series: which, since the others stay as they are."""
    booking, series = meeting.booking, meeting.booking.series
    if series is None:
        return []
    starts, booked = planned_starts(series), booked_keys(series)
    # Of those that were booked, as every other page and mail counts them.
    weeks = sorted(start for key, start in starts.items() if key in booked)
    number = bisect_left(weeks, planned_start(booking, starts)) + 1
    told = {"number": number, "weeks": len(booked)}
    return [(_("Weekly meetings"), _("Week %(number)d of %(weeks)d") % told)]


def _weeks(reader: Reader, meetings: Sequence[Meeting], series: Series) -> Iterable[str]:
    """Each week's time, and place and person where these are not those of the series."""
    for meeting in meetings:
        more = [_when(reader, meeting)]
        if meeting.location.pk != series.location_id or _where(meeting) != meeting.place:
            more.append(_where(meeting))
        if meeting.provider.pk != series.provider_id:
            more.append(str(meeting.provider))
        yield ", ".join(more)


def _answer_by(kind: Kind, reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    """Until when a request can be answered, as long as it waits; of several, the first to run out.

    Never after its beginning: what nobody has agreed on by then does not take place.
    """
    bookings = [meeting.booking for meeting in meetings]
    waiting = [row.expires_at for row in bookings if row.state == BookingState.REQUESTED]
    ends = [until for until in waiting if until is not None]
    # Whoever gives it has the turn again once their own times were not taken.
    is_back = kind in (Kind.TURNED_DOWN, Kind.LAPSED) and reader.audience == Audience.PROVIDER
    if not (kind == Kind.REQUESTED or is_back) or not ends:
        return []
    return [(_("Answer by"), reader.read_with_zone(min(ends)))]


def _left_out(kind: Kind, reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    """The weeks of a series that were not booked; their student reads why, in words for them."""
    series = series_told(meetings)
    if series is None or not series.skipped or kind not in (Kind.REQUESTED, Kind.CONFIRMED):
        return []
    skipped = [_skipped(reader, week) for week in series.skipped]
    return [(_("Left out"), "\n".join(skipped))]


def _skipped(reader: Reader, week: Mapping[str, str]) -> str:
    day = date_format(date.fromisoformat(week["day"]), DAY)
    is_theirs = reader.audience == Audience.STUDENT
    return f"{day}: {week['why']}" if week["why"] and is_theirs else day


def _span(first: str, meetings: Sequence[Meeting]) -> str:
    """The first of several, and how many more; of a series that is said by `weeks`."""
    more = len({meeting.start for meeting in meetings}) - 1
    if not more or series_told(meetings) is not None:
        return first
    told = {"first": first, "more": more}
    return ngettext("%(first)s and %(more)d more", "%(first)s and %(more)d more", more) % told


def _weeks_in_words(count: int) -> str:
    told = {"count": count}
    return ngettext("%(count)d weekly meeting", "%(count)d weekly meetings", count) % told


def _names(names: Sequence[str]) -> str:
    """All of a few; the first of many, and how many more: a subject has to hold them."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    told = {"names": ", ".join(names[: MOST_NAMES - 1]), "more": len(names) - MOST_NAMES + 1}
    return _("%(names)s and %(more)d more") % told


# --- With whom and where ------------------------------------------------------------------------


def _people(reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    first, words = meetings[0], words_for(reader, meetings)
    facts = []
    if reader.audience != Audience.PROVIDER:
        former = str(first.before.provider) if first.before else words["provider"]
        facts.append((wording_of(first.community).provider, _from_to(former, words["provider"])))
    if reader.audience != Audience.STUDENT:
        facts.append((_("Student"), words["student"]))
    return facts


def _place(meetings: Sequence[Meeting]) -> list[Fact]:
    first = meetings[0]
    what = (_("What"), first.appointment.service.label)
    return [
        what,
        (_("Kind of meeting"), first.appointment.format.name),
        (_("Where"), _where(first)),
    ]


def _where(meeting: Meeting) -> str:
    """The place, and of what has moved the former one where it was another."""
    return _from_to(meeting.before.place if meeting.before else meeting.place, meeting.place)


def _from_to(former: str, now: str) -> str:
    return now if former == now else f"{former} → {now}"


# --- A group ------------------------------------------------------------------------------------


def seats_in_words(appointment: Appointment) -> str:
    """How many come as things stand; nothing of a meeting of two."""
    if appointment.capacity == 1:
        return ""
    coming = appointment.bookings.filter(state=BookingState.CONFIRMED).count()
    told = {"coming": coming, "seats": appointment.capacity}
    return (
        ngettext(
            "%(coming)d of %(seats)d seats is taken now.",
            "%(coming)d of %(seats)d seats are taken now.",
            coming,
        )
        % told
    )


def _group(kind: Kind, reader: Reader, meeting: Meeting) -> list[Fact]:
    """That it is one. A student reads how large it is; who comes, only where that is shown."""
    appointment = meeting.appointment
    if appointment.capacity == 1:
        return []
    if reader.audience != Audience.STUDENT:
        return [(_("Group"), seats_in_words(appointment))]
    size = _("A group of up to %(seats)d") % {"seats": appointment.capacity}
    others = seen_attendees(meeting.booking, now=clock.now()) if kind in COMING else []
    return [(_("Group"), size), *([(_("Also there"), ", ".join(others))] if others else [])]


# --- By whom, how late, and why -----------------------------------------------------------------


def _cause(kind: Kind, reader: Reader, meetings: Sequence[Meeting]) -> list[Fact]:
    first, heirs = meetings[0], _heirs(meetings)
    facts = [(_("Handed over to"), _names(heirs))] if heirs else []
    facts += _by_whom(kind, reader, first)
    facts += [fact for meeting in meetings for fact in _absence(kind, reader, meeting, meetings)]
    reason = words_for(reader, meetings)["reason"]
    facts += [(_("Reason"), Prose(reason))] if reason else []
    if reader.audience == Audience.STUDENT:
        facts += [(_("Please note"), Prose(_note(reader, one))) for one in meetings if one.note]
    return facts


def _heirs(meetings: Sequence[Meeting]) -> list[str]:
    return list(dict.fromkeys(str(one.heir) for one in meetings if one.heir))


def _by_whom(kind: Kind, reader: Reader, meeting: Meeting) -> list[Fact]:
    name = _actor(reader, meeting)
    if not name or kind not in (*ENDED, Kind.CHANGED):
        return []
    labels = {
        Kind.CANCELLED: _("Cancelled by"),
        Kind.DECLINED: _("Declined by"),
        Kind.CHANGED: _("Moved by"),
    }
    return [(labels[kind], name)]


def _actor(reader: Reader, meeting: Meeting) -> str:
    """Who did it, as this reader knows them; an administrator acts for the centre."""
    # Whoever gave the meeting away has moved it.
    provider = (meeting.before or meeting).provider
    names = {
        STUDENT: (meeting.booking.student, str(meeting.booking.student)),
        PROVIDER: (provider.user, str(provider)),
        ADMIN: (None, meeting.community.name),
    }
    person, name = names.get(meeting.by, (None, ""))
    is_reader = person is not None and reader.user is not None and person.pk == reader.user.pk
    return _("you") if is_reader else name


def _absence(
    kind: Kind, reader: Reader, meeting: Meeting, meetings: Sequence[Meeting]
) -> list[Fact]:
    """That it is late, and what that means for the student."""
    is_late = kind != Kind.NO_SHOW and meeting.is_late
    said = [_late_in_words(meeting)] if is_late else []
    is_missed = kind == Kind.NO_SHOW and meeting.occurrence is not None
    # How often somebody misses meetings is between them and the centre.
    if reader.audience != Audience.PROVIDER and (is_late or is_missed):
        said.append(_counted_in_words(meeting))
    if not said:
        return []
    day = [f"{reader.read(meeting.start)}:"] if len(meetings) > 1 else []
    return [(_("Late") if is_late else _("Missed meetings"), " ".join([*day, *said]))]


def _late_in_words(meeting: Meeting) -> str:
    hours = meeting.community.late_cancel_hours
    if meeting.before is not None:
        moved = ngettext(
            "Moved less than %(hours)d hour before the beginning.",
            "Moved less than %(hours)d hours before the beginning.",
            hours,
        )
        return moved % {"hours": hours}
    said = ngettext(
        "Less than %(hours)d hour before the beginning.",
        "Less than %(hours)d hours before the beginning.",
        hours,
    )
    return said % {"hours": hours}


def _counted_in_words(meeting: Meeting) -> str:
    if meeting.occurrence is None:
        return _("It does not count as a missed meeting.")
    return counted_in_words(meeting.occurrence, meeting.community.absence_days)


def counted_in_words(number: int, days: int) -> str:
    """The how manyth missed meeting it is within so many days."""
    said = ngettext(
        "It counts as a missed meeting: %(number)d within %(days)d days.",
        "It counts as a missed meeting: %(number)d within %(days)d days.",
        number,
    )
    return said % {"number": number, "days": days}


def _note(reader: Reader, meeting: Meeting) -> str:
    return fill(meeting.note, words_for(reader, [meeting]))


def paused_in_words(far_days: int | None) -> str:
    """Which meetings a pause keeps somebody from booking: all, or those so many days ahead."""
    if far_days is None:
        return _("meetings")
    said = ngettext(
        "meetings more than %(days)d day ahead", "meetings more than %(days)d days ahead", far_days
    )
    return said % {"days": far_days}


# --- Afterwards -----------------------------------------------------------------------------------


def _log(kind: Kind, meetings: Sequence[Meeting]) -> list[Fact]:
    """What the student is to know of the log; the notes for staff never leave the house."""
    if kind != Kind.LOGGED:
        return []
    return [(_("For you"), Prose(log_for_student(meeting.booking))) for meeting in meetings]
