"""Every hostile text typed everywhere, each by people of its own, into one community."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser

from django.test import Client

from tests.factories.cast import Cast
from tests.factories.way import TEN
from tests.factories.world import TESTER
from tests.hostile.texts import MARK, RAN, TEXTS, named
from tests.web.test_every_url import client_of
from visavis.availability.actions import add_weekly_block
from visavis.bookings.models import Booking
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.models import Provider, User

ANSWERED = {200, 302, 422}
ROOT = "/c/mentoring/"
CLOSED_FROM = date(2027, 4, 5)  # after every meeting


class Marks(HTMLParser):
    """Finds tags and attributes that nobody of ours wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if MARK in tag:
            self.found.append(tag)
        for name, value in attrs:
            is_run = name in ("href", "src", "action", "formaction") and (value or "").strip(
                "\x00\x01\x02 \t\r\n"
            ).lower().startswith(("javascript:", "data:text", "vbscript:"))
            if MARK in name or is_run:
                self.found.append(f"{tag} {name}={value}")


def injected(html: str) -> list[str]:
    """What stands in the page that somebody's text put there, with the names of the texts."""
    parser = Marks()
    parser.feed(html)
    ran = ["a template ran a text"] if RAN in html else []
    return [named(found) for found in [*parser.found, *ran]]


def kept(text: str) -> str:
    """The text as a form lets it through into a column of 200 letters."""
    plain = as_sent(text)
    return plain.replace("\x00", "")[:190] or "x"


def letters(text: str) -> str:
    """What of a text survives being trimmed, folded into lines and shown: its plain letters."""
    return re.sub(r"[^\w]+", "", text.encode(errors="ignore").decode())


def as_sent(text: str) -> str:
    """The text as a browser sends it: a lone half of a letter goes as its bytes."""
    return text.encode(errors="surrogatepass").decode(errors="replace")


def send(client: Client, url: str, typed: dict[str, str]) -> list[str]:
    """Send the form; what is wrong with the answer."""
    answer = client.post(url, {name: as_sent(value) for name, value in typed.items()})
    if answer.status_code not in ANSWERED:
        return [f"{url} answers {answer.status_code}"]
    return [f"{url}: {found}" for found in injected(answer.getvalue().decode())]


def client_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@dataclass(frozen=True)
class Typist:
    """Two people who meet, and the text that both of them type."""

    name: str
    text: str
    student: User
    provider: Provider
    booking: Booking

    def types(self) -> Iterator[str]:
        """Type it into everything that is one's own; what is wrong with the answers."""
        student, provider = client_for(self.student), client_for(self.provider.user)
        names = {"first_name": self.text, "last_name": self.text, "hour_cycle": "auto"}
        yield from send(student, "/accounts/profile/", names)
        yield from send(student, "/accounts/profile/", {**names, "pronouns": self.text})
        for link in ("", self.text):
            about = {"bio": self.text, "meeting_link": link}
            yield from send(provider, f"{ROOT}teach/profile/", about)
        cancelling = f"{ROOT}bookings/{self.booking.public_id}/cancellation/"
        yield from send(student, cancelling, {"reason": self.text})

    def pages(self) -> Iterator[tuple[Client, str]]:
        """What shows these two alone."""
        student, provider = client_for(self.student), client_for(self.provider.user)
        yield student, "learn/"
        yield student, f"bookings/{self.booking.public_id}/"
        yield provider, "teach/profile/"
        yield provider, f"teach/meetings/{self.booking.public_id}/"


def make_typists(cast: Cast) -> list[Typist]:
    world, typists = cast.own.world, []
    for number, (name, text) in enumerate(TEXTS.items()):
        student, provider = world.student(f"s{number}"), world.provider(f"p{number}", hours=False)
        add_weekly_block(provider, weekday=1, start_minute=9 * 60, end_minute=17 * 60, by=TESTER)
        give_role(student, world.community, Role.STUDENT, by=TESTER)
        booking = world.book(provider, student, TEN + timedelta(days=1), f"typed-{number}")
        typists.append(Typist(name, text, student, provider, booking))
    return typists


def type_as_admin(admin: Client, number: int, text: str) -> Iterator[str]:
    """Type it into all of which a community has many; what is wrong with the answers."""
    manage, day = f"{ROOT}manage/", CLOSED_FROM + timedelta(days=number)
    topic = {"kind": "topic", "subject": text, "name": text}
    yield from send(admin, f"{manage}services/new/", topic)
    place = {"name": text, "kind": "in_person", "details": text}
    yield from send(admin, f"{manage}locations/new/", place)
    yield from send(admin, f"{manage}closures/", {"first": str(day), "last": "", "reason": text})
    for address, email in ((text, text), ("https://uni.test/", f"listed{number}@uni.test")):
        yield from send(admin, f"{manage}links/", {"label": text, "url": address})
        yield from send(admin, f"{manage}students/new/", {"email": email, "first_name": text})


def type_everything(cast: Cast) -> tuple[list[Typist], list[str]]:
    """Everybody with their text, and what was wrong while it was typed, by the text's name."""
    typists, wrong, admin = make_typists(cast), [], client_of(cast, "admin")
    for number, typist in enumerate(typists):
        found = [*typist.types(), *type_as_admin(admin, number, typist.text)]
        wrong += [f"{typist.name}: {one}" for one in found]
    return typists, wrong


def every_page_of(client: Client, path: str) -> Iterator[str]:
    """A list from its first page to its last."""
    number, is_more = 1, True
    while is_more:
        answer = client.get(f"{ROOT}{path}", {"page": number, "span": "all"})
        assert answer.status_code == 200, path
        yield answer.getvalue().decode()
        listed = answer.context.get("page_obj")
        number, is_more = number + 1, bool(listed and listed.has_next())
