"""Many come in for the first time at once: a prepared account becomes one person's alone."""

from collections import Counter

import pytest

pytestmark = pytest.mark.race
JANE, OTHER = "jane.doe@uni.test", "somebody.else@uni.test"
ROUNDS = 4


@pytest.fixture
def prepared(arena):
    def stage():
        arena.stage(formats=[], students=0, prepared={"email": JANE, "sso_id": "jd1@uni.test"})

    return stage


def inside(results):
    return [result for result in results if "refused" not in result]


def refusals(results):
    return Counter(result["refused"] for result in results if "refused" in result)


def test_one_person_in_many_tabs_claims_their_account_once(arena, prepared):
    prepared()
    results = arena.race([{"enters": "jane", "email": JANE}] * 32)
    assert {result.get("account") for result in results} == {JANE}
    assert sum(result["is_first"] for result in results) == 1
    assert arena.accounts() == {"identities": {"jane": JANE}, "firsts": 1, "people": [JANE]}


def test_many_people_with_one_address_claim_its_account_once(arena, prepared):
    prepared()
    results = arena.race([{"enters": f"one-{number}", "email": JANE} for number in range(32)])
    (winner,) = inside(results)
    assert refusals(results) == {"taken": 31}
    told = arena.accounts()
    assert told["identities"] == {winner["enters"]: JANE}
    assert (told["firsts"], told["people"]) == (1, [JANE])


def test_who_has_the_address_and_who_has_the_sso_id_never_share_the_account(arena, prepared):
    by_mail = {"enters": "by mail", "email": JANE}
    by_sso = {"enters": "by sso", "email": OTHER, "sso_ids": ["jd1@uni.test"]}
    for _ in range(ROUNDS):
        prepared()
        results = arena.race([by_mail, by_sso] * 8)
        accounts = {result["enters"]: result["account"] for result in inside(results)}
        told = arena.accounts()
        assert told["identities"] == accounts
        assert list(accounts.values()) == [JANE]
        assert (told["firsts"], told["people"]) == (1, [JANE])
        lost = "used_by_other" if "by mail" in accounts else "taken"
        assert refusals(results) == {lost: 8}


def test_nobody_prepared_becomes_one_account_and_one_identity(arena, prepared):
    prepared()
    arrivals = [{"enters": f"new-{number}", "email": OTHER} for number in range(16)]
    results = arena.race(arrivals)
    (winner,) = inside(results)
    assert arena.accounts()["identities"] == {winner["enters"]: OTHER}
    assert refusals(results) == {"taken": 15}
