"""Sessions: a visit is known by its cookie as long as it lasts, and by no key that is made up."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from visavis.web.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def kept():
    session = SessionStore()
    session["seen"] = "Talia’s times"
    session.save()
    return session


def test_what_was_kept_is_there_at_the_next_request(kept):
    assert SessionStore(kept.session_key)["seen"] == "Talia’s times"


def test_each_request_asks_once(kept, django_assert_num_queries):
    again = SessionStore(kept.session_key)
    with django_assert_num_queries(1):
        assert again["seen"] == again.get("seen")


def test_a_visit_that_django_wrote_down_goes_on():
    """Whoever was in before this way of reading is in still."""
    before = DjangoStore()
    before["seen"] = "Talia’s times"
    before.save()
    assert SessionStore(before.session_key)["seen"] == "Talia’s times"


def test_a_visit_that_is_over_is_forgotten(kept):
    Session.objects.update(expire_date=timezone.now() - DAY)
    again = SessionStore(kept.session_key)
    assert "seen" not in again
    assert again.session_key is None


def test_nobody_chooses_the_key_under_which_they_are_known():
    chosen = "a" * 32
    session = SessionStore(chosen)
    session["seen"] = "anything"
    session.save()
    assert session.session_key not in (None, chosen)
    assert not Session.objects.filter(session_key=chosen).exists()


def test_what_somebody_changed_in_the_table_is_not_believed(kept):
    Session.objects.update(session_data="eyJzZWVuIjoiYW55dGhpbmcifQ:forged")
    assert "seen" not in SessionStore(kept.session_key)
