"""Whether the database is as far as the code that asks it."""

from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def missing_migrations() -> list[str]:
    """Migrations that lie beside the code and were not applied; without loading them all."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return [f"{app}.{name}" for app, name in _migrations() if (app, name) not in applied]


@cache
def _migrations() -> tuple[tuple[str, str], ...]:
    """Those of this version: they stay the same as long as the process lives."""
    return tuple(
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in sorted(Path(config.path, "migrations").glob("[0-9]*.py"))
    )
