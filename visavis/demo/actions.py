"""The demo school: made by the importer from CSV files, and taken away again."""

from datetime import date, datetime, timedelta

from django.db import transaction

from visavis.availability.actions import add_dated_change
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.terms import Days, add_term
from visavis.communities.actions import name_school
from visavis.communities.errors import CommunityExists
from visavis.communities.models import Community, School
from visavis.communities.queries import get_school
from visavis.core.errors import VisavisError
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.demo.communities import DEMO, PLANS, Plan, make_community
from visavis.demo.meetings import book_meetings
from visavis.demo.people import DATA, DOMAIN, give_admin_role, introduce_mentors, make_admin
from visavis.demo.removal import remove_communities, remove_people
from visavis.imports.actions import apply_import, plan_import
from visavis.imports.enums import ImportMode
from visavis.notifications.outbox import pass_over
from visavis.people.models import User
from visavis.people.queries import get_provider

SCHOOL = "Demo University"
MONDAY, FRIDAY = 0, 4


class DemoBlocked(VisavisError):
    code = "demo_blocked"


def find_demo() -> list[Community]:
    """The communities that the demo made and that are still there."""
    made = HistoryEntry.objects.filter(
        actor_label=DEMO.label, verb="created", subject_type="community"
    ).values_list("subject_id", flat=True)
    return list(Community.objects.filter(pk__in=[int(pk) for pk in made]).order_by("pk"))


def make_demo(*, now: datetime) -> bool:
    """Make the demo school around `now`, whole or not at all; whether there was anything to make.

    Raises DemoBlocked when a community of one's own has a short name that the demo needs.
    """
    if find_demo():
        return False
    _refuse_taken_names()
    try:
        with transaction.atomic():
            _make_school(now)
    except CommunityExists:
        # Somebody was faster: with the demo too, or with a community of that name.
        if find_demo():
            return False
        _refuse_taken_names()
        raise
    return True


def _make_school(now: datetime) -> None:
    _open_school()
    admin = make_admin()
    made = [_make(plan, admin, now) for plan in PLANS]
    introduce_mentors(made[0])
    _close_and_leave(made, now)
    _set_terms(made, now)
    book_meetings(made, now=now)
    # The demonstration's meetings come with it: nobody booked them, so nobody is written to.
    pass_over(now=now)


def remove_demo() -> list[User]:
    """Take the demo school away, and only that; the demo people who had to stay, if any."""
    with transaction.atomic():
        remove_communities(find_demo())
        stayed = remove_people(DOMAIN)
        _close_school(keep_domain=bool(stayed))
    return stayed


def _refuse_taken_names() -> None:
    taken = Community.objects.filter(slug__in=[plan.slug for plan in PLANS]).first()
    if taken is not None:
        raise DemoBlocked(
            f"There is a community “{taken.slug}” of your own, and the demo needs that short name. "
            "Try the demo in another data folder: VISAVIS_DATA=/tmp/demo visavis demo"
        )


def _open_school() -> None:
    """Name a school that has no name yet, and let people of the demo's domain sign in."""
    school = get_school()
    name = school.name if school.pk else SCHOOL
    name_school(name, allowed_domains=[*school.allowed_domains, DOMAIN], by=DEMO)


def _close_school(*, keep_domain: bool) -> None:
    school = School.objects.first()
    if school is None or keep_domain:
        return
    domains = [domain for domain in school.allowed_domains if domain != DOMAIN]
    if school.name == SCHOOL and not domains:
        school.delete()
    elif domains != school.allowed_domains:
        name_school(school.name, allowed_domains=domains, by=DEMO)


def _make(plan: Plan, admin: User, now: datetime) -> Community:
    community = make_community(plan)
    give_admin_role(admin, community)
    actor = Actor(admin.pk, str(admin))
    for kind in plan.files:
        run = plan_import(
            community,
            kind=kind,
            mode=ImportMode.MERGE,
            file_name=f"{kind}.csv",
            content=(DATA / plan.slug / f"{kind}.csv").read_bytes(),
            actor=actor,
            user=admin,
        )
        apply_import(run, actor=actor, now=now)
    return community


def _close_and_leave(communities: list[Community], now: datetime) -> None:
    """A day on which everything is closed, and a week in which one mentor is away."""
    today = now.astimezone(communities[0].zone).date()
    closed = _next(FRIDAY, today + timedelta(days=18))
    for community in communities:
        add_closure(community, first=closed, last=closed, reason="Staff training", by=DEMO)
    away = _next(MONDAY, today + timedelta(days=7))
    add_dated_change(
        get_provider(communities[0], f"marcus.b@{DOMAIN}"),
        kind=ChangeKind.AWAY,
        first=away,
        last=away + timedelta(days=4),
        note="Robotics competition",
        by=DEMO,
    )


def _set_terms(communities: list[Community], now: datetime) -> None:
    """A term that has begun, with a break in it, and one that follows."""
    today = now.astimezone(communities[0].zone).date()
    first = _next(MONDAY, today - timedelta(weeks=4))
    last = first + timedelta(weeks=15, days=FRIDAY)
    recess = _next(MONDAY, today + timedelta(weeks=4))
    following = last + timedelta(days=17)
    for community in communities:
        days = Days(_term_name(first), first, last)
        pause = Days("Recess", recess, recess + timedelta(days=FRIDAY))
        add_term(community, days, breaks=[pause], by=DEMO)
        after = Days(_term_name(following), following, following + timedelta(weeks=15, days=FRIDAY))
        add_term(community, after, by=DEMO)


def _term_name(first: date) -> str:
    """“Autumn 2026”; terms begin further apart than the four months that share a season."""
    return f"{('Spring', 'Summer', 'Autumn')[(first.month - 1) // 4]} {first.year}"


def _next(weekday: int, day: date) -> date:
    """The first such weekday on or after `day`."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
