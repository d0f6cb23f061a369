"""A community's services: what can be changed of one, and one function per verb.

These write the rows. What hangs on them (meetings, kept hours) is looked after by
`changes.services`, which pages and commands call.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.catalogue.actions import certify
from visavis.catalogue.codes import code_faults
from visavis.catalogue.errors import InvalidService
from visavis.catalogue.models import Certification, Service
from visavis.catalogue.queries import is_certified
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.text import fold_code
from visavis.core.troubles import again_on_conflict
from visavis.people.enums import Source
from visavis.people.models import Provider

SERVICE_COLUMNS = ("subject", "number", "name", "description", "owner_id", "for_everybody")


def service_values(service: Service) -> dict[str, Any]:
    """What can be changed of a service, by column."""
    return {column: getattr(service, column) for column in SERVICE_COLUMNS}


@again_on_conflict
def write_service(community: Community, values: Mapping[str, Any], *, by: Actor) -> Service:
    """Write a new service (SERVICE_COLUMNS); whose own it is becomes certified for it.

    Raises InvalidService, which names the columns.
    """
    with transaction.atomic():
        _lock_community(community)
        service = Service(community=community, source=Source.HAND, **values)
        _refuse_invalid(service)
        service.save()
        _certify_owner(service, by=by)
        community_actions.touch(community)
        told = _told(service)
        history.record(by, "added service", service, community_id=community.pk, after=told)
    return service


@again_on_conflict
def rewrite_service(
    service: Service, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> Service:
    """Give a service these values; who was certified by its name is so by its new one.

    It counts as entered by hand from then on. `seen`: the values that whoever changes it saw, by
    `core.seen`. Raises InvalidService, ChangedMeanwhile, and NotFound when it is gone.
    """
    with transaction.atomic():
        locked = lock_service(service)
        before, told, key = service_values(locked), _told(locked), locked.code_key
        check_seen(seen, before)
        for column in SERVICE_COLUMNS:
            setattr(locked, column, values.get(column, before[column]))
        _refuse_invalid(locked)
        if service_values(locked) == before:
            return locked
        locked.source = Source.HAND
        locked.save(update_fields=[*SERVICE_COLUMNS, "source"])
        if locked.code_key != key:
            _rename_entries(locked, key)
        _certify_owner(locked, by=by)
        community_actions.touch(locked.community)
        old, new = history.differing(told, _told(locked))
        history.record(
            by,
            "changed service",
            locked,
            community_id=locked.community_id,
            before=old,
            after=new,
        )
    return locked


@again_on_conflict
def set_archived(service: Service, at: datetime | None, *, by: Actor) -> bool:
    """Archive the service at an instant (aware), or with None bring it back.

    False when it is so already. Raises InvalidService for one whose owner is not there any more.
    """
    with transaction.atomic():
        locked = lock_service(service)
        if (locked.archived_at is None) == (at is None):
            return False
        if at is None and locked.owner is not None and not locked.owner.is_active:
            raise InvalidService(
                _("It is %(owner)s’s own. It comes back when they do, or with another owner.")
                % {"owner": locked.owner}
            )
        locked.archived_at = at
        if at is None:
            locked.source = Source.HAND
        locked.save(update_fields=["archived_at", "source"])
        community_actions.touch(locked.community)
        verb = "restored service" if at is None else "archived service"
        history.record(by, verb, locked, community_id=locked.community_id)
    return True


def close_own_services(provider: Provider, *, now: datetime) -> int:
    """Archive what is this person's own, at the instant at which they retire; how many."""
    own = Service.objects.filter(owner=provider, archived_at=None)
    return own.update(archived_at=now)


def reopen_own_services(provider: Provider, *, retired_at: datetime) -> int:
    """Bring back what was closed with the person at that instant, not what was archived before."""
    own = Service.objects.filter(owner=provider, archived_at=retired_at)
    return own.update(archived_at=None)


def lock_service(service: Service) -> Service:
    """The service as it stands; its community's row orders whoever changes services by hand.

    Raises NotFound.
    """
    _lock_community(service.community)
    rows = Service.objects.select_related("community", "owner__user")
    found = rows.filter(pk=service.pk).first()
    if found is None:
        raise NotFound(_("This is not there any more."))
    return found


def _lock_community(community: Community) -> None:
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def _refuse_invalid(service: Service) -> None:
    service.derive()
    wrong: dict[str, list[str]] = {}
    faults = [sentence for _code, sentence in code_faults(f"{service.subject}{service.number}")]
    if faults:
        wrong["subject"] = faults
    _refuse_owner(service, wrong)
    if not faults:
        _refuse_same_code(service, wrong)
        try:
            service.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            for column, sentences in error.message_dict.items():
                wrong.setdefault(column, []).extend(sentences)
    if wrong:
        sentences = [sentence for told in wrong.values() for sentence in told]
        raise InvalidService(" ".join(sentences), data=wrong)


def _refuse_owner(service: Service, wrong: dict[str, list[str]]) -> None:
    if service.owner_id is None:
        return
    owner = Provider.objects.filter(pk=service.owner_id, community=service.community_id).first()
    if owner is None or not owner.is_active:
        wrong["owner_id"] = [_("This person gives no support here.")]
    elif service.number:
        wrong["owner_id"] = [_("Only a general topic can be somebody’s own: empty the number.")]
    elif service.for_everybody:
        wrong["owner_id"] = [_("It cannot be somebody’s own and on every list at once.")]


def _refuse_same_code(service: Service, wrong: dict[str, list[str]]) -> None:
    key = fold_code(service.code)
    if not key:
        return
    same = Service.objects.filter(community=service.community_id, code_key=key)
    other = same.exclude(pk=service.pk).first()
    if other is None:
        return
    if other.is_active:
        told = _("“%(code)s” is here already. Choose another code, or change that one.")
    else:
        told = _("“%(code)s” is here already, archived. Restore it, or choose another code.")
    wrong["subject"] = [told % {"code": other.code}]


def _certify_owner(service: Service, *, by: Actor) -> None:
    if service.owner is not None and service.is_active and not is_certified(service.owner, service):
        certify(service.owner, service.code, by=by)


def _rename_entries(service: Service, key: str) -> None:
    """Who was certified by the old code stays certified; who is by the new one is so once."""
    entries = Certification.objects.filter(
        provider__community=service.community_id, is_pattern=False
    )
    there = set(entries.filter(key=service.code_key).values_list("provider_id", flat=True))
    named = entries.filter(key=key)
    named.filter(provider_id__in=there).delete()
    named.update(key=service.code_key, entry=service.code)


def _told(service: Service) -> dict[str, Any]:
    """The values as history tells them: the owner by name."""
    values = service_values(service)
    owner = Provider.objects.filter(pk=service.owner_id or 0).select_related("user").first()
    return {**values, "owner": str(owner) if owner else ""}
