"""Carries out `visavis messages`."""

from typing import Any

import click
from django.db.models import QuerySet

from visavis.cli.output import count, say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, iso
from visavis.communities.queries import get_community
from visavis.core.errors import NotFound
from visavis.notifications.actions import try_again
from visavis.notifications.enums import MessageState
from visavis.notifications.errors import NotUndelivered
from visavis.notifications.models import Message
from visavis.notifications.queries import messages_in


def list_all(*, community: str | None, state: str, limit: int, as_json: bool) -> None:
    found = _messages(community, MessageState(state))[:limit]
    rows = [_as_data(message) for message in found]
    if as_json:
        print_json({"messages": rows})
        return
    columns = ["id", "community", "to", "kind", "subject", "tries", "since", "why"]
    cells = [[row[column] for column in columns] for row in rows]
    none = "Every message has arrived, or is on its way."
    empty = none if state == MessageState.GIVEN_UP else "There is no such message."
    show_table(columns, cells, empty=empty)


def retry(*, ids: tuple[int, ...], every: bool, community: str | None, as_json: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the messages by their ids, or say --all.")
    if community and not every:
        raise click.UsageError("--community goes with --all.")
    found = list(_messages(community, MessageState.GIVEN_UP)) if every else _named(ids)
    retried = [message.pk for message in found if _is_retried(message, every=every)]
    if as_json:
        print_json({"retried": retried})
    else:
        is_or_are = "is" if len(retried) == 1 else "are"
        say(f"{count(len(retried), 'message')} {is_or_are} tried again.")


def _is_retried(message: Message, *, every: bool) -> bool:
    """False when somebody else was first; that is refused only to who has named it."""
    try:
        try_again(message, by=COMMAND_LINE)
    except NotUndelivered:
        if every:
            return False
        raise
    return True


def _named(ids: tuple[int, ...]) -> list[Message]:
    """The messages, all of which must wait for a new try: nothing is half done."""
    found = Message.objects.in_bulk(ids)
    for number in ids:
        if number not in found:
            raise NotFound(f"There is no message {number}. `visavis messages list` shows them.")
        if found[number].state != MessageState.GIVEN_UP:
            state = found[number].get_state_display().lower()
            raise NotUndelivered(f"Message {number} was not given up: {state}.")
    return [found[number] for number in dict.fromkeys(ids)]


def _messages(community: str | None, state: MessageState) -> QuerySet[Message]:
    return messages_in(get_community(community) if community else None, state)


def _as_data(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "community": message.community.slug,
        "to": message.address,
        "kind": message.kind,
        "subject": message.subject,
        "state": message.state,
        "tries": message.attempts,
        "since": iso(message.created_at),
        "sent": iso(message.sent_at) if message.sent_at else None,
        "why": message.last_error,
    }
