"""Part `limits`: the union over W2(P), where every rule of a real centre holds."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bench import limited_world, workload
from bench.limited_world import MEETING, PLACES, Community
from bench.plan import Plan
from bench.timing import best_ms
from bench.yardsticks import integers, limited, words
from visavis.engine.masks import runs, ticks
from visavis.engine.search import Roster, Row, common, make_rows, offered, search
from visavis.engine.taken import TICK_SECONDS

Who = dict[int, list[int]]


def told(community: Community) -> limited.Told:
    """The community for the intervals: hours as rules, everything else as epoch seconds."""
    blocks = [(r.weekday, r.start_minute, r.end_minute) for r in workload.weekly_rules()]
    parts = [
        integers.opened(
            [block for block in blocks if (block[1] >= 13 * 60) == afternoon],
            community.zone,
            workload.FIRST,
            workload.DAYS,
        )
        for afternoon in (False, True)
    ]
    return limited.Told(
        hours=parts,
        members=[(m.number, m.classes, m.busy) for m in community.members],
        admits=limited_world.ADMITS,
        held=community.held,
        capacity=community.capacity,
        closed=community.closed,
        buffer=limited_world.BUFFER,
        step=30 * 60,
        length=workload.HALF_HOUR,
    )


def free_at(community: Community) -> list[list[int]]:
    """Each place's free masks, one a member: hours there without what is taken."""
    return [
        [person.hours[place] & ~person.taken.widened for person in community.people]
        for place in PLACES
    ]


def shared_starts(community: Community) -> list[int]:
    """The starts that closures, the allowed minutes and the room left admit at each place."""
    frame = community.frame
    whole = (1 << community.window.ticks) - 1
    found = []
    for place in community.places:
        open_ = whole & ~frame.closed & ~place.full
        found.append(runs(open_, MEETING.ticks) & frame.asked & frame.allowed)
    return found


def kept_words(community: Community) -> limited.KeptWords:
    size = community.window.ticks
    free = [
        np.stack([words.from_mask(mask, size) for mask in masks]) for masks in free_at(community)
    ]
    shared = [words.from_mask(mask, size) for mask in shared_starts(community)]
    return limited.KeptWords(free, shared)


def kept_masks(community: Community) -> limited.KeptMasks:
    members = []
    for here in zip(*free_at(community), strict=True):
        places: dict[int, list[int]] = defaultdict(list)
        for place, mask in enumerate(here):
            if mask:
                places[mask].append(place)
        members.append(list(places.items()))
    return limited.KeptMasks(members, shared_starts(community))


def by_engine(communities: list[Community]) -> list[Any]:
    return [search(c.frame, MEETING, c.people, c.places) for c in communities]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the product keeps of a community: everybody's starts, and their join."""

    community: Community
    rows: list[Row]
    roster: Roster

    @classmethod
    def of(cls, community: Community) -> "Kept":
        rows = list(make_rows(community.window, MEETING, community.people, community.places))
        return cls(community, rows, Roster.of(PLACES, rows))


def by_rows(kept: list[Kept]) -> list[Any]:
    return [_offered(one.community, Roster.of(PLACES, one.rows)) for one in kept]


def by_roster(kept: list[Kept]) -> list[Any]:
    return [_offered(one.community, one.roster) for one in kept]


def _offered(community: Community, roster: Roster) -> Any:
    return offered(roster, common(community.frame, MEETING, community.places))


def check(communities: list[Community]) -> int:
    """How many starts all have together; raises WrongAnswer unless all ways agree on everything."""
    count = 0
    for community in communities:
        base = int(community.window.start.timestamp())
        right: Who = {
            (at - base) // TICK_SECONDS: who
            for at, who in limited.by_intervals(told(community)).items()
        }
        found = search(community.frame, MEETING, community.people, community.places)
        engine = {tick: list(found.free(tick)) for tick in ticks(found.starts)}
        numbers = [member.number for member in community.members]
        rows = limited.who_by_words(kept_words(community), MEETING.ticks)
        by_words = {tick: [numbers[row] for row in who] for tick, who in rows.items()}
        united = limited.by_masks(kept_masks(community), MEETING.ticks)
        kept = by_rows([Kept.of(community)])[0].starts
        if not (engine == by_words == right and united == kept == found.starts):
            raise workload.WrongAnswer(f"The ways disagree about W2 in {community.zone.key}.")
        count += len(right)
    return count


def measure(providers: int, plan: Plan) -> dict[str, float]:
    """Milliseconds of each way for the unions of all eight communities, and how many starts."""
    communities = limited_world.make(providers)
    starts = check(communities)
    for_intervals = [told(c) for c in communities]
    in_words = [kept_words(c) for c in communities]
    in_masks = [kept_masks(c) for c in communities]
    kept, n = [Kept.of(c) for c in communities], MEETING.ticks
    best = partial(best_ms, seconds=plan.seconds)
    return {
        "starts": starts,
        "integers": best(lambda: [limited.by_intervals(one) for one in for_intervals]),
        "kept_words": best(lambda: [limited.by_words(one, n) for one in in_words]),
        "kept_masks": best(lambda: [limited.by_masks(one, n) for one in in_masks]),
        "engine": best(lambda: by_engine(communities)),
        "engine_rows": best(lambda: by_rows(kept)),
        "engine_roster": best(lambda: by_roster(kept)),
    }


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, as plain data."""
    return {"union": {str(count): measure(count, plan) for count in plan.providers}}
