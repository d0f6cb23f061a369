"""Writes of services, certifications, lists and formats."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.catalogue.codes import is_too_long
from visavis.catalogue.errors import InvalidEntry, InvalidFormat, NotYours
from visavis.catalogue.models import (
    CODE_LENGTH,
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
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import find_or_make_user, give_role, touch_hours
from visavis.people.enums import Role, Source
from visavis.people.models import Provider, User


@again_on_conflict
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


@again_on_conflict
def copy_formats(source: Community, target: Community, *, by: Actor) -> None:
    """Give `target` the formats that `source` offers now, with the questions they ask now."""
    with transaction.atomic():
        formats = AppointmentFormat.objects.filter(community=source, archived_at=None)
        for format_ in formats.prefetch_related("questions"):
            asked = [one for one in format_.questions.all() if one.archived_at is None]
            add_format(
                target,
                by=by,
                questions=[_columns(one, without={"format_id", "position"}) for one in asked],
                **_columns(format_, without={"community_id"}),
            )


def _columns(row: AppointmentFormat | FormatQuestion, *, without: set[str]) -> dict[str, Any]:
    columns = {field.attname for field in row._meta.concrete_fields} - without
    return {column: getattr(row, column) for column in columns - {"id", "archived_at"}}


@again_on_conflict
def certify(
    provider: Provider, entry: str, *, by: Actor, source: Source = Source.HAND
) -> Certification:
    """Certify the provider by an entry as in the CSV: a code, `CHEM*`, or `*`; once.

    Raises InvalidEntry for what is no code.
    """
    _check_entry(entry.strip())
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


def _check_entry(entry: str) -> None:
    if not entry:
        raise InvalidEntry(_("Write a code, or a beginning with a star, such as CHEM*."))
    if "|" in entry:
        raise InvalidEntry(_("Write one entry at a time: “|” stands between several."))
    if is_too_long(entry):
        raise InvalidEntry(
            _("The entry “%(entry)s…” has more than %(limit)s characters. Shorten it.")
            % {"entry": entry[:40], "limit": CODE_LENGTH}
        )


@again_on_conflict
def uncertify(certification: Certification, *, by: Actor) -> bool:
    """Take an entry from the provider again; False when somebody did before. Meetings stay."""
    provider = certification.provider
    with transaction.atomic():
        # Locked, so that of two who take the same entry away, one writes it down.
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        found = Certification.objects.filter(pk=certification.pk).select_related("provider").first()
        if found is None:
            return False
        told = {"entry": found.entry}
        found.delete()
        touch_hours(provider.pk)
        community_actions.touch(provider.community)
        history.record(by, "uncertified", provider, community_id=provider.community_id, before=told)
    return True


@again_on_conflict
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


@again_on_conflict
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


@again_on_conflict
def unenroll(enrollment: Enrollment, *, by: Actor) -> bool:
    """Take a service off a student's list; False when it is not there any more. Meetings stay."""
    with transaction.atomic():
        found = Enrollment.objects.select_related("user", "service").filter(pk=enrollment.pk)
        row = found.select_for_update(no_key=True, of=("self",)).first()
        if row is None:
            return False
        told = {"list": row.service.code}
        history.record(
            by, "unenrolled", row.user, community_id=row.service.community_id, before=told
        )
        row.delete()
    return True


@again_on_conflict
def list_student(
    community: Community,
    *,
    email: str,
    services: Iterable[Service],
    by: Actor,
    first_name: str = "",
    last_name: str = "",
) -> User:
    """Put services on the list of the student with this e-mail, known or not; they are listed too.

    The names are for somebody who is not known yet. Raises InvalidPerson.
    """
    with transaction.atomic():
        user, _made = find_or_make_user(email, first_name=first_name, last_name=last_name, by=by)
        give_role(user, community, Role.STUDENT, by=by)
        enroll(user, services, by=by)
    return user


@again_on_conflict
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


@again_on_conflict
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
