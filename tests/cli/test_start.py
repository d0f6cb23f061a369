"""Getting ready on a database server: a command does not migrate it, and says what to run."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_missing_migrations_are_counted_with_what_to_run(visavis, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    MigrationRecorder.Migration.objects.filter(app="communities").delete()
    answer = visavis("community", "list", "--json")
    assert (answer.status, answer.json["refused"]) == (1, "migrations_missing")
    assert "Run `visavis migrate` first." in answer.json["message"]
