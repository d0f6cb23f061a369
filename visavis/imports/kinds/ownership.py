"""Whose own service a topic is: what a providers import of a provider-first community proposes.

The rule, in full. It looks at active topics that have no owner and are not for everybody, and at
who will be certified in each *by name* (patterns do not count) once the plan is applied:

1. exactly one person, and the topic's name contains theirs ("Talia K" or "Talia Kovac", as whole
   words, whatever the case): it becomes that person's own service;
2. the name begins with "All available", or several people are certified and the name contains
   none of them: it is for everybody.

A topic that an administrator left with nobody, in a file that is applied and not undone, is not
proposed again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from visavis.catalogue.enums import ServiceKind
from visavis.catalogue.models import Certification, Service
from visavis.communities.models import Community
from visavis.core.text import fold, fold_code
from visavis.imports.enums import ImportKind, ImportState, RowAction
from visavis.imports.kinds.base import Planned
from visavis.imports.models import ImportRow

ALL_AVAILABLE = "all available"
TOPIC = "topic:"


@dataclass(frozen=True, slots=True)
class Named:
    """A person as proposals see it."""

    email: str
    first_name: str
    last_name: str

    @property
    def label(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


def propose(community: Community, rows: Iterable[ImportRow]) -> Iterator[Planned]:
    """The proposals, given the plan's rows."""
    unowned = Service.objects.filter(
        community=community,
        kind=ServiceKind.TOPIC,
        archived_at=None,
        owner=None,
        for_everybody=False,
    )
    decided = left_with_nobody(community)
    topics = [topic for topic in unowned.order_by("id") if topic.pk not in decided]
    if not topics:
        return
    certified = _certified(community, rows, {topic.code_key for topic in topics})
    for topic in topics:
        decision = _decide(topic, certified.get(topic.code_key, []))
        if decision is not None:
            yield Planned(
                None,
                RowAction.PROPOSED.value,
                f"{TOPIC}{topic.code_key}",
                topic.code,
                {},
                decision,
                topic.pk,
            )


def topic_key(row: ImportRow) -> str:
    """The folded code of the topic that a proposal is about."""
    return row.key.removeprefix(TOPIC)


def left_with_nobody(community: Community) -> set[int]:
    """The ids of the topics that somebody has decided to be nobody's, in a file that counts."""
    decided = ImportRow.objects.filter(
        run__community=community,
        run__kind=ImportKind.PROVIDERS,
        run__state=ImportState.APPLIED,
        action=RowAction.PROPOSED,
    )
    return {
        service_id
        for service_id, told in decided.values_list("target_id", "after")
        if service_id is not None
        and not (told["accepted"] and (told["owner_email"] or told["for_everybody"]))
    }


def _decide(topic: Service, people: list[Named]) -> dict[str, object] | None:
    names = [fold(topic.code), fold(topic.name)]
    contained = [person for person in people if any(_contains(name, person) for name in names)]
    if len(people) == 1 and contained:
        return _decision(people[0].email, people[0].label, for_everybody=False)
    is_for_all = any(name.startswith(ALL_AVAILABLE) for name in names)
    if is_for_all or (len(people) > 1 and not contained):
        return _decision("", "", for_everybody=True)
    return None


def _decision(email: str, owner: str, *, for_everybody: bool) -> dict[str, object]:
    return {"owner_email": email, "owner": owner, "for_everybody": for_everybody, "accepted": True}


def _contains(name: str, person: Named) -> bool:
    first, last = fold(person.first_name), fold(person.last_name)
    if not first or not last:
        return False
    ways = (f"{first} {last}", f"{first} {last[0]}")
    return any(re.search(rf"(?<!\w){re.escape(way)}(?!\w)", name) for way in ways)


def _certified(
    community: Community, rows: Iterable[ImportRow], keys: set[str]
) -> dict[str, list[Named]]:
    """Who is certified by name in each of these topics after the plan."""
    planned: dict[int, ImportRow | None] = {}
    certified: dict[str, list[Named]] = defaultdict(list)
    for row in rows:
        if row.action == RowAction.UNCHANGED:
            continue
        if row.target_id is not None:
            planned[row.target_id] = row
        if row.after and not row.after["archived"]:
            named = Named(row.after["email"], row.after["first_name"], row.after["last_name"])
            for key in keys.intersection(fold_code(entry) for entry in row.after["entries"]):
                certified[key].append(named)
    now = Certification.objects.filter(
        provider__community=community, provider__retired_at=None, is_pattern=False, key__in=keys
    ).order_by("id")
    columns = ("provider_id", "key", "source")
    people = ("provider__user__email", "provider__user__first_name", "provider__user__last_name")
    for provider_id, key, _source, *names in now.values_list(*columns, *people).iterator():
        if provider_id not in planned:
            certified[key].append(Named(*names))
    return certified
