"""The profile page: name, pronouns, zone and hours, checked and kept."""

import pytest

PROFILE = "/accounts/profile/"
TYPED = {
    "first_name": "Anna",
    "last_name": "Lee",
    "pronouns": "she/her",
    "timezone": "new york",
    "hour_cycle": "24",
}


def test_a_profile_is_kept_and_leads_on(client, ann):
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED | {"next": "/c/x/learn/"})
    assert answer.headers["Location"] == "/c/x/learn/"
    ann.refresh_from_db()
    kept = (ann.full_name, ann.pronouns, ann.timezone, ann.hour_cycle)
    assert kept == ("Anna Lee", "she/her", "America/New_York", "24")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_name": " "}, "Enter your first name."),
        ({"timezone": "Atlantis"}, "“Atlantis” is no time zone that is known here."),
        ({"hour_cycle": "13"}, "“13” is none of the choices"),
        ({"pronouns": "x" * 41}, "At most 40 characters"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(client, ann, typed, sentence):
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED | typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    ann.refresh_from_db()
    assert ann.first_name == "Ann"


def test_nobody_sees_a_profile_without_signing_in(client, ann):
    assert client.get(PROFILE).headers["Location"] == f"/accounts/login/?next={PROFILE}"
