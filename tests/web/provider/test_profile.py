"""How a provider introduces themselves; and photos, which may be anything at all."""

import io
import re
import struct
import zlib
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests.factories.way import TEN
from tests.factories.world import TESTER
from visavis.availability.actions import Admits, add_dated_change, add_weekly_block
from visavis.availability.locations import add_location
from visavis.catalogue.actions import add_format
from visavis.core.instants import write_instant
from visavis.core.models import StoredFile
from visavis.core.storage import read_bytes
from visavis.people.models import Provider, User
from visavis.web.provider.views import profile as views

PROFILE = "/c/mentoring/teach/profile/"


def picture(size=(900, 600), kind="JPEG", **options) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", size, "teal").save(body, kind, **options)
    return body.getvalue()


def bomb() -> bytes:
    """A PNG of a hundred bytes or so that promises 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def send(client, body: bytes, name="me.jpg"):
    return client.post(PROFILE, {"bio": "Hello", "photo": SimpleUploadedFile(name, body)})


def kept(place) -> Provider:
    return Provider.objects.get(pk=place.provider.pk)


def test_a_photo_that_would_do_is_asked_for_again_where_the_rest_was_refused(talia):
    photo = SimpleUploadedFile("me.jpg", picture())
    page = talia.post(PROFILE, {"bio": "x" * 4001, "photo": photo}).content.decode()
    assert "Choose the photo once more" in page
    assert "Choose the photo once more" not in send(talia, b"no picture").content.decode()
    assert "Choose the photo once more" not in talia.get(PROFILE).content.decode()


def test_the_zone_of_the_centre_is_named_and_ones_own_where_it_differs(talia, place):
    assert "You read times in New York time." in talia.get(PROFILE).content.decode()
    place.provider.user.timezone = "Asia/Tokyo"
    place.provider.user.save()
    told = "Your hours here are in New York time; you read other times in Tokyo time as well."
    assert told in talia.get(PROFILE).content.decode()


def test_who_can_be_booked_online_is_told_that_the_link_is_missing(talia, place):
    told = "you have given no link"
    for path in (PROFILE, "/c/mentoring/teach/"):
        assert told not in talia.get(path).content.decode()
    add_location(place.community, by=TESTER, name="Online", kind="online")
    for path in (PROFILE, "/c/mentoring/teach/"):
        assert told in talia.get(path).content.decode()
    talia.post(PROFILE, {"bio": "", "meeting_link": "meet.uni.test/talia"})
    assert told not in talia.get(PROFILE).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("loses", [False, True], ids=["at once", "after one that lost"])
def test_a_name_and_a_zone_changed_meanwhile_stay(talia, place, loses, lose_at, monkeypatch):
    """The provider's row was read at the door, before somebody else wrote."""
    lost = lose_at(views, "change_introduction") if loses else ["nothing"]
    write = views.change_profile

    def changed_meanwhile(user, **said):
        User.objects.filter(pk=user.pk).update(first_name="Thalia", timezone="Asia/Tokyo")
        write(user, **said)

    monkeypatch.setattr(views, "change_profile", changed_meanwhile)
    sent = {"bio": "Hello", "meeting_link": "", "pronouns": "she/her"}
    assert talia.post(PROFILE, sent).status_code == 302
    person = kept(place).user
    assert (person.first_name, person.timezone) == ("Thalia", "Asia/Tokyo")
    assert (person.pronouns, kept(place).bio) == ("she/her", "Hello")
    assert lost


TODAY = date(2027, 2, 15)
A_DAY = timedelta(days=1)


@pytest.fixture
def online(place):
    """Talia without hours, where one can meet online in a format of its own."""
    place.provider.weekly_blocks.all().delete()
    place.world.format.meeting_kinds = ["in_person"]
    place.world.format.save()
    return Admits(
        formats=[
            add_format(
                place.community, by=TESTER, name="Call", minutes=30, meeting_kinds=["online"]
            )
        ],
        locations=[add_location(place.community, by=TESTER, name="Online", kind="online")],
    )


def is_told(client) -> bool:
    return "you have given no link" in client.get(PROFILE).content.decode()


@pytest.mark.parametrize(
    ("kind", "last", "told"),
    [("extra", TODAY, True), ("extra", TODAY - A_DAY, False), ("away", TODAY, False)],
)
def test_a_link_is_missed_for_extra_hours_that_come(talia, place, online, kind, last, told):
    days = {"first": TODAY - A_DAY, "last": last}
    add_dated_change(place.provider, kind=kind, **days, admits=online, by=TESTER)
    assert is_told(talia) is told


@pytest.mark.parametrize(("last", "told"), [(TODAY, True), (TODAY - A_DAY, False)])
def test_a_link_is_not_missed_for_weekly_hours_that_ended(talia, place, online, last, told):
    nine = {"weekday": 0, "start_minute": 540, "end_minute": 600}
    add_weekly_block(place.provider, **nine, valid_until=last, admits=online, by=TESTER)
    assert is_told(talia) is told


def test_a_link_is_missed_only_where_hours_admit_a_format_held_online(talia, place, online):
    nine = {"weekday": 0, "start_minute": 540, "end_minute": 600, "by": TESTER}
    in_person = Admits(formats=[place.world.format])
    add_weekly_block(place.provider, **nine, admits=in_person)
    elsewhere = Admits(formats=online.formats, locations=[place.world.location])
    add_weekly_block(place.provider, **nine, admits=elsewhere)
    assert not is_told(talia)
    add_weekly_block(place.provider, **nine)
    assert is_told(talia)


def test_words_and_link_are_kept(talia, place):
    talia.post(PROFILE, {"bio": "Ask me.\nAnything.", "meeting_link": "meet.uni.test/talia"})
    found = kept(place)
    assert (found.bio.splitlines(), found.meeting_link) == (
        ["Ask me.", "Anything."],
        "https://meet.uni.test/talia",
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://uni.test/", "no link"])
def test_a_link_that_is_none_is_refused(talia, place, link):
    answer = talia.post(PROFILE, {"bio": "Hello", "meeting_link": link})
    assert (answer.status_code, kept(place).bio) == (422, "")


def test_a_photo_is_cut_square_made_small_and_stripped(talia, place):
    exif = Image.Exif()
    exif[0x010F] = "A camera that tells where one lives"
    assert send(talia, picture((2000, 900), exif=exif)).status_code == 302
    stored = Image.open(read_bytes(kept(place).photo.name))
    assert (stored.format, stored.size, dict(stored.getexif())) == ("JPEG", (512, 512), {})


def test_a_photo_that_lies_on_its_side_is_turned(talia, place):
    source = Image.new("RGB", (400, 400), "white")
    source.paste("black", (0, 0, 400, 100))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    body = io.BytesIO()
    source.save(body, "JPEG", exif=exif)
    send(talia, body.getvalue())
    stored = Image.open(read_bytes(kept(place).photo.name)).convert("L")
    top, bottom = stored.getpixel((256, 10)), stored.getpixel((256, 500))
    assert (top > 200, bottom < 40) == (True, True)


def test_a_new_photo_takes_the_place_of_the_old_one(talia, place):
    send(talia, picture())
    first = kept(place).photo.name
    send(talia, picture())
    assert not StoredFile.objects.filter(name=first).exists()
    talia.post(f"{PROFILE}photo/removal/")
    assert (
        kept(place).photo.name,
        StoredFile.objects.filter(name__startswith="photos").count(),
    ) == (
        "",
        0,
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"not a picture", "no photo that can be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no photo that can be read"),
        (picture()[:-900], "damaged"),
        (bomb(), "million pixels"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(talia, place, body, sentence):
    answer = send(talia, body)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert (kept(place).photo.name, kept(place).bio) == ("", "")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_kinds_of_pictures_are_read(talia, place, kind):
    assert send(talia, picture(kind=kind), f"me.{kind.lower()}").status_code == 302
    assert Image.open(read_bytes(kept(place).photo.name)).format == "JPEG"


def test_square_that_was_chosen_is_kept_and_nonsense_is_the_middle(talia, place):
    source = Image.new("RGB", (900, 300), "white")
    source.paste("black", (0, 0, 300, 300))
    body = io.BytesIO()
    source.save(body, "PNG")
    seen = {}
    for across in ("0", "50", "100", "far", "-3", "1000"):
        square = {"across": across, "down": "50", "zoom": "100"}
        photo = SimpleUploadedFile("me.png", body.getvalue())
        assert talia.post(PROFILE, {"bio": "", "photo": photo, **square}).status_code == 302
        stored = Image.open(read_bytes(kept(place).photo.name)).convert("L")
        seen[across] = "black" if stored.getpixel((256, 256)) < 50 else "white"
    assert seen == {"0": "black"} | dict.fromkeys(("50", "100", "far", "-3", "1000"), "white")


def test_pronouns_are_kept_with_the_person(talia, place):
    talia.post(PROFILE, {"bio": "", "pronouns": "they/them"})
    place.provider.user.refresh_from_db()
    assert place.provider.user.pronouns == "they/them"
    assert "they/them" in talia.get(PROFILE).content.decode()


def test_preview_shows_what_was_typed_and_keeps_nothing(talia, place):
    typed = {"bio": "I *love* labs.\n<script>x</script>", "pronouns": "she/her", "preview": "1"}
    page = talia.post(PROFILE, typed).content.decode()
    assert "<em>love</em> labs.<br>" in page
    assert "<script>x" not in page
    assert 'value="she/her"' in page
    assert kept(place).bio == ""
    part = talia.post(PROFILE, typed, headers={"hx-request": "true"}).content.decode()
    assert "<em>love</em>" in part
    assert "<form" not in part


def test_preview_of_what_does_not_fit_is_shown_and_saving_it_is_refused(talia, place):
    typed = {"bio": "Hello", "meeting_link": "no link"}
    assert talia.post(PROFILE, typed | {"preview": "1"}).status_code == 200
    assert talia.post(PROFILE, typed).status_code == 422


def test_students_see_what_the_preview_shows(talia, place, client):
    bio = "**Chemistry** and more.\n\n- labs\n- [notes](https://uni.test/)"
    shown = talia.post(PROFILE, {"bio": bio, "preview": "1"}).content.decode()
    talia.post(PROFILE, {"bio": bio})
    client.force_login(place.student)
    world, start = place.world, write_instant(TEN.replace(day=16))
    address = reverse(
        "student:providers", args=["mentoring", world.format.pk, world.service.pk, start]
    )
    # Talia alone is asked for, so her page of one opens at once.
    page = client.get(f"{address}?provider={place.provider.pk}").content.decode()
    introduced = re.search(r'<div class="bio prose-text">.*?</div>', shown, re.DOTALL).group()
    assert introduced in page
