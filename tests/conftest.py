"""What every test may rely on."""

import os
import socket
import sys

import pytest
from django.db import OperationalError, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.errors import DeadlockDetected
from xdist.scheduler import LoadScopeScheduling

from tests.chromium import CHROMIUM, CHROMIUM_ARGUMENTS

# The live server and the browser's own event loop share a thread in pytest-playwright.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


RACES = ("tests/races/", "tests/kills/", "tests/chaos/test_chaos.py")


class RacesInOneWorker(LoadScopeScheduling):
    """Any worker takes any test, but those that start many processes wait for each other.

    Two races at once would want more connections than a PostgreSQL server gives. xdist's own
    groups rename a test's id for this, which pytest no longer lets happen.
    """

    def _split_scope(self, nodeid):
        return "races" if nodeid.startswith(RACES) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return RacesInOneWorker(config, log)


@pytest.fixture
def lose_at(monkeypatch):
    """Let the next call of this lose once it is done; the list says whether it has."""

    def patch(where, name):
        real, lost = getattr(where, name), []

        def lose(*args, **kwargs):
            result = real(*args, **kwargs)
            if not lost:
                lost.append(name)
                raise OperationalError from DeadlockDetected()
            return result

        monkeypatch.setattr(where, name, lose)
        return lost

    return patch


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """A quiet Chromium from the system's packages, or one clear line why there is none."""
    if CHROMIUM is None:
        # CI installs what tests need; there a missing tool is a failure.
        lack = pytest.fail if os.environ.get("VISAVIS_TEST_EVERYTHING") else pytest.skip
        lack("no Chromium here: browser tests need the package “chromium”")
    return {"executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 390, "height": 844}, "locale": "en-US"}


@pytest.fixture(scope="session")
def browser(live_server, browser):
    """The plugin's browser, which goes before the server, and its database connection with it.

    A browser that outlives the server leaves threads that answer it with a connection which is no
    longer theirs. While Playwright's event loop runs, Django keeps this thread's connection in
    another place than before; left open there, it would keep PostgreSQL from dropping the database.
    """
    yield browser
    connections.close_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """PostgreSQL need not wait for its disk after each of a test's transactions.

    Only in this process: what is killed in a test, and whom it kills, is as durable as at a school.
    """
    for database in connections.all():
        if database.vendor == "postgresql":
            options = database.settings_dict["OPTIONS"]
            options["options"] = f"{options.get('options', '')} -c synchronous_commit=off"


@pytest.fixture(autouse=True, scope="session")
def emptied_by_deleting():
    """PostgreSQL's TRUNCATE writes new files for each of a hundred tables, all but a few empty.

    A test whose transactions end is followed by seconds of that; DELETE takes hundredths.
    """

    def delete(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        assert not reset_sequences
        unguarded = "SET LOCAL session_replication_role = replica"
        deletes = [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608  (quoted)
        return [unguarded, *deletes] if tables else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", delete)
        yield


@pytest.fixture(autouse=True)
def nobody_counted_yet():
    """Limits on how much one person may ask for are counted in memory; each test begins anew."""
    limits = sys.modules.get("visavis.web.ui.limits")
    if limits is not None:
        limits.counter.clear()


@pytest.fixture(autouse=True)
def closed_network(monkeypatch):
    """Nothing beyond this machine is reachable from a test."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            assert host in ("127.0.0.1", "::1", "localhost"), f"A test asked for {host}."
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
