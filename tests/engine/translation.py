"""The oracle's raw rules, turned into what the engine is told."""

from datetime import datetime, timedelta

from tests.engine import oracle
from visavis.engine.masks import minutes_to_ticks
from visavis.engine.wallclock import (
    Dated,
    Weekly,
    dated_cover,
    dated_mask,
    local_days,
    local_weeks,
    weekly_mask,
)
from visavis.engine.window import Window
from visavis.engine.world import (
    Frame,
    Joinable,
    Meeting,
    Place,
    Provider,
    Reason,
    Refusal,
    Student,
    Taken,
    TakenMasks,
    frame,
    full_mask,
    quota,
    taken_masks,
    window_for,
)

MARGIN = timedelta(hours=4)


def window_of(community: oracle.Community) -> Window:
    return window_for(community.zone, community.first, community.days, MARGIN)


def frame_of(community: oracle.Community) -> Frame:
    return frame(
        window_of(community),
        zone=community.zone,
        first=community.first,
        days=community.days,
        now=community.now,
        lead=community.lead,
        weeks_ahead=community.weeks_ahead,
        moving=community.moving,
        allowed_minutes=community.allowed,
        closures=_dated(community.closures),
        breaks=_dated(community.breaks),
    )


def meeting_of(community: oracle.Community) -> Meeting:
    minute = timedelta(minutes=1)
    return Meeting(
        minutes_to_ticks(community.minutes),
        minutes_to_ticks(community.before // minute),
        minutes_to_ticks(community.after // minute),
    )


def providers_of(community: oracle.Community) -> list[Provider]:
    return [provider_of(community, mentor) for mentor in community.mentors]


def provider_of(community: oracle.Community, mentor: oracle.Mentor) -> Provider:
    window, zone = window_of(community), community.zone
    extra = dated_mask(_dated(mentor.extra), zone, window)
    hours = {
        room.id: extra
        | weekly_mask(
            _weekly(b for b in mentor.blocks if b.places is None or room.id in b.places),
            zone,
            window,
        )
        for room in community.rooms
    }
    cap = mentor.weekly_cap
    return Provider(
        id=mentor.id,
        hours=hours,
        away=dated_cover(_dated(mentor.away), zone, window),
        taken=_taken(window, mentor.commitments, mentor.outside),
        quota=None
        if cap is None
        else quota(
            window,
            limit_minutes=cap,
            periods=local_weeks(zone, window),
            held=_held(mentor.commitments),
        ),
        standing=() if mentor.is_active else (Refusal(Reason.PROVIDER_INACTIVE),),
        joinable={
            window.tick(a.start): Joinable(
                a.place, a.seats_left, None if a.minutes is None else minutes_to_ticks(a.minutes)
            )
            for a in mentor.appointments
        },
    )


def places_of(community: oracle.Community) -> list[Place]:
    return [place_of(community, room) for room in community.rooms]


def place_of(community: oracle.Community, room: oracle.Room) -> Place:
    window = window_of(community)
    hours = room.hours
    return Place(
        id=room.id,
        open=None if hours is None else weekly_mask(_weekly(hours), community.zone, window),
        full=0 if room.capacity is None else full_mask(window, room.capacity, room.held),
        standing=() if room.is_active else (Refusal(Reason.LOCATION_INACTIVE),),
    )


def student_of(community: oracle.Community) -> Student | None:
    learner = community.learner
    if learner is None:
        return None
    window, zone = window_of(community), community.zone
    limits = (
        (learner.a_day, local_days(zone, window)),
        (learner.a_week, local_weeks(zone, window)),
    )
    return Student(
        taken=_taken(window, learner.commitments),
        quotas=tuple(
            quota(window, limit_minutes=limit, periods=periods, held=_held(learner.commitments))
            for limit, periods in limits
            if limit is not None
        ),
        standing=(Refusal(Reason.STUDENT_PAUSED),) if learner.is_paused else (),
        paused_from=None if learner.paused_from is None else window.ceil(learner.paused_from),
    )


def _weekly(blocks) -> list[Weekly]:
    return [Weekly(b.weekday, b.start, b.end, b.first, b.last) for b in blocks]


def _dated(dates) -> list[Dated]:
    return [Dated(d.first, d.last, d.start, d.end) for d in dates]


def _taken(window, commitments, outside=()) -> TakenMasks:
    taken = [Taken(c.start, c.end, c.before, c.after, c.elsewhere) for c in commitments]
    return taken_masks(window, taken, outside)


def _held(commitments) -> list[tuple[datetime, datetime]]:
    return [(c.start, c.end) for c in commitments if not c.elsewhere]
