"""Writes of services, certifications, lists and formats."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.catalogue.errors import InvalidFormat, NotYours
from visavis.catalogue.models import (
    AppointmentFormat,
    Certification,
    Enrollment,
    FormatQuestion,
    Service,
)
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.people.actions import touch_hours
from visavis.people.enums import Source
from visavis.people.models import Provider, User


def add_format(
    community: Community,
    *,
    by: Actor,
    questions: Iterable[dict[str, Any]] = (),
    **values: Any,
) -> AppointmentFormat:
    """Add an appointment format with its questions. Raises InvalidFormat."""
    position = AppointmentFormat.objects.filter(community=community).count()
    format_ = AppointmentFormat(community=community, **{"position": position, **values})
    try:
        format_.full_clean()
    except ValidationError as error:
        raise InvalidFormat(" ".join(error.messages), data=error.message_dict) from error
    with transaction.atomic():
        format_.save()
        FormatQuestion.objects.bulk_create(
            FormatQuestion(format=format_, position=number, **question)
            for number, question in enumerate(questions)
        )
        community_actions.touch(community)
        history.record(by, "added format", format_, community_id=community.pk)
    return format_


def certify(
    provider: Provider, entry: str, *, by: Actor, source: Source = Source.HAND
) -> Certification:
    """Certify the provider by an entry as in the CSV: a code, `CHEM*`, or `*`; once."""
    certification = Certification(provider=provider, entry=entry.strip(), source=source)
    certification.derive()
    with transaction.atomic():
        row, made = Certification.objects.get_or_create(
            provider=provider,
            key=certification.key,
            is_pattern=certification.is_pattern,
            defaults={"entry": certification.entry, "source": source},
        )
        if made:
            touch_hours(provider.pk)
            community_actions.touch(provider.community)
            history.record(by, "certified", row, community_id=provider.community_id)
    return row


def set_owner(service: Service, owner: Provider | None, *, by: Actor) -> Service:
    """Make the service a person's own, or nobody's."""
    with transaction.atomic():
        before = {"owner": service.owner_id}
        service.owner = owner
        service.save(update_fields=["owner"])
        community_actions.touch(service.community)
        history.record(
            by,
            "set owner",
            service,
            community_id=service.community_id,
            before=before,
            after={"owner": owner.pk if owner else None},
        )
    return service


def enroll(
    user: User, services: Iterable[Service], *, by: Actor, source: Source = Source.HAND
) -> None:
    """Put the services on the person's list; those already there stay as they are."""
    with transaction.atomic():
        for service in services:
            row, made = Enrollment.objects.get_or_create(
                user=user, service=service, defaults={"source": source}
            )
            if made:
                history.record(by, "enrolled", row, community_id=service.community_id)


def add_to_own_list(user: User, service: Service, *, by: Actor) -> None:
    """Put a service on the student's own list; one that is there already stays as it is.

    Raises NotYours where the community does not let students edit.
    """
    _require_editable(service.community)
    with transaction.atomic():
        _row, made = Enrollment.objects.get_or_create(
            user=user, service=service, defaults={"source": Source.SELF}
        )
        if made:
            _tell_own_list(user, service, by, after=service.code)


def take_off_own_list(user: User, service: Service, *, by: Actor) -> None:
    """Take off the list what the student put there; one that is not there is no matter.

    Raises NotYours for what others put there (CSV, feed, administrator), and where the community
    does not let students edit.
    """
    _require_editable(service.community)
    with transaction.atomic():
        there = Enrollment.objects.filter(user=user, service=service)
        if there.filter(source=Source.SELF).delete()[0]:
            _tell_own_list(user, service, by, before=service.code)
        elif there.exists():
            raise NotYours(
                _("%(community)s put %(service)s on your list. Ask them to take it off.")
                % {"community": service.community.name, "service": service.label}
            )


def _require_editable(community: Community) -> None:
    if not community.edit_services:
        raise NotYours(
            _("%(community)s keeps your list for you. Ask them to change it.")
            % {"community": community.name}
        )


def _tell_own_list(
    user: User, service: Service, by: Actor, *, before: str = "", after: str = ""
) -> None:
    history.record(
        by,
        "edited own list",
        user,
        community_id=service.community_id,
        before={"list": before},
        after={"list": after},
    )
