"""What of our migrations would hurt while the version before still serves, on PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

from tests.migrating.accepted import Name

OURS = "visavis."
Issues = dict[str, str]
"""What the linter says, by its code."""


def of_statements(statements: Sequence[str]) -> Issues:
    """What is said of these statements, as PostgreSQL's rules see them."""
    analyser = get_sql_analyser_class("postgresql")
    errors, _ignored, warnings = analyse_sql_statements(analyser, list(statements), [])
    return {issue.code: issue.message for issue in (*errors, *warnings)}


def of_ours() -> dict[Name, Issues]:
    """What is said of each migration of ours; needs a PostgreSQL database, and changes nothing."""
    labels = [config.label for config in apps.get_app_configs() if config.name.startswith(OURS)]
    linter = MigrationLinter(include_apps=labels, no_cache=True, no_output=True)
    loader = MigrationLoader(connection, replace_migrations=False)
    found = {}
    for app, name in sorted(loader.disk_migrations):
        if app in labels:
            issues = of_statements(linter.get_sql(app, name))
            errors, _ignored, warnings = linter.analyse_data_migration(
                loader.disk_migrations[app, name]
            )
            said = {issue.code: issue.message for issue in (*errors, *warnings)}
            found[app, name] = issues | said
    return found


def problems(
    found: Mapping[Name, Issues], accepted: Iterable[tuple[Name, set[str], str]]
) -> list[str]:
    """A sentence for each thing that is not accepted, and for each that need not be any more."""
    known = {name: codes for name, codes, _why in accepted}
    said = [
        f"{app} {name}: {message} ({code}). docs/migrations.md says how it is done instead."
        for (app, name), issues in found.items()
        for code, message in issues.items()
        if code not in known.get((app, name), set())
    ]
    return said + [
        f"{app} {name}: {code} is accepted, but nobody says it any more. Take it off the list."
        for (app, name), codes in known.items()
        for code in sorted(codes - found.get((app, name), {}).keys())
    ]
