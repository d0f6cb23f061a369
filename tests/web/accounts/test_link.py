"""The one-time link: looking at it does nothing, pressing the button signs in once."""

from visavis.core import clock
from visavis.people.signin import make_sign_in_link


def test_a_mail_scanner_that_opens_the_link_does_not_use_it_up(client, ann):
    path = make_sign_in_link(ann, clock.now())
    for _ in range(2):
        answer = client.get(path)
        assert "ann@else.test" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    client.post(path)
    assert client.session["_auth_user_id"] == str(ann.pk)


def test_a_used_link_says_so(client, ann):
    path = make_sign_in_link(ann, clock.now())
    client.post(path)
    answer = client.__class__().post(path)
    assert (answer.status_code, "has been used" in answer.content.decode()) == (410, True)
