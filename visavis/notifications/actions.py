"""Writes: queue a letter, try an undelivered one again, change a community's texts."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.mail import pack
from visavis.core.troubles import again_on_conflict
from visavis.notifications.delivery import send_off
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.errors import NotUndelivered
from visavis.notifications.letters import Letter
from visavis.notifications.models import MailText, Message
from visavis.notifications.texts import check_text, default_text, find_texts
from visavis.notifications.writing import make_mail


def queue(letter: Letter, *, now: datetime) -> Message | None:
    """Make the message and the job that delivers it, in the caller's transaction.

    None where the community does not send this kind, or the reader is not active any more, which
    is written down. Raises IntegrityError for a key that was used before: nothing is told twice.
    """
    text = find_texts(letter.community)[letter.kind, letter.reader.audience]
    user = letter.reader.user
    if not text.is_on:
        return None
    mail = make_mail(letter, text)
    message = Message(
        key=letter.key,
        community=letter.community,
        booking=letter.booking,
        recipient=user,
        address=letter.reader.mailbox.address,
        audience=letter.reader.audience,
        kind=letter.kind,
        subject=str(mail.subject),
        mail=pack(mail),
        useless_after=letter.useless_after,
        remind_minutes=letter.remind_minutes,
        created_at=now,
    )
    if user is not None and not user.is_active:
        message.state, message.mail = MessageState.SUPPRESSED, {}
        message.last_error = "Whom it is for is not active any more."
        message.save()
        return None
    message.save()
    send_off(message)
    return message


@again_on_conflict
def try_again(message: Message, *, by: Actor) -> Message:
    """Give an undelivered message all its tries anew. Raises NotUndelivered for any other."""
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state=MessageState.GIVEN_UP).update(
            state=MessageState.QUEUED, attempts=0
        )
        if not changed:
            raise NotUndelivered(_("This message is on its way already."))
        message.refresh_from_db()
        send_off(message)
        history.record(by, "tried message again", message, community_id=message.community_id)
    return message


@again_on_conflict
def change_text(
    community: Community,
    kind: Kind,
    audience: Audience,
    *,
    subject: str,
    body: str,
    is_on: bool,
    by: Actor,
) -> None:
    """Set the community's words for one kind and audience, and whether it is sent.

    Words that are the default's are not kept, so that a better default reaches them. Raises
    InvalidText, which names the field, what is wrong and what there is.
    """
    default = default_text(kind, audience)
    subject, body = check_text("subject", subject, kind), check_text("body", body, kind)
    after = {"subject": subject, "body": body, "is_on": is_on}
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        now = find_texts(community)[kind, audience]
        before = {"subject": now.subject, "body": now.body, "is_on": now.is_on}
        if before == after:
            return
        row, _made = MailText.objects.update_or_create(
            community=community,
            kind=kind,
            audience=audience,
            defaults={
                "subject": "" if subject == default.subject else subject,
                "body": "" if body == default.body else body,
                "is_on": is_on,
            },
        )
        old, new = history.differing(before, after)
        history.record(
            by, "changed mail text", row, community_id=community.pk, before=old, after=new
        )


def restore_text(community: Community, kind: Kind, audience: Audience, *, by: Actor) -> None:
    """Go back to the default's words; whether it is sent stays as it is."""
    default = default_text(kind, audience)
    is_on = find_texts(community)[kind, audience].is_on
    change_text(
        community,
        kind,
        audience,
        subject=default.subject,
        body=default.body,
        is_on=is_on,
        by=by,
    )


@again_on_conflict
def copy_texts(source: Community, target: Community, *, by: Actor) -> None:
    """Give `target` the words that `source` has for its mails, and which of them it sends."""
    with transaction.atomic():
        for (kind, audience), text in find_texts(source).items():
            change_text(
                target,
                kind,
                audience,
                subject=text.subject,
                body=text.body,
                is_on=text.is_on,
                by=by,
            )
