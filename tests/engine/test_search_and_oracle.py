"""The engine against the minute-by-minute oracle, over random communities and clock changes."""

import os
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from tests.engine import oracle
from tests.engine.translation import (
    frame_of,
    meeting_of,
    place_of,
    places_of,
    provider_of,
    providers_of,
    student_of,
)
from tests.engine.worlds import communities
from visavis.engine.explain import explain
from visavis.engine.masks import ticks
from visavis.engine.search import search
from visavis.engine.taken import NO_BUFFERS
from visavis.engine.world import Reason, Refusal

MANY = settings(
    max_examples=int(os.environ.get("ENGINE_EXAMPLES", "40")),
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@MANY
@given(communities())
def test_search_offers_what_the_oracle_offers(community):
    frame, rooms = frame_of(community), community.rooms
    openings = search(
        frame,
        meeting_of(community),
        providers_of(community),
        places_of(community),
        student_of(community),
    )
    expected = {
        (mentor.id, room.id): oracle.offered(community, mentor, room)
        for mentor in community.mentors
        for room in rooms
    }

    def instants(mask):
        return {frame.window.instant(tick) for tick in ticks(mask)}

    assert instants(openings.starts) == set().union(*expected.values())
    for mentor in community.mentors:
        assert instants(openings.of(mentor.id)) == set().union(
            *(expected[mentor.id, room.id] for room in rooms)
        )
    for tick in ticks(frame.asked):
        start = frame.window.instant(tick)
        for mentor in community.mentors:
            assert openings.places(mentor.id, tick) == tuple(
                room.id for room in rooms if start in expected[mentor.id, room.id]
            )
        assert openings.free(tick) == tuple(
            mentor.id
            for mentor in community.mentors
            if any(start in expected[mentor.id, room.id] for room in rooms)
        )


@MANY
@given(communities())
def test_explain_names_the_reasons_the_oracle_finds_and_none_where_search_offers(community):
    frame, meeting, student = frame_of(community), meeting_of(community), student_of(community)
    for mentor in community.mentors:
        provider = provider_of(community, mentor)
        for room in community.rooms:
            place = place_of(community, room)
            offered = search(frame, meeting, [provider], [place], student)
            for start in community.starts():
                told = explain(frame, meeting, provider, place, student, start)
                codes = list(dict.fromkeys(refusal.code for refusal in told))
                assert codes == oracle.reasons(community, mentor, room, start)
                if Refusal(Reason.PROVIDER_BUSY, {"elsewhere": True}) in told:
                    assert not oracle.is_busy(community, mentor, start, only_here=True)
                assert bool(offered.starts >> frame.window.tick(start) & 1) is not bool(told)


@MANY
@given(communities())
def test_what_all_commitments_keep_free_saves_work_and_changes_no_answer(community):
    frame, meeting, places = frame_of(community), meeting_of(community), places_of(community)
    known = providers_of(community)
    unknown = [
        replace(provider, taken=replace(provider.taken, buffers=NO_BUFFERS)) for provider in known
    ]
    found, right = (search(frame, meeting, people, places) for people in (known, unknown))
    for mentor in community.mentors:
        assert found.of(mentor.id) == right.of(mentor.id)
