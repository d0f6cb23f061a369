"""A community's terms and the breaks within them: reads, and one function per verb.

All days are local dates of the community's zone, first and last included. Breaks matter to weekly
series alone; single meetings are booked on those days as on any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from visavis.availability.errors import InvalidTerm
from visavis.availability.models import NAME_LENGTH, Break, Term
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict

SHOWN = "j F Y"


@dataclass(frozen=True, slots=True)
class Days:
    """A named stretch of days: a break that a term shall have."""

    name: str
    first: date
    last: date


def terms_of(community: Community) -> QuerySet[Term]:
    """The community's terms by date, each with its breaks."""
    return Term.objects.filter(community=community).prefetch_related("breaks")


def term_on(community: Community, day: date) -> Term | None:
    """The term that holds this day; terms never overlap."""
    return terms_of(community).filter(first__lte=day, last__gte=day).first()


@again_on_conflict
def add_term(community: Community, days: Days, *, by: Actor, breaks: Sequence[Days] = ()) -> Term:
    """Add a term with its breaks. Raises InvalidTerm, and then nothing is written."""
    with transaction.atomic():
        _lock(community)
        term = Term(community=community)
        _write(term, days, breaks)
        history.record(by, "added term", term, community_id=community.pk, after=term_values(term))
    return term


@again_on_conflict
def change_term(term: Term, days: Days, *, by: Actor, breaks: Sequence[Days] = ()) -> Term:
    """Give a term these days and exactly these breaks. Meetings that are booked stay.

    Raises InvalidTerm, and NotFound when somebody removed it meanwhile; then nothing is written.
    """
    with transaction.atomic():
        _lock(term.community)
        kept = _get(term)
        before = term_values(kept)
        _write(kept, days, breaks)
        after = term_values(kept)
        if after != before:
            history.record(
                by,
                "changed term",
                kept,
                community_id=kept.community_id,
                before=before,
                after=after,
            )
    return kept


@again_on_conflict
def remove_term(term: Term, *, by: Actor) -> None:
    """Remove a term and its breaks; meetings stay. Raises NotFound when it is gone already."""
    with transaction.atomic():
        _lock(term.community)
        kept = _get(term)
        history.record(
            by, "removed term", kept, community_id=kept.community_id, before=term_values(kept)
        )
        kept.delete()
        community_actions.touch(term.community)


@again_on_conflict
def copy_terms(source: Community, target: Community, *, by: Actor) -> None:
    """Give `target` the terms of `source` with their breaks, whether over or to come."""
    with transaction.atomic():
        for term in terms_of(source).order_by("first"):
            breaks = [_days(one) for one in term.breaks.all()]
            add_term(target, _days(term), breaks=breaks, by=by)


def _days(row: Term | Break) -> Days:
    return Days(row.name, row.first, row.last)


def term_values(term: Term) -> Mapping[str, Any]:
    """A term as history and the command line tell it."""
    return {
        "name": term.name,
        "first": term.first.isoformat(),
        "last": term.last.isoformat(),
        "breaks": [
            {"name": one.name, "first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in term.breaks.all()
        ],
    }


def _lock(community: Community) -> None:
    """Two administrators may add terms at once: overlaps are looked for under the lock."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def _get(term: Term) -> Term:
    kept = Term.objects.filter(pk=term.pk).first()
    if kept is None:
        raise NotFound(_("Somebody removed this term meanwhile. Nothing was changed."))
    return kept


def _write(term: Term, days: Days, breaks: Sequence[Days]) -> None:
    _check_days(days)
    _check_alone(term, days)
    _check_breaks(days, breaks)
    term.name, term.first, term.last = days.name.strip(), days.first, days.last
    term.save()
    term.breaks.all().delete()
    Break.objects.bulk_create(
        Break(term=term, name=one.name.strip(), first=one.first, last=one.last) for one in breaks
    )
    community_actions.touch(term.community)


def _check_days(days: Days) -> None:
    if not days.name.strip():
        raise InvalidTerm(_("Give it a name that people know, like “Spring 2027”."))
    if len(days.name.strip()) > NAME_LENGTH:
        raise InvalidTerm(_("The name “%(name)s…” is too long.") % {"name": days.name[:30]})
    if days.last < days.first:
        raise InvalidTerm(
            _("“%(name)s”: the last day, %(last)s, is before the first, %(first)s.") % _words(days)
        )


def _check_alone(term: Term, days: Days) -> None:
    others = Term.objects.filter(community=term.community).exclude(pk=term.pk)
    over = others.filter(first__lte=days.last, last__gte=days.first).first()
    if over is not None:
        raise InvalidTerm(
            _("These days overlap with “%(name)s”, %(first)s to %(last)s. Change one of the two.")
            % _words(over)
        )


def _check_breaks(term: Days, breaks: Sequence[Days]) -> None:
    earlier: Days | None = None
    for one in sorted(breaks, key=lambda one: one.first):
        _check_days(one)
        if one.first < term.first or one.last > term.last:
            raise InvalidTerm(
                _("The break “%(name)s”, %(first)s to %(last)s, does not lie within the term.")
                % _words(one)
            )
        if earlier is not None and one.first <= earlier.last:
            raise InvalidTerm(
                _("The breaks “%(one)s” and “%(other)s” overlap. Change one of the two.")
                % {"one": earlier.name, "other": one.name}
            )
        earlier = one


def _words(days: Days | Term) -> dict[str, str]:
    return {
        "name": days.name,
        "first": date_format(days.first, SHOWN),
        "last": date_format(days.last, SHOWN),
    }
