"""Reads of services, certifications, lists and formats."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery

from visavis.catalogue.models import AppointmentFormat, Certification, Enrollment, Service
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.ids import LARGEST
from visavis.core.prepared import Blank, prepared
from visavis.core.text import fold, fold_code
from visavis.people.models import Provider, User

Row = TypeVar("Row", Service, AppointmentFormat)


def services_of(community: Community) -> QuerySet[Service]:
    """The community's active services: those for everybody first, then by code."""
    return _active_services(community.services.all())


def find_service(community: Community, pk: int) -> Service | None:
    """The active service with this id; every step of a booking asks."""
    return _find("service", lambda: _active_services(Service.objects.all()), community, pk)


def _active_services(rows: QuerySet[Service]) -> QuerySet[Service]:
    return rows.filter(archived_at=None).select_related("owner", "owner__user")


def get_service(community: Community, code: str) -> Service:
    """The active service with this code, whatever its case and spaces.

    Raises NotFound, naming the nearest code.
    """
    service = services_of(community).filter(code_key=fold_code(code)).first()
    if service is not None:
        return service
    codes = dict(services_of(community).values_list("code_key", "code"))
    near = get_close_matches(fold_code(code), codes, n=1)
    hint = f" Did you mean {codes[near[0]]}?" if near else ""
    raise NotFound(f"{community.name} has no “{code}”.{hint}", code="unknown_service")


def formats_of(community: Community) -> QuerySet[AppointmentFormat]:
    """The community's active formats in their order."""
    return _active_formats(community.formats.all())


def find_format(community: Community, pk: int) -> AppointmentFormat | None:
    """The active format with this id; every step of a booking asks."""
    return _find("format", lambda: _active_formats(AppointmentFormat.objects.all()), community, pk)


def _active_formats(rows: QuerySet[AppointmentFormat]) -> QuerySet[AppointmentFormat]:
    return rows.filter(archived_at=None)


def _find(key: str, rows: Callable[[], QuerySet[Row]], community: Community, pk: int) -> Row | None:
    here = {"community_id": Blank("community"), "pk": Blank("pk")}
    asked = prepared(f"active {key}", lambda: rows().filter(**here).order_by())
    found: Row | None = None
    if pk <= LARGEST:
        found = asked.first(community=community.pk, pk=pk)
    if found is not None:
        found.community = community
    return found


def get_format(community: Community, name: str | None = None) -> AppointmentFormat:
    """The active format with this name, or the first. Raises NotFound, naming those there are."""
    formats = list(formats_of(community))
    if name is None and formats:
        return formats[0]
    for format_ in formats:
        if fold(format_.name) == fold(name or ""):
            return format_
    known = ", ".join(f"“{format_.name}”" for format_ in formats) or "none yet"
    raise NotFound(
        f"{community.name} has no appointment format “{name or ''}”. There are: {known}.",
        code="unknown_format",
    )


def certifications_for(service: Service) -> QuerySet[Certification]:
    """The certifications of active providers that cover this service.

    By name always; by prefix pattern unless the service is somebody else's own
    (PRODUCT.md: a pattern never reaches into somebody's own service).
    """
    community, key, owner = covering(service)
    here = {"provider__community_id": community, "provider__retired_at": None}
    return _naming(key, owner).filter(**here)


def _naming(key: str, owner: int | None) -> QuerySet[Certification]:
    """Certifications, whosever and wherever, that name a service of this key or cover it."""
    beginnings = [key[:length] for length in range(len(key) + 1)]
    by_pattern = Q(is_pattern=True, key__in=beginnings)
    if owner is not None:
        by_pattern &= Q(provider_id=owner)
    return Certification.objects.filter(Q(is_pattern=False, key=key) | by_pattern)


def covering(service: Service) -> tuple[int, str, int | None]:
    """Everything about a service that decides who may give it."""
    return service.community_id, service.code_key, service.owner_id


def certified_providers(service: Service) -> QuerySet[Provider]:
    """The active providers who may give this service, by name, with their people."""
    community, key, owner = covering(service)
    theirs = _naming(key, owner).filter(provider_id=OuterRef("pk"))
    here = Provider.objects.filter(community_id=community, retired_at=None).select_related("user")
    # One is looked for behind each of the community's people. For `EXISTS` PostgreSQL would go
    # through the certifications of all schools of the server, which name the same services.
    return here.alias(one=Subquery(theirs.order_by().values("pk")[:1])).filter(one__isnull=False)


def is_certified(provider: Provider, service: Service) -> bool:
    """Whether this provider may give this service."""

    def theirs() -> QuerySet[Certification]:
        named = Q(is_pattern=True) | Q(key=Blank("key"))
        here = {"provider__community_id": Blank("community"), "provider__retired_at": None}
        return Certification.objects.filter(named, provider_id=Blank("provider"), **here).order_by()

    # One person has few: their patterns are compared here, with fewer values to send.
    found = prepared("one's certifications", theirs).objects(
        provider=provider.pk, community=service.community_id, key=service.code_key
    )
    return any(covers(certification, service) for certification in found)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which services each certification of a community covers, worked out in memory."""

    by_certification: dict[int, list[Service]]

    def services(self, certifications: Iterable[Certification]) -> list[Service]:
        """The services these certifications cover together, each once, in their order."""
        found = chain.from_iterable(self.by_certification.get(c.pk, ()) for c in certifications)
        return sorted(set(found), key=lambda service: (not service.for_everybody, service.code_key))


def coverage(community: Community, certifications: Iterable[Certification]) -> Coverage:
    """Match these certifications with the community's active services: one query."""
    services = list(services_of(community))
    by_key = {service.code_key: service for service in services}
    matched: dict[int, list[Service]] = {}
    for certification in certifications:
        if not certification.is_pattern:
            named = by_key.get(certification.key)
            matched[certification.pk] = [named] if named else []
            continue
        matched[certification.pk] = [one for one in services if covers(certification, one)]
    return Coverage(matched)


def covers(certification: Certification, service: Service) -> bool:
    """`certifications_for` of two rows in memory of one community, both active."""
    if not certification.is_pattern:
        return service.code_key == certification.key
    is_open = service.owner_id in (None, certification.provider_id)
    return is_open and service.code_key.startswith(certification.key)


@dataclass(frozen=True, slots=True)
class PickList:
    """What a student may pick: theirs, those for everybody, and the rest while they may edit."""

    own: list[Service]
    everybody: list[Service]
    more: list[Service]

    def __contains__(self, service: Service) -> bool:
        return service in self.own or service in self.everybody or service in self.more


def pick_list(community: Community, user: User, text: str = "") -> PickList:
    """The services that this student may pick, narrowed to those that hold every word of `text`.

    Words are looked for in code, name, and the name of the owner. Own first; services for
    everybody are on every list; the others only while the community lets students edit their list
    (PRODUCT.md, "Pick a {service}").
    """
    own_ids = set(
        Enrollment.objects.filter(user=user, service__community=community).values_list(
            "service_id", flat=True
        )
    )
    found = [s for s in services_of(community) if _holds_all(s, fold(text).split())]
    return PickList(
        own=[s for s in found if s.pk in own_ids and not s.for_everybody],
        everybody=[s for s in found if s.for_everybody],
        more=[
            s
            for s in found
            if community.edit_services and s.pk not in own_ids and not s.for_everybody
        ],
    )


def own_list(user: User, community: Community) -> list[Enrollment]:
    """The student's list here: active services with who put each there, by code."""
    rows = Enrollment.objects.filter(
        user=user, service__community=community, service__archived_at=None
    )
    return list(
        rows.select_related("service", "service__owner__user").order_by("service__code_key")
    )


def _holds_all(service: Service, words: Iterable[str]) -> bool:
    owner = fold(service.owner.user.full_name) if service.owner else ""
    hay = f"{service.search_key} {service.code_key} {owner}"
    return all(word in hay for word in words)


def is_on_list(user: User, service: Service) -> bool:
    """Whether this student may pick this service: on the list, for everybody, or lists are open."""
    if service.for_everybody or service.community.edit_services:
        return True
    return Enrollment.objects.filter(user=user, service=service).exists()
