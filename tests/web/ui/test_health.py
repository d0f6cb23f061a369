"""Probes: of machines that come by any name, without HTTPS, every few seconds."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


@pytest.fixture
def in_production(settings):
    settings.ALLOWED_HOSTS = ["booking.school.test"]
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_answered_by_address_and_without_https(client, db, in_production, path):
    answer = client.get(path, headers={"Host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_page_is_not(client, db, in_production):
    assert client.get("/", headers={"Host": "booking.school.test"}).status_code == 301


def test_whether_the_process_lives_costs_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


def test_whether_it_is_ready_costs_three(client, db, django_assert_num_queries):
    with django_assert_num_queries(3):  # is there a table of migrations; which; the limits
        assert client.get("/readyz").content == b"ready"


def test_it_is_not_while_a_migration_is_missing(client, db):
    MigrationRecorder.Migration.objects.filter(app="communities").order_by("-pk")[0].delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"1 migrations are not applied. Run: visavis migrate\n"


def test_nor_without_the_table_of_limits(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_cache")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")


def test_nor_while_the_database_is_away(client, db, monkeypatch):
    def gone(*_arguments, **_named):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")


def test_nor_before_the_static_files_are_gathered(client, db, monkeypatch):
    monkeypatch.setattr(staticfiles_storage, "hashed_files", {}, raising=False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"visavis serve" in answer.content


def test_nor_while_the_server_stops_and_then_no_connection_is_kept(
    client, db, settings, tmp_path: Path
):
    settings.STOPPING_MARK = str(tmp_path / "stopping")
    assert client.get("/readyz").status_code == 200
    Path(settings.STOPPING_MARK).touch()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"The server is stopping.\n")
    assert client.get("/healthz").status_code == 200
    assert client.get("/accounts/login/").headers["Connection"] == "close"
