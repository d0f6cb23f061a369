"""What nobody finds in a copy that was asked for on a page, and who is told that it was opened."""

import io
import zipfile
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.copies.asking import AFTER, PAGE, file_of, is_handed_out, made, unpacked
from tests.factories.world import MONDAY, TESTER, make_user
from visavis.bookings.actions import LogEntry, write_log
from visavis.bookings.models import LogAnswer, SessionLog
from visavis.copies import actions, downloads
from visavis.copies.actions import export_community
from visavis.copies.asking import ask_for_download
from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.worker import drain
from visavis.people.erased import forget_erased
from visavis.people.models import ErasedAddress, Provider, User
from visavis.privacy.erasing import erase
from visavis.privacy.models import Inspection
from visavis.privacy.names import LABEL

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = ("note", "word", "answer")
NOTES = "/accounts/data/notes/"


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


# --- Erased since ---------------------------------------------------------------------------------


def erase_sam(*, now):
    erase(User.objects.get(email="sam@students.test"), by=TESTER, now=now)


def test_a_copy_that_holds_somebody_who_was_erased_since_is_not_handed_out(standing, browser):
    download = made(standing)
    assert is_handed_out(browser, download)
    erase_sam(now=clock.now())
    assert not is_handed_out(browser, download)
    assert "No copy is kept here" in browser.get(PAGE).content.decode()
    assert downloads.let_go(now=clock.now()) == 1
    again = made(standing)
    _answer, body = file_of(browser, again)
    assert "sam@students.test" not in unpacked(body)


def test_an_erasure_that_was_begun_before_the_copy_and_ended_after_bars_it(standing, browser):
    begun = clock.now() - timedelta(minutes=1)
    download = made(standing)
    assert is_handed_out(browser, download)
    erase_sam(now=begun)
    assert not is_handed_out(browser, download)


def test_an_erasure_while_the_copy_is_written_bars_it(standing, browser, monkeypatch):
    written = downloads.export_community

    def erased_meanwhile(*arguments, **options):
        counts = written(*arguments, **options)
        erase_sam(now=options["now"])
        return counts

    monkeypatch.setattr(downloads, "export_community", erased_meanwhile)
    assert not is_handed_out(browser, made(standing))


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one connection in tests"
)
def test_an_erasure_that_others_commit_while_the_copy_is_read_bars_it(
    standing, browser, monkeypatch
):
    written = actions.write_copy

    def erased_meanwhile(community, target, **options):
        assert User.objects.filter(email="sam@students.test").exists()
        other = Thread(target=erase_elsewhere)
        other.start()
        other.join()
        return written(community, target, **options)

    def erase_elsewhere():
        erase_sam(now=clock.now())
        connection.close()

    monkeypatch.setattr(actions, "write_copy", erased_meanwhile)
    download = made(standing)
    assert not User.objects.filter(email="sam@students.test").exists()
    assert "sam@students.test" in unpacked(b"".join(downloads._pieces(download)))
    assert not is_handed_out(browser, download)


def test_a_copy_stays_barred_when_the_erased_person_comes_back(standing, browser):
    download = made(standing)
    erase_sam(now=clock.now())
    forget_erased("sam@students.test", "sam")
    assert ErasedAddress.objects.count() == 0
    assert not is_handed_out(browser, download)
    assert downloads.let_go(now=clock.now()) == 1


def test_an_erasure_that_is_taken_back_bars_nothing(standing, browser):
    download = made(standing)
    with transaction.atomic():
        erase_sam(now=clock.now())
        transaction.set_rollback(True)
    assert is_handed_out(browser, download)


def test_who_asked_for_a_copy_and_was_erased_before_it_was_made_is_not_named(
    standing, browser, world
):
    other = make_user("olga@uni.test", "Olga")
    ask_for_download(standing, by=Actor(other.pk, "Olga"), now=clock.now())
    assert "Olga asked for it" in browser.get(PAGE).content.decode()
    erase(other, by=TESTER, now=clock.now())
    drain()
    assert f"{LABEL} asked for it" in browser.get(PAGE).content.decode()


# --- Who opened my notes --------------------------------------------------------------------------


def looks():
    return list(Inspection.objects.values_list("booking", "reader_label", "way", "day"))


def test_whoever_downloads_it_is_shown_to_the_students_of_all_finished_logs(
    standing, browser, world, admin
):
    with clock.frozen_at(AFTER):
        finished = [log(world, "Finished", hour=hour, is_draft=False) for hour in (4, 5)]
        log(world, "Begun", hour=6, is_draft=True)
        download = made(standing)
        assert looks() == []
        with CaptureQueriesContext(connection) as asked:
            _answer, _body = file_of(browser, download)
        assert sum("INSERT INTO privacy_inspection" in one["sql"] for one in asked) == 1
        seen = [(one.booking_id, f"{admin}", "copied", AFTER.date()) for one in finished]
        assert sorted((pk, label.split(" <")[0], *rest) for pk, label, *rest in looks()) == seen
        file_of(browser, download)
        assert len(looks()) == 2
        client = Client()
        client.force_login(finished[0].booking.student)
        assert "In a copy of the whole community" in client.get(NOTES).content.decode()


def test_a_log_that_was_written_after_the_copy_was_not_opened_with_it(standing, world):
    with clock.frozen_at(AFTER):
        download = made(standing)
    later = AFTER + timedelta(hours=1)
    written = log(world, "Finished", hour=4, is_draft=False)
    SessionLog.objects.filter(pk=written.pk).update(created_at=later)
    downloads.fetch(download, by=TESTER, now=later)
    assert looks() == []
    SessionLog.objects.filter(pk=written.pk).update(created_at=AFTER)
    downloads.fetch(download, by=TESTER, now=later)
    assert [(pk, way) for pk, _label, way, _day in looks()] == [(written.booking_id, "copied")]
