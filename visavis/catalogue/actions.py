"""Writes of services, certifications, lists and formats."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

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


def edit_own_list(
    user: User, community: Community, *, wanted: Iterable[Service], by: Actor
) -> None:
    """Make the student's own additions exactly `wanted` beyond what others put on the list.

    What came by CSV, feed or administrator stays. Raises NotYours where the community does not
    let students edit.
    """
    if not community.edit_services:
        raise NotYours(f"{community.name} keeps your list for you. Ask them to change it.")
    wanted_ids = {service.pk for service in wanted if service.community_id == community.pk}
    with transaction.atomic():
        Enrollment.objects.filter(
            user=user, service__community=community, source=Source.SELF
        ).exclude(service_id__in=wanted_ids).delete()
        there = set(
            Enrollment.objects.filter(user=user, service_id__in=wanted_ids).values_list(
                "service_id", flat=True
            )
        )
        Enrollment.objects.bulk_create(
            [
                Enrollment(user=user, service_id=pk, source=Source.SELF)
                for pk in sorted(wanted_ids - there)
            ],
            # Two tabs may save the same list at once; once is enough.
            ignore_conflicts=True,
        )
        history.record(
            by,
            "edited own list",
            user,
            community_id=community.pk,
            after={"wanted": len(wanted_ids)},
        )
