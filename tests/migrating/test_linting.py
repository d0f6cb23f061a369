"""What the linter refuses, that it can, and that nothing here is refused without a reason."""

import os

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from tests.migrating import linting
from tests.migrating.accepted import accepted

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="PostgreSQL's rules"
)
TABLE = migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))])


def said_of(operation, *before):
    """What the linter says of one operation on a table that is there already."""
    state = ProjectState()
    for step in (TABLE, *before):
        step.state_forwards("availability", state)
    after = state.clone()
    operation.state_forwards("availability", after)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        operation.database_forwards("availability", editor, state, after)
        return set(linting.of_statements(editor.collected_sql))


def adding(**values):
    return migrations.AddField("Thing", "colour", models.CharField(max_length=9, **values))


@on_postgresql
def test_a_column_without_a_default_in_the_database_is_refused():
    assert said_of(adding(default="red")) == {"NOT_NULL"}


@on_postgresql
def test_a_column_with_a_default_in_the_database_passes():
    assert said_of(adding(db_default="red")) == set()


@on_postgresql
def test_a_column_that_may_be_empty_passes():
    assert said_of(adding(null=True)) == set()


@on_postgresql
@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (migrations.RemoveField("Thing", "colour"), "DROP_COLUMN"),
        (migrations.RenameField("Thing", "colour", "hue"), "RENAME_COLUMN"),
        (migrations.AlterModelTable("Thing", "another"), "RENAME_TABLE"),
        (migrations.DeleteModel("Thing"), "DROP_TABLE"),
    ],
)
def test_what_older_code_needs_is_not_taken_away(operation, code):
    assert code in said_of(operation, adding(null=True))


@on_postgresql
def test_a_migration_of_ours_that_hurts_has_its_reason_written_down():
    assert linting.problems(linting.of_ours(), accepted()) == []


def test_what_is_not_accepted_is_told_with_its_name():
    (problem,) = linting.problems({("people", "0099_x"): {"NOT_NULL": "No default"}}, [])
    assert problem.startswith("people 0099_x: No default (NOT_NULL).")


def test_a_reason_that_nobody_needs_any_more_is_told():
    (problem,) = linting.problems({}, [(("people", "0099_x"), {"NOT_NULL"}, "why")])
    assert "Take it off the list" in problem


def test_every_reason_is_a_sentence():
    assert all(why.endswith(".") and codes for _name, codes, why in accepted())
