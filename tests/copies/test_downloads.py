"""A copy that is asked for on a page: made by the worker, in pieces, and not kept for long."""

import io
import tempfile
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from tests.copies.asking import PAGE, file_of, is_handed_out, made
from tests.factories.world import MONDAY, TESTER
from visavis.copies import downloads, tasks
from visavis.copies.actions import import_community
from visavis.copies.asking import ask_for_download
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download, DownloadPart
from visavis.core import clock, history
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.demo.removal import remove_communities, remove_people

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert verbs.filter(verb="downloaded a copy", actor_label__contains="Ada").count() == 1

    (tmp_path / "copy.zip").write_bytes(body)
    remove_communities([world.community])
    for domain in ("uni.test", "students.test"):
        remove_people(domain)
    brought = import_community(tmp_path / "copy.zip", by=TESTER, now=MONDAY)
    assert brought.counts["bookings"] == 1


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


# --- Two workers ----------------------------------------------------------------------------------


def test_a_second_worker_changes_nothing_of_a_copy_that_is_made(standing, browser):
    download = ask_for_download(standing, by=TESTER, now=clock.now())
    slow = Download.objects.get()
    drain()
    download.refresh_from_db()
    answer = browser.post(f"{PAGE}{download.public_id}/file/")
    downloads.make_download(slow, now=clock.now() + timedelta(hours=2))
    after = Download.objects.get()
    assert (after.made_at, after.attempt) == (download.made_at, download.attempt)
    assert set(DownloadPart.objects.values_list("attempt", flat=True)) == {download.attempt}
    assert len(b"".join(answer.streaming_content)) == download.size


def test_of_two_who_are_done_at_once_the_first_has_made_it(standing, browser, monkeypatch):
    ask_for_download(standing, by=TESTER, now=clock.now())
    other = Download.objects.get()
    publish, first = downloads._publish, []

    def after_another(download, **made):
        monkeypatch.setattr(downloads, "_publish", publish)
        downloads.make_download(other, now=clock.now())
        first.append(Download.objects.get().attempt)
        return publish(download, **made)

    monkeypatch.setattr(downloads, "_publish", after_another)
    drain()
    download = Download.objects.get()
    _answer, body = file_of(browser, download)
    assert [download.attempt] == first
    assert DownloadPart.objects.get().attempt == download.attempt
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None


def test_one_that_is_removed_while_it_is_made_ends_quietly(standing, monkeypatch):
    monkeypatch.setattr(downloads, "PIECE", 1000)
    download = ask_for_download(standing, by=TESTER, now=clock.now())
    waiting, asked = downloads._waiting, []

    def removed_after_two(row):
        asked.append(row)
        if len(asked) == 3:
            assert DownloadPart.objects.count() == 2
            downloads.remove_download(row, by=TESTER)
        return waiting(row)

    monkeypatch.setattr(downloads, "_waiting", removed_after_two)
    downloads.make_download(download, now=clock.now())
    assert Download.objects.count() == DownloadPart.objects.count() == 0


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"), [("waiting", "Being made"), ("failed", "The copy could not be made")]
)
def test_a_later_request_does_not_hide_a_copy_that_is_good(standing, browser, state, words):
    download = made(standing)
    later = ask_for_download(standing, by=TESTER, now=clock.now())
    Download.objects.filter(pk=later.pk).update(state=state)
    page = browser.get(PAGE).content.decode()
    shown = (words, f"{PAGE}{download.public_id}/file/", f"{PAGE}{download.public_id}/removal/")
    assert [each for each in shown if each not in page] == []
    assert is_handed_out(browser, download)


def test_one_that_waits_can_be_taken_back(standing, browser):
    download = ask_for_download(standing, by=TESTER, now=clock.now())
    url = f"{PAGE}{download.public_id}/removal/"
    assert url in browser.get(PAGE).content.decode()
    assert "not made any further" in browser.get(url).content.decode()
    browser.post(url)
    drain()
    assert Download.objects.count() == 0


def test_a_copy_with_more_in_it_than_one_may_read_is_not_there(standing, browser):
    download = made(standing)
    Download.objects.update(withheld=[])
    assert "No copy is kept here" in browser.get(PAGE).content.decode()
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

    left = Download.objects.create(community=world.community, asked_at=MONDAY, erasures=0)
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
    assert b"".join(downloads.fetch(download, by=TESTER, now=clock.now())).startswith(b"PK")
    assert lost == ["record"]
    assert HistoryEntry.objects.filter(verb="downloaded a copy").count() == 1


def test_it_can_be_removed_before_its_time(standing, browser):
    download = made(standing)
    assert (
        "Nobody can download it"
        in browser.get(f"{PAGE}{download.public_id}/removal/").content.decode()
    )
    assert HistoryEntry.objects.filter(verb="removed a copy").count() == 0
    browser.post(f"{PAGE}{download.public_id}/removal/")
    assert Download.objects.count() == DownloadPart.objects.count() == 0
    entry = HistoryEntry.objects.get(verb="removed a copy")
    assert (entry.actor_id, entry.community_id) == (standing.user.pk, standing.community.pk)


def test_opening_the_address_takes_nothing_away(standing, browser):
    answer = browser.get(f"{PAGE}{made(standing).public_id}/file/")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_only_those_who_take_lists_out_come_here(world):
    client = Client()
    client.force_login(world.student("Other"))
    assert client.get(PAGE).status_code == 404
