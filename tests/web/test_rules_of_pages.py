"""Each page names whom it admits, as the table of rules has it; all others see nothing at all.

What is walked through here is the URL conf itself. What each page answers whom stands in
test_every_url.py, which is written by hand: the two must say the same.
"""

import re
from collections import defaultdict
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.cast import ROLES, Cast
from tests.web.pages import ADMITS, whom
from tests.web.test_every_url import PAGES, SCHOOL, arguments, client_of, every_name
from visavis.bookings.rules import can_learn
from visavis.people.enums import Act
from visavis.people.rules import Standing, permits
from visavis.web.ui.doors import Entrance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_limits")]
OUTSIDERS = ("stranger", "student", "provider", "front_desk")
UNUSED = ("HEAD", "PUT", "DELETE", "OPTIONS")


def test_every_address_names_whom_it_admits():
    silent = [name for name, admitted in ADMITS.items() if admitted is None]
    assert silent == [], "Give the view a door of its face, or @admits(Entrance.…)."
    assert set(ADMITS) == set(every_name())


def test_every_act_of_the_table_has_a_page_or_a_button():
    asked_inside = {Act.SET_RULES_ASIDE}
    assert set(Act) - {one for one in ADMITS.values() if isinstance(one, Act)} == asked_inside


def test_pages_of_a_community_ask_for_an_act_and_others_for_an_entrance():
    assert {type(ADMITS[name]) for name in PAGES} == {Act}
    others = {name for name in SCHOOL if isinstance(ADMITS[name], Act)}
    assert others == {name for name in SCHOOL if name.startswith("school:")}


@pytest.mark.parametrize("role", ROLES)
def test_table_of_rules_says_of_each_page_what_was_written_by_hand(cast: Cast, role: str):
    wrong = []
    for place in (cast.own, cast.other):
        standing = Standing(cast.people[role], place.community)
        is_what = cast.standing(role, place)
        for name, page in PAGES.items():
            act = ADMITS[name]
            may = can_learn(standing) if act == Act.LEARN else permits(standing, act)
            # A thing of somebody's own is for that person alone, of those who may do the act.
            own = act in (Act.LEARN, Act.FINISH_TEACHING) and len(page.may) == 1
            if (is_what in page.may and not may) or (may and not own and is_what not in page.may):
                wrong.append(f"{name}: the table {'admits' if may else 'refuses'} {is_what}")
    assert not wrong, "\n".join(wrong)


def test_entrances_admit_whom_they_say(cast: Cast):
    visitor = client_of(cast, "anonymous")
    for name, page in SCHOOL.items():
        if ADMITS[name] in (Entrance.SIGNED_IN, Entrance.SHORT, Act.RUN_SCHOOL):
            answer = visitor.get(reverse(name, kwargs=page.arguments(cast.own)))
            assert answer.status_code == 302, name
            assert answer.url.startswith("/accounts/login/"), name


# --- Unknown and forbidden look the same ----------------------------------------------------------


def ask(client: Client, method: str, url: str, **headers: str) -> Any:
    with transaction.atomic():
        answer = client.generic(method, url, **headers)
        transaction.set_rollback(True)
    return answer


def looks(answer: Any, url: str) -> tuple[Any, ...]:
    """All that can be seen from outside, without what differs at every request."""
    body = re.sub(r"[0-9A-Za-z]{64}", "TOKEN", answer.content.decode())
    body = re.sub(r"(%2F|/)c(%2F|/)[^\"'&]*", "ADDRESS", body)
    headers = {
        name: value.replace(url, "ADDRESS")
        for name, value in answer.headers.items()
        if name not in ("Set-Cookie", "X-Request-ID", "Content-Length")
    }
    return answer.status_code, body, headers


def refused(cast: Cast, role: str) -> list[tuple[str, str]]:
    """Each page at whose door this role is refused, in both communities, with its address.

    Who may enter and asks for somebody else's thing is another matter, which is asked below.
    """
    found = []
    for place in (cast.own, cast.other):
        enters = can_learn(Standing(cast.people[role], place.community))
        for name, page in PAGES.items():
            is_inside = ADMITS[name] == Act.LEARN and enters
            if cast.standing(role, place) not in page.may and not is_inside:
                found.append((name, reverse(name, kwargs=arguments(page, place))))
    return found


@pytest.mark.parametrize(
    ("role", "headers"),
    [*((role, {}) for role in OUTSIDERS), ("student", {"HTTP_HX_REQUEST": "true"})],
    ids=[*OUTSIDERS, "fragments to a student"],
)
def test_what_is_forbidden_cannot_be_told_from_what_is_unknown(
    cast: Cast, role: str, headers: dict[str, str]
):
    wrong, client = [], client_of(cast, role)
    for method in ("GET", "POST"):
        nowhere = "/c/nowhere/manage/settings/"
        unknown = looks(ask(client, method, nowhere, **headers), nowhere)
        assert unknown[0] == 404
        for name, url in refused(cast, role):
            seen = looks(ask(client, method, url, **headers), url)
            if seen[0] == 405 and PAGES[name].post == 405:
                continue  # a method that nobody may use is refused before anybody is looked at
            if seen != unknown:
                wrong.append(f"{method} {name} as {role}: {seen[0]} {seen[2]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["stranger", "admin"])
def test_methods_that_no_page_uses_change_nothing_and_tell_nothing(cast: Cast, role: str):
    wrong, client = [], client_of(cast, role)
    for name, page in PAGES.items():
        url = reverse(name, kwargs=arguments(page, cast.own))
        for method in UNUSED:
            answer = ask(client, method, url)
            may = role in page.may
            wanted = {page.get, 405} if may else {404, 405}
            if method != "HEAD":
                wanted -= {page.get} - {404}
            elif name == "manage:retry":
                wanted |= {302}
            if answer.status_code not in wanted:
                wrong.append(f"{method} {name} as {role}: {answer.status_code}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_refusing_costs_the_same_whatever_is_behind_the_address(cast: Cast):
    """How long a refusal takes must not tell either: the thing itself is never looked for."""
    client, costs = client_of(cast, "stranger"), defaultdict(set)
    for name, url in refused(cast, "stranger"):
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        costs[url.split("/")[2], ADMITS[name]].add(len(asked))
    assert {key: len(found) for key, found in costs.items()} == dict.fromkeys(costs, 1)


@pytest.mark.parametrize("role", ["stranger", "paused", "front_desk", "student", "provider"])
def test_somebody_elses_thing_looks_and_costs_like_a_made_up_one(cast: Cast, role: str):
    client, made_up = client_of(cast, role), "00000000-0000-4000-8000-000000000000"
    face = {"provider": "teach:"}.get(role, "student:")
    things = [
        name
        for name, page in PAGES.items()
        if name.startswith(face) and "public_id" in page.arguments(cast.own)
    ]
    assert len(things) > 5
    # Those of the same community are somebody else's to all but their own student and provider.
    whose = cast.other if role in ("student", "provider") else cast.own
    for name in things:
        there = arguments(PAGES[name], cast.own, of=whose)
        seen = []
        for wanted in (there, {**there, "public_id": made_up}):
            url = reverse(name, kwargs=wanted)
            with CaptureQueriesContext(connection) as asked:
                answer = ask(client, "GET", url)
            seen.append((len(asked), looks(answer, url)))
        assert seen[0] == seen[1], name


def test_nobody_is_nothing_in_the_table(cast: Cast):
    assert [act for act in Act if permits(Standing(AnonymousUser(), cast.own.community), act)] == []


def test_page_that_names_nobody_would_be_noticed():
    def page(request):
        return None

    assert whom("new", page) is None
