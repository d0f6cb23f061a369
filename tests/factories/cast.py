"""One person for each thing that somebody can be, and one thing of each sort in two communities."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives

from tests.factories.again import made_once
from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER, World, make_user, make_world
from visavis.availability.actions import add_dated_change
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Closure, DatedChange, Term, WeeklyBlock
from visavis.availability.terms import Days, add_term
from visavis.bookings.actions import (
    LogEntry,
    Wish,
    accept,
    book_series,
    join_waitlist,
    mark_missed,
    write_log,
)
from visavis.bookings.models import Booking, Series, SessionLog, WaitlistEntry
from visavis.bookings.waitlist_models import DayTimes
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import QuestionKind, Repeats
from visavis.catalogue.formats import add_question
from visavis.catalogue.log_questions import add_log_question
from visavis.catalogue.models import FormatQuestion, LogQuestion
from visavis.communities.actions import add_link, change_settings
from visavis.communities.models import Community, CommunityLink
from visavis.copies.downloads import withheld_from
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download
from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.mail import pack
from visavis.imports.actions import plan_import
from visavis.imports.models import Import
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import Message
from visavis.people.actions import give_role, make_school_admin, pause_booking
from visavis.people.enums import Role
from visavis.people.erased import erasures_so_far
from visavis.people.models import Membership, Pause, Provider, User
from visavis.people.rules import Standing

ROLES = (
    "anonymous",
    "stranger",
    "student",
    "paused",
    "provider",
    "front_desk",
    "admin",
    "school_admin",
    "provider_elsewhere",
    "admin_elsewhere",
    "locked_out_elsewhere",
)
COURSES = b"Subject Abbreviation,Course Number,Course Name\nCHEM,1301,General chemistry\n"


@dataclass(frozen=True)
class Place:
    """A community with one of each thing that an address can name."""

    world: World
    provider: Provider
    colleague: Provider
    student: User
    booking: Booking
    request: Booking
    block: WeeklyBlock
    change: DatedChange
    closure: Closure
    link: CommunityLink
    term: Term
    series: Series
    run: Import
    absence: Booking
    pause: Pause
    waiting: WaitlistEntry
    undelivered: Message
    clerk: Membership
    question: FormatQuestion
    log_question: LogQuestion
    log: SessionLog
    download: Download

    @property
    def community(self) -> Community:
        return self.world.community


def _copy_of(community: Community) -> Download:
    made = {"state": DownloadState.MADE, "made_at": clock.now(), "size": 3, "by_label": "A test"}
    read = {"erasures": erasures_so_far(), "attempt": uuid4()}
    # Nothing is in it that anybody here may not read.
    withheld = withheld_from(Standing(AnonymousUser(), community))
    found = Download.objects.create(community=community, withheld=withheld, **made, **read)
    found.parts.create(attempt=found.attempt, number=0, content=b"zip")
    return found


def make_place(slug: str, *, provider: str, student: str, visible: bool = True) -> Place:
    world = make_world(slug)
    person, colleague = world.provider(provider), world.provider(f"{provider}2")
    learner = world.student(student)
    give_role(learner, world.community, Role.STUDENT, by=TESTER)
    booking = world.book(person, learner, TEN, f"{slug}-booked")
    hour = add_format(world.community, by=TESTER, name="Weekly", minutes=30, repeats=Repeats.WEEKLY)
    asked = replace(world, format=hour)
    start = TEN + timedelta(days=8, hours=3)  # beyond the days that the first page shows
    order = asked.order(person, learner, start, f"{slug}-weekly", location=world.location)
    weekly = book_series(order, weeks=2, by=TESTER, now=MONDAY)
    world.format.auto_confirm = False
    world.format.save(update_fields=["auto_confirm"])
    request = world.book(person, learner, TEN + timedelta(hours=1), f"{slug}-asked")
    missed, absent = TEN + timedelta(hours=3), world.student(f"{student}-absent")
    absence = world.book(colleague, absent, missed, f"{slug}-missed")
    accept(absence, by=TESTER, now=MONDAY)
    waiting = _waiting(world, colleague, learner)
    log = _logged(world, colleague, f"{student}-met")
    clerk = make_user(f"{slug}-clerk@uni.test", "Clara")
    change_settings(world.community, {"visible": visible}, by=TESTER)
    world.community.visible = visible
    day = date(2027, 3, 5)
    return Place(
        world=world,
        provider=person,
        colleague=colleague,
        student=learner,
        booking=booking,
        request=request,
        block=person.weekly_blocks.first(),
        change=add_dated_change(person, kind=ChangeKind.AWAY, first=day, last=day, by=TESTER),
        closure=add_closure(world.community, first=day, last=day, by=TESTER),
        undelivered=Message.objects.create(
            key=f"{slug}-undelivered",
            community=world.community,
            booking=booking,
            recipient=learner,
            address=learner.email,
            audience=Audience.STUDENT,
            kind=Kind.CONFIRMED,
            subject="Peer Mentoring with Talia",
            mail=pack(EmailMultiAlternatives("Peer Mentoring", "Hello", to=[learner.email])),
            state=MessageState.GIVEN_UP,
            last_error="550 No such person here",
        ),
        log_question=add_log_question(
            world.community, {"label": "Done?", "kind": QuestionKind.SHORT_TEXT}, by=TESTER
        ),
        log=log,
        question=add_question(
            add_format(world.community, by=TESTER, name="Long talk", minutes=60),
            {"label": "What about?", "kind": QuestionKind.LONG_TEXT},
            by=TESTER,
        ),
        clerk=give_role(clerk, world.community, Role.FRONT_DESK, by=TESTER),
        link=add_link(world.community, label="Handbook", url="https://uni.test/", by=TESTER),
        term=add_term(world.community, Days("Fall", day, day), by=TESTER),
        series=weekly,
        run=plan_import(
            world.community,
            kind="courses",
            mode="merge",
            file_name="courses.csv",
            content=COURSES,
            actor=Actor(None, "A test"),
        ),
        download=_copy_of(world.community),
        absence=mark_missed(absence, by=TESTER, now=missed),
        pause=pause_booking(absent, world.community, until=None, reason="", by=TESTER, now=MONDAY),
        waiting=waiting,
    )


def _logged(world: World, provider: Provider, student: str) -> SessionLog:
    start = TEN + timedelta(hours=5)
    booking = world.book(provider, world.student(student), start, student)
    accept(booking, by=TESTER, now=MONDAY)
    return write_log(booking, LogEntry(minutes=30), by=TESTER, now=start)


def _waiting(world: World, provider: Provider, student: User) -> WaitlistEntry:
    """The student waits for an evening with this person, who has no hours then."""
    world.community = change_settings(world.community, {"waitlist": True}, by=TESTER)
    world.service.community = world.community
    days = (date(2027, 2, 15), date(2027, 2, 19))
    evening = [DayTimes(begin=18 * 60, end=20 * 60)]
    wish = Wish(student, world.service, world.format, *days, provider=provider, times=evening)
    return join_waitlist(wish, by=TESTER, now=MONDAY)


@dataclass(frozen=True)
class Cast:
    """`own` is where everybody belongs; strangers cannot see `other`."""

    own: Place
    other: Place
    people: dict[str, User | AnonymousUser]

    def standing(self, role: str, place: Place) -> str:
        """What the person of this role is in this place; an outsider cannot even see it."""
        if place is self.own:
            return role if not role.endswith("_elsewhere") else "stranger"
        if role in ("anonymous", "school_admin"):
            return role
        return role.removesuffix("_elsewhere") if role.endswith("_elsewhere") else "outsider"


@made_once
def make_cast() -> Cast:
    own = make_place("mentoring", provider="Talia", student="Sam")
    other = make_place("writing", provider="Omar", student="Uma", visible=False)
    people: dict[str, User | AnonymousUser] = {
        "anonymous": AnonymousUser(),
        "stranger": make_user("stranger@uni.test", "Stray"),
        "student": own.student,
        "paused": _member(own, "paused", Role.STUDENT),
        "provider": own.provider.user,
        "front_desk": _member(own, "desk", Role.FRONT_DESK),
        "admin": _member(own, "ada", Role.ADMIN),
        "school_admin": make_school_admin(make_user("root@uni.test", "Rita"), by=TESTER),
        "provider_elsewhere": other.provider.user,
        "admin_elsewhere": _member(other, "otto", Role.ADMIN),
        "locked_out_elsewhere": _with_a_booking(other, "lou"),
    }
    pause_booking(people["paused"], own.community, until=None, reason="", by=TESTER, now=MONDAY)
    return Cast(own, other, people)


def _member(place: Place, name: str, role: Role) -> User:
    user = make_user(f"{name}@uni.test", name.title())
    give_role(user, place.community, role, by=TESTER)
    return user


def _with_a_booking(place: Place, name: str) -> User:
    """No member, of a community that is not shown: what they had booked before still stands."""
    user = make_user(f"{name}@uni.test", name.title())
    world = place.world
    community = change_settings(world.community, {"visible": True}, by=TESTER)
    asked = replace(world, community=community)
    asked.book(place.colleague, user, TEN + timedelta(days=2), f"{name}-booked")
    change_settings(community, {"visible": place.community.visible}, by=TESTER)
    return user


__all__ = ["MONDAY", "ROLES", "Cast", "Place", "make_cast", "make_place"]
