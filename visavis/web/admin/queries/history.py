"""What was done in a community."""

from datetime import date, datetime, time, timedelta

from django.db.models import Model, Q, QuerySet

from visavis.communities.models import Community
from visavis.core.models import HistoryEntry
from visavis.web.admin.history_verbs import verbs_with


def history_of(
    community: Community,
    *,
    text: str = "",
    who: str = "",
    verb: str = "",
    thing: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[HistoryEntry]:
    """What was done in the community, newest first.

    Narrowed to what holds every word of `text`, was done by somebody whose name or address holds
    every word of `who`, and fell on the community's dates `first` to `last`, both included.
    """
    found = HistoryEntry.objects.filter(community_id=community.pk).order_by("-at", "-pk")
    for word in text.split():
        found = found.filter(
            Q(actor_label__icontains=word)
            | Q(verb__in=verbs_with(word))
            | Q(verb__icontains=word)
            | Q(subject_label__icontains=word)
            | Q(reason__icontains=word)
        )
    for word in who.split():
        found = found.filter(actor_label__icontains=word)
    if verb:
        found = found.filter(verb=verb)
    if thing:
        found = found.filter(subject_type=thing)
    return _between(found, community, first, last)


def _between(
    found: QuerySet[HistoryEntry], community: Community, first: date | None, last: date | None
) -> QuerySet[HistoryEntry]:
    if first is not None and first > date.min:
        found = found.filter(at__gte=_midnight(first, community))
    if last is not None and last < date.max - timedelta(days=1):
        found = found.filter(at__lt=_midnight(last + timedelta(days=1), community))
    return found


def _midnight(day: date, community: Community) -> datetime:
    return datetime.combine(day, time.min, tzinfo=community.zone)


def last_deed(
    community: Community, subject: Model | tuple[str, int], verb: str
) -> HistoryEntry | None:
    """When this was last done with the subject here, and by whom; a pair names one that is gone."""
    named = subject if isinstance(subject, tuple) else (subject._meta.model_name, subject.pk)
    found = HistoryEntry.objects.filter(
        community_id=community.pk, subject_type=named[0], subject_id=str(named[1]), verb=verb
    )
    return found.order_by("-at", "-pk").first()
