"""Old messages go; what still counts stays."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY
from tests.notifications.conftest import TEN
from visavis.notifications import retention
from visavis.notifications.enums import MessageState
from visavis.notifications.models import FailedTelling, Message, Progress
from visavis.notifications.retention import KEPT_FOR, forget_old

MINUTE = timedelta(minutes=1)


@pytest.fixture
def messages(world, talia, sam, told):
    """Two messages that were sent, of a meeting on this day."""
    world.book(talia, sam, TEN)
    told()
    return Message.objects.all()


def test_what_was_sent_is_forgotten_after_half_a_year(messages):
    assert forget_old(now=MONDAY + KEPT_FOR - MINUTE) == 0
    assert forget_old(now=MONDAY + KEPT_FOR) == 2
    assert not messages.exists()


def test_however_many_they_are_all_go(messages, monkeypatch):
    monkeypatch.setattr(retention, "MOST_AT_ONCE", 1)
    assert forget_old(now=MONDAY + KEPT_FOR) == 2


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        (MessageState.SENT, False),
        (MessageState.SUPPRESSED, False),
        (MessageState.QUEUED, True),
        (MessageState.FAILED, True),
        (MessageState.GIVEN_UP, True),
    ],
)
def test_what_somebody_must_still_look_after_stays(messages, state, stays):
    messages.update(state=state)
    forget_old(now=MONDAY + KEPT_FOR)
    assert messages.exists() == stays


def test_messages_of_a_meeting_to_come_stay_and_nothing_is_told_again(messages, told):
    later = MONDAY + KEPT_FOR
    messages.update(useless_after=later + MINUTE)
    assert forget_old(now=later) == 0
    messages.update(useless_after=later)
    assert forget_old(now=later) == 2
    assert len(told()) == 2


def test_what_was_given_up_goes_once_the_mark_has_passed_it(messages):
    FailedTelling.objects.create(source="bookings", number=5, last_at=MONDAY)
    later = MONDAY + KEPT_FOR
    forget_old(now=later)
    assert FailedTelling.objects.exists()
    Progress.objects.create(source="bookings", settled=5)
    forget_old(now=later)
    assert not FailedTelling.objects.exists()
