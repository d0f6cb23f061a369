"""Which messages are old enough to go; how they go, tests/privacy/test_sweeps.py asks."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY
from tests.notifications.conftest import TEN
from visavis.notifications.enums import MessageState
from visavis.notifications.models import FailedTelling, Message, Progress
from visavis.notifications.retention import forget_failures, old_messages

MINUTE = timedelta(minutes=1)
LATER = MONDAY + timedelta(days=180)


@pytest.fixture
def messages(world, talia, sam, told):
    """Two messages that were sent, of a meeting on this day."""
    world.book(talia, sam, TEN)
    told()
    return Message.objects.all()


def old(*, before=MONDAY, now=LATER):
    return set(old_messages(before=before, now=now))


def test_what_was_sent_is_old_from_the_very_instant_on(messages):
    assert old(before=MONDAY - MINUTE) == set()
    assert old() == set(messages)
    assert len(messages) == 2


@pytest.mark.parametrize(
    ("state", "is_old"),
    [
        (MessageState.SENT, True),
        (MessageState.SUPPRESSED, True),
        (MessageState.QUEUED, False),
        (MessageState.FAILED, False),
        (MessageState.GIVEN_UP, False),
    ],
)
def test_what_somebody_must_still_look_after_is_never_old(messages, state, is_old):
    messages.update(state=state)
    assert bool(old()) == is_old


def test_messages_of_a_meeting_to_come_are_not_old(messages):
    messages.update(useless_after=LATER + MINUTE)
    assert old() == set()
    messages.update(useless_after=LATER)
    assert old() == set(messages)


def test_what_went_is_not_told_again(messages, told):
    old_messages(before=MONDAY, now=LATER).delete()
    assert not messages.exists()
    assert len(told()) == 2


def test_what_was_given_up_goes_once_the_mark_has_passed_it(messages):
    FailedTelling.objects.create(source="bookings", number=5, last_at=MONDAY)
    forget_failures(before=MONDAY)
    assert FailedTelling.objects.exists()
    Progress.objects.create(source="bookings", settled=5)
    forget_failures(before=MONDAY)
    assert not FailedTelling.objects.exists()
