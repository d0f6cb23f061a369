"""One person for each thing that somebody can be, and one thing of each sort in two communities."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER, World, make_user, make_world
from visavis.availability.actions import add_closure, add_dated_change
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Closure, DatedChange, WeeklyBlock
from visavis.bookings.models import Booking
from visavis.communities.actions import add_link, change_settings
from visavis.communities.models import Community, CommunityLink
from visavis.core.history import Actor
from visavis.core.mail import pack
from visavis.imports.actions import plan_import
from visavis.imports.models import Import
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import Message
from visavis.people.actions import give_role, make_school_admin, pause_booking
from visavis.people.enums import Role
from visavis.people.models import Provider, User

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
    run: Import
    undelivered: Message

    @property
    def community(self) -> Community:
        return self.world.community


def make_place(slug: str, *, provider: str, student: str, visible: bool = True) -> Place:
    world = make_world(slug)
    person, colleague = world.provider(provider), world.provider(f"{provider}2")
    learner = world.student(student)
    give_role(learner, world.community, Role.STUDENT, by=TESTER)
    booking = world.book(person, learner, TEN, f"{slug}-booked")
    world.format.auto_confirm = False
    world.format.save(update_fields=["auto_confirm"])
    request = world.book(person, learner, TEN + timedelta(hours=1), f"{slug}-asked")
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
        link=add_link(world.community, label="Handbook", url="https://uni.test/", by=TESTER),
        run=plan_import(
            world.community,
            kind="courses",
            mode="merge",
            file_name="courses.csv",
            content=COURSES,
            actor=Actor(None, "A test"),
        ),
    )


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
