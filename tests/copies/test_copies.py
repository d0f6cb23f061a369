"""A whole community as files, and such files made a community again: the same, and never half."""

import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tests.factories.way import ask_question
from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.bookings.actions import cancel
from visavis.bookings.enums import ACTIVE
from visavis.bookings.models import Answer, Booking, Commitment
from visavis.communities.models import Community
from visavis.copies.actions import export_community, import_community
from visavis.copies.errors import CopyError, InvalidCopy, NewerCopy, PlaceTaken
from visavis.copies.sheets import SHEETS
from visavis.core import history
from visavis.core.models import StoredFile
from visavis.core.storage import read_bytes
from visavis.demo.actions import find_demo, make_demo
from visavis.demo.removal import remove_communities, remove_people
from visavis.notifications import outbox
from visavis.people.models import Membership, User

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a copy that another copy must have as well."""
    ours = {"manifest.json", "history.jsonl"}  # when it was made, and that it was brought in
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in ours]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def export(community, path, **at):
    export_community(community, path, now=NOW, **at)
    return path


def bring(path, **options):
    return import_community(path, by=TESTER, now=NOW, **options)


@pytest.fixture
def world():
    """A small centre with a meeting, a cancelled one, and a file that was answered."""
    found = make_world()
    provider, student = found.provider(), found.student()
    booked = found.book(provider, student, MONDAY + timedelta(hours=2))
    question = ask_question(found, kind="file")
    Answer.objects.create(
        booking=booked,
        question=question,
        label="Your draft",
        value="",
        file=ContentFile(b"%PDF essay", name="essay.pdf"),
        file_name="essay.pdf",
    )
    gone = found.book(provider, student, MONDAY + timedelta(hours=4))
    cancel(gone, by=TESTER, reason="Ill", now=MONDAY)
    return found


def leave(community):
    """Take the community and its people away, as if this were another installation."""
    remove_communities([community])
    for domain in ("uni.test", "students.test"):
        remove_people(domain)


def test_what_loses_against_another_change_comes_in_once(world, tmp_path, lose_at):
    out = export(world.community, tmp_path / "one.zip")
    leave(world.community)
    lost = lose_at(history, "record")
    brought = bring(out)
    assert (lost, Community.objects.get(slug="mentoring")) == (["record"], brought.community)
    assert (Booking.objects.count(), Answer.objects.count()) == (2, 1)
    again = export(brought.community, tmp_path / "two")
    with zipfile.ZipFile(out) as file:
        file.extractall(tmp_path / "one")
    assert contents(again) == contents(tmp_path / "one")


def test_what_went_out_and_came_in_goes_out_the_same(tmp_path):
    """The demo, which has some of nearly everything, through an empty installation."""
    make_demo(now=NOW)
    slugs = [community.slug for community in find_demo()]
    for community in find_demo():
        export(community, tmp_path / f"{community.slug}.zip")
        export(community, tmp_path / "before" / community.slug)
    remove_communities(find_demo())
    remove_people("demo.visavis.test")
    assert (Community.objects.count(), User.objects.count()) == (0, 0)
    assert StoredFile.objects.count() == 0
    for slug in slugs:
        bring(tmp_path / f"{slug}.zip")
        export(Community.objects.get(slug=slug), tmp_path / "after" / slug)
        before, after = (contents(tmp_path / when / slug) for when in ("before", "after"))
        assert before.keys() == after.keys()
        assert [name for name in before if before[name] != after[name]] == []
    assert not outbox.has_news()


def test_copy_is_whole_and_books_are_guarded_again(world, tmp_path):
    path = export(world.community, tmp_path / "copy")
    taken = Commitment.objects.filter(status__in=ACTIVE).count()
    ids = set(Booking.objects.values_list("public_id", flat=True))
    leave(world.community)
    brought = bring(path)
    assert brought.community.slug == "mentoring"
    assert brought.new_people == 2
    assert set(Booking.objects.values_list("public_id", flat=True)) == ids
    assert Commitment.objects.filter(status__in=ACTIVE).count() == taken
    assert read_bytes(Answer.objects.get().file.name).read() == b"%PDF essay"
    assert all(user.is_provisional for user in User.objects.all())


def test_nobody_is_told_of_what_a_copy_tells(world, tmp_path):
    path = export(world.community, tmp_path / "copy")
    leave(world.community)
    outbox.pass_over(now=NOW)
    bring(path)
    assert not outbox.has_news()


def test_people_are_who_has_their_address_and_stay_as_they_are(world, tmp_path):
    path = export(world.community, tmp_path / "copy")
    leave(world.community)
    known = make_user("TALIA@uni.test", "Natalia", "Kowalski")
    brought = bring(path)
    assert brought.new_people == 1
    assert brought.community.providers.get().user == known
    known.refresh_from_db()
    assert known.full_name == "Natalia Kowalski"


def test_others_data_are_not_in_it(world, tmp_path):
    other = make_world("writing")
    other.book(other.provider("Omar"), world.student(), MONDAY + timedelta(days=1, hours=2))
    make_user("nobody@uni.test", "Nobody")
    texts = b"".join(contents(export(world.community, tmp_path / "copy")).values())
    assert b"omar@uni.test" not in texts
    assert b"nobody@uni.test" not in texts
    assert b"2027-02-16" not in texts
    assert b"talia@uni.test" in texts


def test_every_table_of_a_community_is_in_it_or_left_out_with_a_reason():
    """A new table must be thought of here."""
    left_out = {
        "AffiliationRole",  # what this school's sign-in gives
        "AnswerDraft",  # purged after a day
        "Download",  # another copy
        "HoursChange",  # what can be undone, by ids of this installation
        "Import",  # what was uploaded, with its undo
        "Message",  # what was sent
        "WaitlistLook",  # begins anew
    }
    sheets = {sheet.model for sheet in SHEETS}
    theirs = {relation.related_model for relation in Community._meta.related_objects}
    assert {model.__name__ for model in theirs - sheets} <= left_out


# --- What does not fit ----------------------------------------------------------------------------


def rewrite(path: Path, sheet: str, **changes):
    """The copy with something else in the first row of a sheet."""
    file = path / f"data/{sheet}.jsonl"
    first, *rest = file.read_text().splitlines()
    file.write_text("\n".join([json.dumps(json.loads(first) | changes), *rest, ""]))


@pytest.mark.parametrize(
    ("sheet", "changes", "words"),
    [
        ("bookings", {"state": "dreamt"}, ["bookings.jsonl, line 1", "state"]),
        ("bookings", {"student": "who@else.test"}, ["“who@else.test”", "not in the copy"]),
        ("bookings", {"appointment": 99}, ["appointment names “99”"]),
        ("appointments", {"start": "yesterday"}, ["start"]),
        ("appointments", {"end": "2000-01-01T00:00:00+00:00"}, ["appointment_is_a_range"]),
        ("people", {"email": "none"}, ["“none” is no e-mail address"]),
        ("formats", {"minutes": 7}, ["7 minutes do not fit"]),
        ("answers", {"file": "files/../../secret"}, ["no name of a file"]),
        ("answers", {"file": "files/answers/00009.pdf"}, ["files/answers/00009.pdf is not there"]),
    ],
)
def test_copy_that_does_not_fit_is_refused_with_its_place_and_nothing_is_made(
    world, tmp_path, sheet, changes, words
):
    path = export(world.community, tmp_path / "copy")
    leave(world.community)
    rewrite(path, sheet, **changes)
    with pytest.raises(InvalidCopy) as refused:
        bring(path)
    assert all(word in refused.value.message for word in words)
    assert (Community.objects.count(), User.objects.count()) == (0, 0)
    assert StoredFile.objects.count() == 0


def test_who_is_booked_here_already_is_named(world, tmp_path):
    path = export(world.community, tmp_path / "copy")
    with pytest.raises(InvalidCopy, match=r"talia@uni\.test has something else here"):
        bring(path, slug="again")
    assert Community.objects.count() == 1


def test_copy_beside_the_original_gets_names_of_its_own(world, tmp_path):
    """Without meetings there is nothing in its way."""
    Booking.objects.all().delete()
    Commitment.objects.all().delete()
    path = export(world.community, tmp_path / "copy")
    with pytest.raises(PlaceTaken, match="--slug"):
        bring(path)
    assert bring(path, slug="again").new_people == 0
    assert Membership.objects.filter(community__slug="again").count() == 0
    assert set(Community.objects.values_list("slug", flat=True)) == {"mentoring", "again"}


def test_copy_of_a_newer_version_is_refused_with_what_it_has(world, tmp_path):
    path = export(world.community, tmp_path / "copy")
    leave(world.community)
    rewrite(path, "formats", colour="red")
    with pytest.raises(NewerCopy, match="colour"):
        bring(path)


def test_copy_of_an_older_version_lacks_what_came_later(world, tmp_path):
    path = export(world.community, tmp_path / "copy")
    leave(world.community)
    (path / "data/waitlist.jsonl").unlink()
    settings = json.loads((path / "data/community.json").read_text())
    del settings["waitlist"]
    (path / "data/community.json").write_text(json.dumps(settings))
    assert not bring(path).community.waitlist


@pytest.mark.parametrize("body", ["", "[]", "{", '{"form": 2}'])
def test_copy_without_a_right_account_of_itself_is_refused(world, tmp_path, body):
    path = export(world.community, tmp_path / "copy")
    (path / "manifest.json").write_text(body)
    with pytest.raises(CopyError):
        bring(path, slug="again")


def test_what_is_no_copy_is_refused(tmp_path):
    (tmp_path / "words.zip").write_text("words")
    for path in (tmp_path / "words.zip", tmp_path):
        with pytest.raises(InvalidCopy):
            bring(path)


def test_copy_never_overwrites(world, tmp_path):
    (tmp_path / "copy").mkdir()
    with pytest.raises(PlaceTaken):
        export(world.community, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy")
    export(world.community, tmp_path / "copy.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.zip"]
    assert (tmp_path / "copy.zip").stat().st_mode & 0o777 == 0o600
