"""A copy that is asked for on a page: made by the worker, in pieces, and not kept for long."""

import io
import tempfile
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.bookings.actions import LogEntry, write_log
from visavis.bookings.models import LogAnswer
from visavis.copies import downloads, tasks
from visavis.copies.actions import export_community, import_community
from visavis.copies.asking import ask_for_download
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download, DownloadPart
from visavis.core import clock, history
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.demo.removal import remove_communities, remove_people
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.erased import remember_erased
from visavis.people.models import Provider
from visavis.people.rules import Standing

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = MONDAY + timedelta(days=1)
TEXTS = ("note", "word", "answer")
PAGE = "/c/mentoring/manage/download/"


@pytest.fixture
def world():
    found = make_world()
    student = found.student()
    student.pronouns = "they/them"
    student.save()
    found.book(found.provider(), student, MONDAY + timedelta(hours=2))
    return found


@pytest.fixture
def admin(world):
    user = make_user("ada@uni.test", "Ada")
    give_role(user, world.community, Role.ADMIN, by=TESTER)
    return user


@pytest.fixture
def browser(admin):
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def standing(world, admin):
    return Standing(admin, world.community)


def made(standing):
    """One that is ready."""
    ask_for_download(standing, by=TESTER, now=clock.now())
    drain()
    return Download.objects.get()


def file_of(browser, download):
    answer = browser.post(f"{PAGE}{download.public_id}/file/")
    return answer, b"".join(answer.streaming_content)


def test_an_administrator_asks_waits_and_takes_it_away(browser, world, tmp_path):
    assert "No copy is kept here" in browser.get(PAGE).content.decode()
    assert "personal data" in browser.get(f"{PAGE}new/").content.decode()
    assert browser.post(f"{PAGE}new/").status_code == 302
    page = browser.get(PAGE).content.decode()
    assert "Being made" in page
    assert f'hx-get="{PAGE}progress/"' in page
    drain()
    assert browser.get(f"{PAGE}progress/").headers["HX-Refresh"] == "true"
    assert "Download the copy" in browser.get(PAGE).content.decode()

    answer, body = file_of(browser, Download.objects.get())
    assert answer.headers["Content-Length"] == f"{len(body)}"
    verbs = HistoryEntry.objects.filter(community_id=world.community.pk)
    assert verbs.filter(verb="asked for a copy", actor_label__contains="Ada").count() == 1
    assert verbs.filter(verb="took the community away", actor_label__contains="Ada").count() == 1

    (tmp_path / "copy.zip").write_bytes(body)
    remove_communities([world.community])
    for domain in ("uni.test", "students.test"):
        remove_people(domain)
    brought = import_community(tmp_path / "copy.zip", by=TESTER, now=MONDAY)
    assert brought.counts["bookings"] == 1


def unpacked(body):
    """Everything that stands in the file, after one another."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist()).decode()


def whole(world, tmp_path):
    """What stands in a copy of which nothing is left out."""
    export_community(world.community, tmp_path / "whole.zip", now=AFTER)
    return unpacked((tmp_path / "whole.zip").read_bytes())


def log(world, words, *, hour, is_draft):
    """A log of another meeting, with these words in each of its texts."""
    provider = Provider.objects.get()
    booked = world.book(provider, world.student("Lou"), MONDAY + timedelta(hours=hour))
    entry = LogEntry(minutes=25, notes=f"{words} note", for_student=f"{words} word")
    written = write_log(booked, entry, by=TESTER, now=AFTER, is_draft=is_draft)
    LogAnswer.objects.create(log=written, label="How?", value=f"{words} answer")
    return written


def test_what_administrators_may_not_read_is_left_out_and_the_copy_says_so(
    standing, browser, world, tmp_path
):
    assert "they/them" in whole(world, tmp_path)
    _answer, body = file_of(browser, made(standing))
    told = unpacked(body)
    assert ("they/them" in told, "sam@students.test" in told) == (False, True)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        said = archive.read("README.txt").decode()
    left_out = [line for line in said.splitlines() if line.startswith("- ")]
    assert left_out == ["- Pronouns"]
    assert "left out: Pronouns." in " ".join(browser.get(PAGE).content.decode().split())


def test_logs_that_are_not_finished_are_in_no_copy_that_is_asked_for_here(
    standing, browser, world, tmp_path
):
    log(world, "Finished", hour=4, is_draft=False)
    log(world, "Begun", hour=6, is_draft=True)
    words = [f"{when} {what}" for when in ("Begun", "Finished") for what in TEXTS]
    everything = whole(world, tmp_path)
    assert [word for word in words if word in everything] == words
    _answer, body = file_of(browser, made(standing))
    told = unpacked(body)
    assert [word for word in words if word in told] == words[len(TEXTS) :]
    assert "Logs that are not finished are left out" in told
    assert "Logs that are not finished" in browser.get(PAGE).content.decode()


def test_it_is_kept_and_handed_out_in_pieces(standing, browser, monkeypatch):
    monkeypatch.setattr(downloads, "PIECE", 1000)
    download = made(standing)
    sizes = [len(part.content) for part in download.parts.order_by("number")]
    assert len(sizes) > 3
    assert set(sizes[:-1]) == {1000}
    answer, body = file_of(browser, download)
    assert (len(body), download.size) == (sum(sizes), sum(sizes))
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    answer = browser.post(f"{PAGE}{download.public_id}/file/")
    assert len(next(iter(answer.streaming_content))) == 1000


def test_asked_twice_it_is_made_once(standing):
    for _ in range(2):
        ask_for_download(standing, by=TESTER, now=clock.now())
    assert Download.objects.count() == 1
    drain()
    tasks.make.func(Download.objects.get().pk)
    assert Download.objects.get().state == DownloadState.MADE


def test_the_next_takes_the_place_of_the_one_before(standing):
    before = made(standing)
    after = made(standing)
    assert before.pk != after.pk


def test_after_some_days_it_goes(standing, browser):
    download = made(standing)
    later = download.made_at + downloads.KEPT
    with clock.frozen_at(later - timedelta(minutes=1)):
        assert downloads.let_go(now=clock.now()) == 0
        assert browser.post(f"{PAGE}{download.public_id}/file/").status_code == 200
    with clock.frozen_at(later):
        assert browser.post(f"{PAGE}{download.public_id}/file/").status_code == 404
        assert "No copy is kept here" in browser.get(PAGE).content.decode()
        assert downloads.let_go(now=clock.now()) == 1
    assert DownloadPart.objects.count() == 0


def test_a_copy_that_holds_somebody_who_was_erased_since_is_not_handed_out(standing, browser):
    download = made(standing)
    remember_erased(["sam@students.test"], now=clock.now())
    assert browser.post(f"{PAGE}{download.public_id}/file/").status_code == 404
    assert downloads.let_go(now=clock.now()) == 1
    again = made(standing)
    assert browser.post(f"{PAGE}{again.public_id}/file/").status_code == 200


def test_a_copy_with_more_in_it_than_one_may_read_is_not_there(standing, browser):
    download = made(standing)
    Download.objects.update(withheld=[])
    assert browser.post(f"{PAGE}{download.public_id}/file/").status_code == 404


def test_without_room_it_is_said_that_it_failed(standing, browser, monkeypatch):
    def no_room(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", no_room)
    ask_for_download(standing, by=TESTER, now=clock.now())
    download = Download.objects.get()
    with pytest.raises(OSError, match="No space"):
        downloads.make_download(download, now=clock.now())
    tasks.say_that_it_failed(download.pk)
    page = browser.get(PAGE).content.decode()
    assert "The copy could not be made" in page
    assert f"{PAGE}new/" in page


def test_one_that_no_worker_makes_any_more_keeps_nobody_from_another(standing, world):
    def wait(now):
        with clock.frozen_at(now):
            tasks.let_go.func()
        left.refresh_from_db()
        return left.state

    left = Download.objects.create(community=world.community, asked_at=MONDAY)
    assert wait(MONDAY + downloads.LONGEST_WAIT - timedelta(minutes=1)) == DownloadState.WAITING
    assert ask_for_download(standing, by=TESTER, now=MONDAY) == left
    assert wait(MONDAY + downloads.LONGEST_WAIT) == DownloadState.FAILED
    assert ask_for_download(standing, by=TESTER, now=MONDAY) != left


def test_no_try_of_the_job_comes_after_the_longest_wait():
    tries = range(1, tasks.LONG.attempts + 1)
    whole = sum((tasks.LONG.lease + tasks.LONG.delay_after(at) for at in tries), timedelta())
    assert whole < downloads.LONGEST_WAIT


def test_that_it_is_taken_away_is_written_once(standing, lose_at):
    download, lost = made(standing), lose_at(history, "record")
    assert b"".join(downloads.fetch(download, by=TESTER)).startswith(b"PK")
    assert lost == ["record"]
    assert HistoryEntry.objects.filter(verb="took the community away").count() == 1


def test_it_can_be_removed_before_its_time(standing, browser):
    download = made(standing)
    assert (
        "Nobody can download it"
        in browser.get(f"{PAGE}{download.public_id}/removal/").content.decode()
    )
    browser.post(f"{PAGE}{download.public_id}/removal/")
    assert Download.objects.count() == DownloadPart.objects.count() == 0


def test_opening_the_address_takes_nothing_away(standing, browser):
    answer = browser.get(f"{PAGE}{made(standing).public_id}/file/")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_only_those_who_take_lists_out_come_here(world):
    client = Client()
    client.force_login(world.student("Other"))
    assert client.get(PAGE).status_code == 404
