"""The demo's people beyond the CSV files: who signs in, and the mentors' bios and portraits."""

import csv
from pathlib import Path

from django.core.files.base import ContentFile

from visavis.communities.models import Community
from visavis.demo.communities import DEMO
from visavis.demo.portraits import draw_portrait
from visavis.people.actions import find_or_make_user, give_role, make_school_admin
from visavis.people.enums import Role
from visavis.people.models import Provider, User

DATA = Path(__file__).parent / "data"
DOMAIN = "demo.visavis.test"
STUDENT = f"jordan.lee@{DOMAIN}"
MENTOR = f"talia.k@{DOMAIN}"
ADMIN = f"admin@{DOMAIN}"


def make_admin() -> User:
    """The administrator of the school."""
    admin, _made = find_or_make_user(ADMIN, first_name="Robin", last_name="Adler", by=DEMO)
    return make_school_admin(admin, by=DEMO)


def give_admin_role(admin: User, community: Community) -> None:
    give_role(admin, community, Role.ADMIN, by=DEMO)


def introduce_mentors(community: Community) -> None:
    """Give each mentor of bios.csv a bio, pronouns, a portrait and a link to meet online."""
    mentors = {
        provider.user.email: provider
        for provider in Provider.objects.filter(community=community).select_related("user")
    }
    with (DATA / community.slug / "bios.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            _introduce(mentors[row["Email"]], pronouns=row["Pronouns"], bio=row["Bio"])


def _introduce(mentor: Provider, *, pronouns: str, bio: str) -> None:
    mentor.user.pronouns = pronouns
    mentor.user.save(update_fields=["pronouns"])
    mentor.bio = bio
    mentor.meeting_link = f"https://video.demo.visavis.test/{mentor.user.email.partition('@')[0]}"
    portrait = ContentFile(draw_portrait(mentor.user.first_name))
    mentor.photo.save("portrait.jpg", portrait, save=False)
    mentor.save(update_fields=["bio", "photo", "meeting_link"])
