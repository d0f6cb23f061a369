"""Carries out `visavis retention`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, read_pairs
from visavis.communities.models import Community
from visavis.communities.queries import get_community
from visavis.core import clock
from visavis.privacy.actions import keep_for, let_go
from visavis.privacy.enums import Subject
from visavis.privacy.errors import InvalidKeeping
from visavis.privacy.queries import Days, Due, due_at, read_times
from visavis.privacy.subjects import SUBJECTS

FOREVER, AS_SCHOOL = "forever", "school"
# Runs of bounded parts that one command makes at most; the worker goes on.
RUNS = 1000


def retention(
    *, dry_run: bool, keep: tuple[str, ...], community: str | None, as_json: bool
) -> None:
    place = get_community(community) if community is not None else None
    if keep:
        keep_for(_read(keep, place), by=COMMAND_LINE, community=place)
        _show_times(place, as_json=as_json)
    elif dry_run:
        _show_due(due_at(clock.now(), within=place), as_json=as_json)
    elif place is not None:
        raise InvalidKeeping(
            "What is due goes in the whole school at once. Leave --community out, or add --dry-run."
        )
    else:
        _let_go(as_json=as_json)


def _read(keep: tuple[str, ...], place: Community | None) -> dict[Subject, Days]:
    pairs = read_pairs(keep, example="notes=365")
    return {_subject(key, place): _days(key, text, place) for key, text in pairs.items()}


def _subject(key: str, place: Community | None) -> Subject:
    known = [one for one in Subject if place is None or SUBJECTS[one].of_communities]
    if key not in known:
        where = "A community has no time of its own for" if place else "There is no subject"
        raise InvalidKeeping(f"{where} “{key}”. There are: {', '.join(known)}.")
    return Subject(key)


def _days(key: str, text: str, place: Community | None) -> Days:
    word = text.strip().casefold()
    if (place is None and word == FOREVER) or (place is not None and word == AS_SCHOOL):
        return None
    if not (word.isascii() and word.isdigit()):
        other = AS_SCHOOL if place else FOREVER
        raise InvalidKeeping(f"{key}: “{text}” is no number of days. Write one, or “{other}”.")
    return int(word)


def _show_times(place: Community | None, *, as_json: bool) -> None:
    times = read_times()
    shown = {
        subject.value: times.of(subject, place)
        for subject in Subject
        if place is None or SUBJECTS[subject].of_communities
    }
    if as_json:
        print_json({"community": place.slug if place else None, "days": shown})
        return
    rows = [(key, FOREVER if days is None else days) for key, days in shown.items()]
    show_table(["subject", "days"], rows, empty="")


def _show_due(due: Iterable[Due], *, as_json: bool) -> None:
    found = list(due)
    if as_json:
        print_json({"dry_run": True, "due": [_as_json(one) for one in found]})
        return
    rows = [(one.subject.value, one.what, one.place, one.number) for one in found]
    show_table(["subject", "what", "community", "would go"], rows, empty="Nothing would go.")


def _as_json(one: Due) -> Mapping[str, Any]:
    return {
        "subject": one.subject.value,
        "what": one.what,
        "community": one.place or None,
        "number": one.number,
    }


def _let_go(*, as_json: bool) -> None:
    gone: Counter[str] = Counter()
    for _run in range(RUNS):
        part = let_go(now=clock.now(), by=COMMAND_LINE)
        if not part:
            break
        gone += part
    if as_json:
        print_json({"dry_run": False, "gone": dict(gone)})
    elif not gone:
        say("Nothing was due.")
    for subject, number in () if as_json else sorted(gone.items()):
        say(f"{subject}: {number} gone")
