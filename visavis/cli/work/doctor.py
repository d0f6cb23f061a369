"""Carries out `visavis doctor`: looks at settings, folders, database, worker and school."""

import fcntl
import os
import tempfile
import zoneinfo
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from visavis.availability.models import OutsideCalendar
from visavis.backups.last import find_last_backup
from visavis.bookings.models import Commitment
from visavis.cli import start
from visavis.cli.output import count, say
from visavis.cli.running import Refused, print_json
from visavis.cli.work import deploying
from visavis.cli.work.deploying import KEY_LENGTH, is_weak
from visavis.cli.work.findings import FINE, HINT, WRONG, Finding
from visavis.communities.models import Community, School
from visavis.core import clock
from visavis.core.models import PeriodicTick
from visavis.identities.own_keys import left_under_old_key, unreadable
from visavis.notifications.models import FailedTelling
from visavis.people.models import User

GUARD = "commitment_no_overlap"
# What `--deploy` says in words of its own, and what keeps it from asking the database.
STRICTER = {"demo_with_mail", "no_mail", "weak_secret_key", "any_host", "local_only"}
UNREACHED = {"data_folder", "database_unavailable", "migrations_missing", "misconfigured"}
LATE = timedelta(minutes=10)  # a periodic job or a queued one that nobody took until then
STALE = timedelta(days=7)  # a backup; and a community by when there should be one
LONG = timedelta(days=3)  # until then a calendar that cannot be read is its person's alone
# What an earlier version read from the environment, and what to do now.
UNREAD = {
    "SIGN_IN_RECORD_DAYS": "Set the days on the school’s page What is kept, and unset this one.",
}


def doctor(*, deploy: bool, as_json: bool) -> None:
    findings = list(_examine_public() if deploy else _examine())
    wrong = [finding for finding in findings if finding.level == WRONG]
    if as_json:
        print_json({"ok": not wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{finding.level.upper()}: {finding.message}")
        if not wrong:
            say("Nothing is wrong.")
        elif deploy:
            say(f"{count(len(wrong), 'thing')} to put right before people use it.")
    if wrong:
        click.get_current_context().exit(1)


def _examine() -> Iterator[Finding]:
    """Every finding; what stands in the way of further questions ends them."""
    yield from _settings()
    yield from _folder()
    trouble = _database()
    if trouble is not None:
        yield trouble
        return
    for look in (guard_findings, _zones, _worker, _mail, _calendars, _sign_in, _backup, _school):
        yield from look()


def _examine_public() -> Iterator[Finding]:
    """Every finding, and everything that guards people on a public host.

    Of what both look at, the stricter says it.
    """
    strict = list(deploying.examine_settings())
    codes = {finding.code for finding in strict} | STRICTER
    usual = [finding for finding in _examine() if finding.code not in codes]
    yield from strict
    reached = not any(finding.code in UNREACHED for finding in usual)
    if reached:
        yield from deploying.examine_database()
    for finding in usual:
        is_idle = finding.code in ("no_worker", "no_worker_yet")
        yield Finding(WRONG, finding.code, finding.message) if is_idle else finding
    if reached and not any(finding.code in ("no_worker", "no_worker_yet") for finding in usual):
        yield Finding(FINE, "worker", "A worker is at work.")
    if not any(finding.code == "no_backup" for finding in usual):
        yield _last_backup()


def _last_backup() -> Finding:
    """Where there is little to lose yet, the doctor is silent otherwise."""
    last = find_last_backup()
    if last is None:
        told = (
            "No backup has been made on this machine yet. Run `visavis backup --keep 14` nightly."
        )
        return Finding(HINT, "no_backup", told)
    return Finding(FINE, "backup", f"The last backup from this machine is of {_shown(last.at)}.")


# --- Settings and folders -------------------------------------------------------------------------


def _settings() -> Iterator[Finding]:
    yield from _who_gets_mail()
    yield from _who_is_served()
    yield from unread_findings()
    if not _is_built():
        told = "The style sheet has not been built, so pages look bare. Run `make assets`."
        yield Finding(WRONG, "no_assets", told)


def _who_gets_mail() -> Iterator[Finding]:
    if settings.DEMO and _sends_mail():
        yield Finding(
            WRONG,
            "demo_with_mail",
            "VISAVIS_DEMO=1 lets anybody sign in as anybody, and EMAIL_URL sends mail to real "
            "people. Unset one of the two.",
        )
    if not settings.DEMO and not _sends_mail():
        yield Finding(
            WRONG,
            "no_mail",
            "EMAIL_URL is not set, so nobody gets a sign-in code: mail is written to "
            f"{settings.EMAIL_FILE_PATH}. Set EMAIL_URL, like "
            "smtp+tls://user:password@mail.university.edu:587.",
        )


def _who_is_served() -> Iterator[Finding]:
    if is_weak(settings.SECRET_KEY):
        yield Finding(
            WRONG,
            "weak_secret_key",
            f"SECRET_KEY can be guessed: under {KEY_LENGTH} characters, or few different ones. "
            f"Set one of {KEY_LENGTH} random characters, or unset it and let Visavis make one.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            WRONG,
            "any_host",
            "ALLOWED_HOSTS=* answers to any host name, so links in mail can be forged. "
            "Name the hosts that people use.",
        )
    if not settings.PRODUCTION and not settings.DEMO:
        yield Finding(
            HINT,
            "local_only",
            "ALLOWED_HOSTS is not set: only this machine is served. "
            "Set it to the host name that people will use.",
        )


def unread_findings() -> Iterator[Finding]:
    """Each setting that the environment still has and nothing reads any more."""
    for name, instead in UNREAD.items():
        if name in os.environ:
            told = f"{name} is set and not read any more. {instead}"
            yield Finding(HINT, "setting_not_read", told)


def _sends_mail() -> bool:
    return "filebased" not in settings.DELIVERY_EMAIL_BACKEND


def _is_built() -> bool:
    return (settings.PACKAGE / "web/ui/static/dist/app.css").exists()


def _folder() -> Iterator[Finding]:
    try:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA):
            pass
    except OSError as error:
        yield Finding(
            WRONG,
            "data_folder",
            f"The data folder {settings.DATA} cannot be written: {error.strerror}. "
            "Set VISAVIS_DATA to a folder that you may write to.",
        )


# --- Database -------------------------------------------------------------------------------------


def _database() -> Finding | None:
    try:
        with start.told_in_sentences():
            start.ensure_tables()
    except Refused as refusal:
        return Finding(WRONG, refusal.payload["refused"], refusal.message)
    return None


def guard_findings() -> Iterator[Finding]:
    """Whether the database itself refuses to book a person twice."""
    table = Commitment._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
                "AND name LIKE %s",
                [table, f"{GUARD}%"],
            )
            wanted = 2
        else:
            cursor.execute(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'x' AND conname = %s "
                "AND conrelid = to_regclass(%s)",
                [GUARD, table],
            )
            wanted = 1
        found = cursor.fetchone()[0]
    if found != wanted:
        yield Finding(
            WRONG,
            "no_guard",
            f"The database lacks its guard {GUARD}, so two meetings of one person could overlap. "
            "Restore it from a backup, or migrate a new database and move the data.",
        )


def _zones() -> Iterator[Finding]:
    if not zoneinfo.available_timezones():
        yield Finding(WRONG, "no_tzdata", "There are no time zones. Install the package tzdata.")
        return
    for community in Community.objects.order_by("slug"):
        if community.timezone not in zoneinfo.available_timezones():
            yield Finding(
                WRONG,
                "unknown_timezone",
                f"{community.name} has the time zone “{community.timezone}”, which is none. "
                f"Run: visavis community set {community.slug} timezone=America/New_York",
            )


# --- Worker ---------------------------------------------------------------------------------------


def _worker() -> Iterator[Finding]:
    now = clock.now()
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - LATE).count()
    last = PeriodicTick.objects.order_by("due_at").first()
    if _holds_lock(settings.DATA / "worker.lock"):
        return
    if waiting:
        yield Finding(
            WRONG,
            "no_worker",
            f"{count(waiting, 'job')} waiting for a worker, mail among them perhaps. "
            "Start `visavis serve`, which brings one, or `visavis worker`.",
        )
    elif last is None:
        yield Finding(HINT, "no_worker_yet", "No worker has run yet. `visavis serve` brings one.")
    elif last.due_at < now - LATE:
        yield Finding(HINT, "no_worker", f"No worker has run since {_shown(last.due_at)}.")


def _mail() -> Iterator[Finding]:
    """What could not be put into a mail at all, so that nobody was told."""
    lost = FailedTelling.objects.filter(next_at=None).order_by("-last_at")
    latest = lost.first()
    if latest is not None:
        yield Finding(
            HINT,
            "not_told",
            f"{count(lost.count(), 'change')} of which nobody was told, because no mail could be "
            f"written. The last was {latest.source} {latest.number} at {_shown(latest.last_at)}: "
            f"{latest.error} The worker's log says more.",
        )


def _calendars() -> Iterator[Finding]:
    """Calendars of people that nobody has been able to read for long."""
    failing = OutsideCalendar.objects.filter(paused_at=None, failures__gt=0)
    lost = failing.exclude(read_at__gte=clock.now() - LONG).count()
    if lost:
        yield Finding(
            HINT,
            "calendars_unread",
            f"{count(lost, 'calendar')} of people could not be read for {LONG.days} days or more, "
            "so what they hold since keeps nobody busy. Their people see why under Your calendars; "
            "`visavis calendars list` tells you.",
        )


def _sign_in() -> Iterator[Finding]:
    if names := ", ".join(row.name for row in unreadable()):
        yield Finding(
            WRONG,
            "unreadable_keys",
            f"Nobody can sign in with {names}: what proves this site there was sealed under "
            "another SECRET_KEY. Put that one into SECRET_KEY_FALLBACKS. If it is lost, enter a "
            "fresh secret under School, Sign-in, or add a SAML provider again.",
        )
    elif names := ", ".join(row.name for row in left_under_old_key()):
        yield Finding(
            HINT,
            "keys_under_old_key",
            f"SECRET_KEY_FALLBACKS is still needed for {names}. The worker seals what proves this "
            "site there under the new SECRET_KEY within the hour.",
        )


def _backup() -> Iterator[Finding]:
    """Whether there is something to lose, and no backup of this week's."""
    before = clock.now() - STALE
    if not Community.objects.filter(created_at__lt=before).exists():
        return
    last = find_last_backup()
    if last is None or last.at < before:
        when = f"is of {_shown(last.at)} ({last.path})" if last else "has yet to be made"
        yield Finding(
            HINT,
            "no_backup",
            f"The last backup from this machine {when}. Run `visavis backup --keep 14` each night, "
            "unless the database is backed up by other means.",
        )


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _holds_lock(path: Path) -> bool:
    """Whether a process on this machine holds the worker's place (SQLite only)."""
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


# --- School ---------------------------------------------------------------------------------------


def _school() -> Iterator[Finding]:
    school = School.objects.first() or School()
    if not school.pk or school.name == School._meta.get_field("name").default:
        yield Finding(
            HINT,
            "school_unnamed",
            "The school has no name yet. "
            'Run: visavis school set name="My University", or open the page School.',
        )
    if not school.allowed_domains:
        yield Finding(
            HINT,
            "no_domains",
            "The school names no e-mail domains: only people on a list can sign in. "
            "To let in everybody with an address of yours, "
            "run: visavis school set allowed_domains=university.edu",
        )
    if not User.objects.filter(is_school_admin=True, is_active=True).exists():
        yield Finding(
            HINT,
            "no_admin",
            "Nobody administers the school yet. Run: visavis admin add you@university.edu",
        )
