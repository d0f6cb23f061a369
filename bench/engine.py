"""Part `engine`: the union of starts over W(P), and who is free at each, beside the yardsticks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bench import workload
from bench.plan import Plan
from bench.timing import best_ms
from bench.yardsticks import datetimes, integers, masks, weeks, words
from visavis.engine.masks import ticks
from visavis.engine.search import Roster, common, make_rows, offered, search
from visavis.engine.taken import TICK_SECONDS
from visavis.engine.wallclock import weekly_mask
from visavis.engine.world import Meeting, Place, Provider, TakenMasks, masks_from_epochs

PLACE = Place(1)
MEETING = Meeting(6)
STEP, LENGTH = 30 * 60, workload.HALF_HOUR
RULES = 1000
ZONES = (
    *("America/New_York", "America/Los_Angeles", "America/Phoenix", "America/Sao_Paulo"),
    *("Europe/London", "Europe/Berlin", "Asia/Kolkata", "Australia/Sydney"),
)


@dataclass
class World:
    """W(P) in every form that is compared; made before anything is timed."""

    providers: int
    asked: workload.Asked = field(default_factory=workload.asked)

    def __post_init__(self) -> None:
        window = self.asked.window
        self.base = int(window.start.timestamp())
        self.busy = workload.busy_times(self.providers)
        self.hours = weekly_mask(workload.weekly_rules(), workload.NEW_YORK, window)
        self.free = masks.free_masks(self.hours, self.busy, self.base, TICK_SECONDS)
        self.hour_words = words.from_mask(self.hours, window.ticks)
        self.candidate_words = words.from_mask(self.asked.candidates, window.ticks)
        self.rows = words.BusyRows.of(self.busy)
        self.free_words = self.busy_to_words()
        self.people = engine_people(self)
        self.kept_rows = list(make_rows(window, MEETING, self.people, [PLACE]))
        self.roster = Roster.of([PLACE.id], self.kept_rows)

    def busy_to_words(self) -> words.Words:
        return words.free_words(
            self.hour_words, self.rows, rows=self.providers, base=self.base, tick=TICK_SECONDS
        )

    @property
    def blocks(self) -> list[tuple[int, int, int]]:
        rules = workload.weekly_rules()
        return [(rule.weekday, rule.start_minute, rule.end_minute) for rule in rules]

    def epochs(self, found: list[int]) -> list[int]:
        return [self.base + tick * TICK_SECONDS for tick in found]


def engine_people(world: World) -> list[Provider]:
    """The providers as the engine is told of them, their masks ready."""
    return [
        Provider(number, {1: world.hours}, taken=taken_of(world, times))
        for number, times in enumerate(world.busy)
    ]


def taken_of(world: World, times: workload.Busy) -> TakenMasks:
    rows = ((start, end, 0, 0, False) for start, end in times)
    return masks_from_epochs(world.asked.window, rows)


# --- The ways, each giving the starts as epoch seconds ---------------------------------------


def by_datetimes(world: World) -> Callable[[], Any]:
    busy = [
        [(datetime.fromtimestamp(s, UTC), datetime.fromtimestamp(e, UTC)) for s, e in times]
        for times in world.busy
    ]
    return partial(
        datetimes.free_starts,
        world.blocks,
        busy,
        zone=workload.NEW_YORK,
        first=workload.FIRST,
        days=workload.DAYS,
        step=timedelta(seconds=STEP),
        length=timedelta(seconds=LENGTH),
    )


def by_integers(world: World) -> Callable[[], Any]:
    return partial(
        integers.free_starts,
        world.blocks,
        world.busy,
        zone=workload.NEW_YORK,
        first=workload.FIRST,
        days=workload.DAYS,
        step=STEP,
        length=LENGTH,
    )


def by_masks(world: World) -> int:
    """One shared rule turned to bits, everybody's busy masks built, all in the call."""
    hours = weekly_mask(workload.weekly_rules(), workload.NEW_YORK, world.asked.window)
    free = masks.free_masks(hours, world.busy, world.base, TICK_SECONDS)
    return masks.union_of_kept(free, MEETING.ticks, world.asked.candidates)


def by_kept_masks(world: World) -> int:
    return masks.union_of_kept(world.free, MEETING.ticks, world.asked.candidates)


def by_words(world: World) -> words.Words:
    starts = words.shift_and(world.busy_to_words(), MEETING.ticks)
    return words.union(starts) & world.candidate_words


def by_kept_words(world: World) -> words.Words:
    return words.union(words.shift_and(world.free_words, MEETING.ticks)) & world.candidate_words


def by_engine(world: World) -> Any:
    return search(world.asked.frame, MEETING, world.people, [PLACE])


def by_rows(world: World) -> Any:
    """Everybody's starts kept, joined anew: what is left to do after one of them was booked."""
    roster = Roster.of([PLACE.id], world.kept_rows)
    return offered(roster, common(world.asked.frame, MEETING, [PLACE]))


def by_roster(world: World) -> Any:
    """The join kept as well: what is left to do when nothing has changed."""
    return offered(world.roster, common(world.asked.frame, MEETING, [PLACE]))


def measure_union(world: World, plan: Plan) -> dict[str, float | None]:
    """Milliseconds of each way for the union; each answer is checked before it is timed."""
    ways: dict[str, tuple[Callable[[], Any], Callable[[Any], list[int]]]] = {
        "datetimes": (by_datetimes(world), lambda found: [int(at.timestamp()) for at in found]),
        "integers": (by_integers(world), list),
        "masks": (partial(by_masks, world), lambda m: world.epochs(masks.set_ticks(m))),
        "words": (partial(by_words, world), lambda w: world.epochs(words.set_ticks(w))),
        "kept_words": (partial(by_kept_words, world), lambda w: world.epochs(words.set_ticks(w))),
        "kept_masks": (partial(by_kept_masks, world), lambda m: world.epochs(masks.set_ticks(m))),
        **{
            name: (partial(way, world), lambda f: world.epochs(list(ticks(f.starts))))
            for name, way in ENGINE_WAYS.items()
        },
    }
    found: dict[str, float | None] = {}
    for name, (way, epochs) in ways.items():
        if name == "datetimes" and world.providers > plan.slowest_providers:
            found[name] = None
            continue
        workload.check_digest(name, epochs(way()), world.providers)
        found[name] = best_ms(way, seconds=plan.seconds)
    return found


ENGINE_WAYS = {"engine": by_engine, "engine_rows": by_rows, "engine_roster": by_roster}

# --- Who is free at each start ---------------------------------------------------------------


def who_by_kept_masks(world: World) -> dict[int, list[int]]:
    starts = masks.starts_of_kept(world.free, MEETING.ticks, world.asked.candidates)
    united = 0
    for mask in starts:
        united |= mask
    return masks.who_at(starts, masks.set_ticks(united))


def who_by_kept_words(world: World) -> dict[int, list[int]]:
    starts = words.shift_and(world.free_words, MEETING.ticks) & world.candidate_words
    return words.who_at(starts, words.set_ticks(words.union(starts)))


def who_by_engine(world: World) -> dict[int, list[int]]:
    found = by_engine(world)
    return {tick: list(found.free(tick)) for tick in ticks(found.starts)}


def measure_who(world: World, plan: Plan) -> dict[str, float]:
    """Milliseconds for the union and who is free at each of its starts; all must agree."""
    intervals = by_integers(world)
    right = {(at - world.base) // TICK_SECONDS: who for at, who in intervals().items()}
    ways: dict[str, Callable[[], dict[int, list[int]]]] = {
        "kept_words": partial(who_by_kept_words, world),
        "kept_masks": partial(who_by_kept_masks, world),
        "engine": partial(who_by_engine, world),
    }
    found = {"integers": best_ms(intervals, seconds=plan.seconds)}
    for name, way in ways.items():
        if way() != right:
            raise workload.WrongAnswer(f"{name} names others as free than the intervals do.")
        found[name] = best_ms(way, seconds=plan.seconds)
    return found


# --- From rows to masks ----------------------------------------------------------------------


def measure_cold(plan: Plan) -> dict[str, float]:
    """Milliseconds from 1,000 different weekly rules in 8 zones, and 20,000 busy rows, to masks."""
    rules = workload.distinct_rules(RULES)
    zones = [ZoneInfo(ZONES[number % len(ZONES)]) for number in range(RULES)]
    asked = {zone: workload.asked(zone=zone) for zone in zones}
    world = World(RULES)

    def engine_rules() -> list[int]:
        return [
            weekly_mask(rule, zone, asked[zone].window)
            for rule, zone in zip(rules, zones, strict=True)
        ]

    plain_rules = partial(_plain_rules, rules, zones, asked)
    if engine_rules() != plain_rules():
        raise workload.WrongAnswer("The engine's weekly masks are not those of the yardstick.")
    seconds = plan.seconds
    return {
        "plain_rules": best_ms(plain_rules, seconds=seconds),
        "engine_rules": best_ms(engine_rules, seconds=seconds),
        "plain_rows": best_ms(
            lambda: masks.free_masks(world.hours, world.busy, world.base, TICK_SECONDS),
            seconds=seconds,
        ),
        "engine_rows": best_ms(
            lambda: [taken_of(world, times) for times in world.busy], seconds=seconds
        ),
    }


def _plain_rules(rules: Any, zones: list[ZoneInfo], asked: Any) -> list[int]:
    cut = {
        zone: weeks.pieces(zone, one.window.start, one.window.ticks) for zone, one in asked.items()
    }
    return [
        weeks.weekly_mask(
            [(block.weekday, block.start_minute, block.end_minute) for block in rule],
            cut[zone],
            workload.DAYS // 7 + 1,
        )
        for rule, zone in zip(rules, zones, strict=True)
    ]


def check_quarter_hours() -> None:
    """The engine's answers at every quarter of an hour, where they are known. May raise."""
    for providers in (1, 1000):
        world = World(providers, workload.asked(workload.STEP_15))
        found = world.epochs(list(ticks(by_engine(world).starts)))
        workload.check_digest("engine", found, providers, workload.STEP_15)


def run(plan: Plan) -> dict[str, Any]:
    """All measurements of this part, as plain data."""
    check_quarter_hours()
    union, who = {}, {}
    for providers in plan.providers:
        world = World(providers)
        union[str(providers)] = measure_union(world, plan)
        who[str(providers)] = measure_who(world, plan)
    return {"union": union, "who": who, "cold": measure_cold(plan), "rules": RULES}
