"""What the pages of services show: lists, counts, who is certified and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from visavis.catalogue.models import Certification, Enrollment, Service
from visavis.catalogue.queries import certifications_for, coverage
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.people.models import Provider
from visavis.web.ui.listing import ordering

SERVICE_ORDER = {
    "": ("-for_everybody", "code_key"),
    "code": ("code_key",),
    "name": ("name", "code_key"),
    "enrolled": ("enrolled", "code_key"),
}
ENROLLMENT_ORDER = {
    "": ("user__last_name", "user__first_name", "user_id", "service__code_key"),
    "service": ("service__code_key", "user__last_name", "user__first_name", "pk"),
}
ENROLLMENT_ORDER["student"] = ENROLLMENT_ORDER[""]


def listed_services(
    community: Community, *, text: str = "", kind: str = "", archived: bool = False, sort: str = ""
) -> QuerySet[Service]:
    """Services whose code, name or owner holds every word; `enrolled` counts their students."""
    found = (
        Service.objects.filter(community=community, archived_at__isnull=not archived)
        .select_related("owner__user")
        .annotate(enrolled=Count("enrollments"))
        .order_by(*ordering(SERVICE_ORDER, sort))
    )
    if kind:
        found = found.filter(kind=kind)
    for word in fold(text).split():
        found = found.filter(
            Q(search_key__contains=word)
            | Q(code_key__contains=word)
            | Q(owner__user__search_key__contains=word)
        )
    return found


def certified_counts(community: Community, services: Iterable[Service]) -> dict[int, int]:
    """How many active providers may give each of these services: two queries."""
    providers: dict[int, set[int]] = {service.pk: set() for service in services}
    certifications = list(active_certifications(community))
    covered = coverage(community, certifications)
    for certification in certifications:
        for service in covered.by_certification[certification.pk]:
            if service.pk in providers:
                providers[service.pk].add(certification.provider_id)
    return {pk: len(found) for pk, found in providers.items()}


def active_certifications(community: Community) -> QuerySet[Certification]:
    """The certifications of the community's active providers, with their people."""
    return (
        Certification.objects.filter(provider__community=community, provider__retired_at=None)
        .select_related("provider__user")
        .order_by("provider__user__last_name", "provider__user__first_name", "provider_id", "entry")
    )


def require_service(community: Community, pk: int) -> Service:
    """The community's service, archived or not. Raises NotFound."""
    found = (
        Service.objects.filter(community=community, pk=pk)
        .select_related("owner__user", "community")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such page here."))
    return found


@dataclass(frozen=True, slots=True)
class Certified:
    """A person and the entries that make them so."""

    provider: Provider
    entries: list[Certification]


def certified_for(service: Service) -> list[Certified]:
    """Who may give the service, by name, each with the entries that say so: one query."""
    rows = (
        certifications_for(service)
        .select_related("provider__user")
        .order_by("provider__user__last_name", "provider__user__first_name", "provider_id", "entry")
    )
    by_provider: dict[int, Certified] = {}
    for row in rows:
        by_provider.setdefault(row.provider_id, Certified(row.provider, [])).entries.append(row)
    return list(by_provider.values())


def listed_enrollments(
    community: Community, *, text: str = "", service: Service | None = None, sort: str = ""
) -> QuerySet[Enrollment]:
    """Who has what on their list; every word is in the student's or the service's names."""
    found = Enrollment.objects.filter(service__community=community).select_related(
        "user", "service"
    )
    if service is not None:
        found = found.filter(service=service)
    for word in fold(text).split():
        found = found.filter(
            Q(user__search_key__contains=word)
            | Q(service__search_key__contains=word)
            | Q(service__code_key__contains=word)
        )
    return found.order_by(*ordering(ENROLLMENT_ORDER, sort))


@dataclass(frozen=True, slots=True)
class Entry:
    """One certification, and what it covers now; nothing means it is dormant."""

    certification: Certification
    services: list[Service]

    @property
    def is_dormant(self) -> bool:
        return not self.services


@dataclass(frozen=True, slots=True)
class Eligible:
    """A provider with every entry of theirs."""

    provider: Provider
    entries: list[Entry] = field(default_factory=list)


def eligibility_by_provider(community: Community, providers: Iterable[Provider]) -> list[Eligible]:
    """The entries of these providers with what each covers: two queries."""
    people = list(providers)
    certifications = list(
        active_certifications(community).filter(provider__in=[p.pk for p in people])
    )
    covered = coverage(community, certifications).by_certification
    found = {provider.pk: Eligible(provider) for provider in people}
    for certification in certifications:
        entry = Entry(certification, covered[certification.pk])
        found[certification.provider_id].entries.append(entry)
    return list(found.values())


def dormant_provider_ids(community: Community) -> set[int]:
    """The providers with at least one entry that matches nothing: two queries."""
    certifications = list(active_certifications(community))
    covered = coverage(community, certifications).by_certification
    return {c.provider_id for c in certifications if not covered[c.pk]}


@dataclass(frozen=True, slots=True)
class ServiceEligibility:
    """A service with those who may give it, and the entries that say so."""

    service: Service
    certified: list[Certified]


def eligibility_by_service(
    community: Community, services: Iterable[Service]
) -> list[ServiceEligibility]:
    """Who may give each of these services, and why: two queries."""
    shown = list(services)
    certifications = list(active_certifications(community))
    covered = coverage(community, certifications).by_certification
    people: dict[int, dict[int, Certified]] = {service.pk: {} for service in shown}
    for certification in certifications:
        for service in covered[certification.pk]:
            if service.pk in people:
                mine = people[service.pk].setdefault(
                    certification.provider_id, Certified(certification.provider, [])
                )
                mine.entries.append(certification)
    return [ServiceEligibility(service, list(people[service.pk].values())) for service in shown]
