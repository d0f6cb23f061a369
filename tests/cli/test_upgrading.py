"""`visavis upgrade`: what stands in its way is said before anything is begun."""

import shutil
from typing import NamedTuple

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.django_db
def test_database_of_a_newer_version_is_left_alone(visavis):
    MigrationRecorder(connection).record_applied("bookings", "0999_beyond")
    answer = visavis("upgrade", "--check", "--json")
    assert (answer.status, answer.json["refused"]) == (1, "cannot_upgrade")
    assert answer.json["newer"] == ["bookings.0999_beyond"]
    assert "bookings 0999_beyond" in visavis("upgrade").stderr


@pytest.mark.django_db
def test_too_little_room_is_said_before_anything_is_begun(visavis, monkeypatch):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(100, 99, 1))
    answer = visavis("upgrade")
    assert answer.status == 1
    assert "Make room" in answer.stderr


@pytest.mark.django_db
def test_check_names_a_setting_that_is_not_read_any_more(visavis, monkeypatch):
    assert visavis("upgrade", "--check", "--json").json["unread"] == []
    monkeypatch.setenv("SIGN_IN_RECORD_DAYS", "30")
    [told] = visavis("upgrade", "--check", "--json").json["unread"]
    assert told.startswith("SIGN_IN_RECORD_DAYS is set and not read any more.")
