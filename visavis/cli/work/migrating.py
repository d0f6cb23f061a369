"""Bringing the database up to this version."""

from contextlib import nullcontext

from django.core.management import call_command
from django.db import connection

from visavis.cli import start
from visavis.cli.output import say
from visavis.core.upgrades import missing_migrations


def migrate() -> None:
    with start.told_in_sentences():
        start.load_settings("migration")
        is_file = connection.vendor == "sqlite"
        if is_file:
            start.make_folder()
        with start.only_one() if is_file else nullcontext():
            waiting = missing_migrations()
            call_command("migrate", verbosity=0, interactive=False)
    if waiting:
        say(f"Applied {len(waiting)} migrations. The database is up to date.")
    else:
        say("The database was up to date already.")
