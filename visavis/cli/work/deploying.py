"""What `visavis doctor --deploy` looks at: everything that guards people on a public host.

Each look says what is wrong and what to do, or that it is fine, so that what was looked at shows.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection

from visavis.cli.work.findings import FINE, HINT, WRONG, Finding, judged

DAY = 24 * 60 * 60
LONG_HSTS = 180 * DAY
OLDEST_POSTGRESQL = 15
DIRECTIVES = {"default-src", "frame-ancestors", "form-action", "base-uri"}
# Shorter, or of fewer different characters, a key can be guessed.
KEY_LENGTH, KEY_VARIETY = 50, 5
LOCAL = {"", "localhost", "127.0.0.1", "::1"}
# Choices that are the school's: its other hosts may have no HTTPS.
CHOSEN = {"security.W005", "security.W021"}
# What stands here already, in our words and with our settings' names.
SAID = {f"security.W{number:03}" for number in (4, 8, 9, 12, 16, 18, 20, 25)}


def examine_settings() -> Iterator[Finding]:
    """What the settings say, without the database."""
    for look in (_debug, _hosts, _secrets, _https, _cookies, _hsts, _policy, _proxies, _mail):
        yield from look()
    yield from _frameworks()
    yield from _files()


def examine_database() -> Iterator[Finding]:
    """What the database is and who we are in it."""
    if connection.vendor == "sqlite":
        yield Finding(
            HINT,
            "sqlite",
            "The database is SQLite: one machine, one worker. For more, set DATABASE_URL to "
            "PostgreSQL 15 or newer.",
        )
        return
    yield from _postgresql()


# --- Settings -------------------------------------------------------------------------------------


def _debug() -> Iterator[Finding]:
    yield judged(
        "debug",
        "VISAVIS_DEBUG is on: error pages show settings and code to everybody. Unset it."
        if settings.DEBUG
        else "",
        "Error pages show no code.",
    )
    yield judged(
        "demo",
        "VISAVIS_DEMO=1 lets anybody sign in as anybody. Unset it." if settings.DEMO else "",
        "Nobody signs in by a demo button.",
    )


def _hosts() -> Iterator[Finding]:
    hosts = settings.ALLOWED_HOSTS
    wide = [host for host in hosts if host == "*" or host.startswith(".")]
    trouble = ""
    if not settings.PRODUCTION:
        trouble = (
            "ALLOWED_HOSTS names no public host, so what guards people on one is off: HTTPS, "
            "HSTS, secure cookies. Set it to the host name that people use."
        )
    elif wide:
        trouble = (
            f"ALLOWED_HOSTS has “{wide[0]}”, which admits any host name or any below it, so that "
            "links in mail can be forged. Name each host that people use."
        )
    yield judged("hosts", trouble, f"Answers to {', '.join(hosts)} and to no other host name.")


def _secrets() -> Iterator[Finding]:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    weak = [key for key in keys if is_weak(str(key))]
    yield judged(
        "secret_key",
        f"SECRET_KEY, or one that it took the place of, can be guessed: under {KEY_LENGTH} "
        f"characters, or few different ones. Set one of {KEY_LENGTH} random characters."
        if weak
        else "",
        "SECRET_KEY is long and varied.",
    )


def is_weak(key: str) -> bool:
    """Whether a key can be guessed."""
    has_few = len(set(key)) < KEY_VARIETY
    return len(key) < KEY_LENGTH or has_few or key.startswith("django-insecure")


def _https() -> Iterator[Finding]:
    redirects = getattr(settings, "SECURE_SSL_REDIRECT", False)
    yield judged(
        "https",
        ""
        if redirects
        else "SECURE_SSL_REDIRECT is off. Leave it so only if the proxy itself answers every "
        "http:// address with a redirect to https://.",
        "Whoever comes by http:// is sent to https://.",
        level=HINT if settings.PRODUCTION else WRONG,
    )


def _cookies() -> Iterator[Finding]:
    wanted = {
        "SESSION_COOKIE_SECURE": settings.SESSION_COOKIE_SECURE,
        "CSRF_COOKIE_SECURE": settings.CSRF_COOKIE_SECURE,
        "SESSION_COOKIE_HTTPONLY": settings.SESSION_COOKIE_HTTPONLY,
        "SESSION_COOKIE_SAMESITE": settings.SESSION_COOKIE_SAMESITE in ("Lax", "Strict"),
        "CSRF_COOKIE_SAMESITE": settings.CSRF_COOKIE_SAMESITE in ("Lax", "Strict"),
    }
    missing = [name for name, is_so in wanted.items() if not is_so]
    yield judged(
        "cookies",
        f"Cookies can be read or sent where they must not be: {', '.join(missing)}. "
        "Set ALLOWED_HOSTS to the public host, which turns this on."
        if missing
        else "",
        "Cookies travel by HTTPS alone, to this site alone, and no script reads the session’s.",
    )


def _hsts() -> Iterator[Finding]:
    seconds = getattr(settings, "SECURE_HSTS_SECONDS", 0)
    said = f"Browsers insist on HTTPS for {seconds // DAY} days."
    if seconds < DAY:
        yield Finding(
            WRONG,
            "hsts",
            "Browsers are not told to insist on HTTPS. Set SECURE_HSTS_SECONDS, 2592000 (30 days) "
            "to begin with, once HTTPS works.",
        )
    elif seconds < LONG_HSTS:
        more = f"{said} Once all is well, set SECURE_HSTS_SECONDS=31536000 (a year)."
        yield Finding(HINT, "hsts", more)
    else:
        yield Finding(FINE, "hsts", said)


def _policy() -> Iterator[Finding]:
    """What pages may load and who may frame them: loosened by hand, or a middleware gone."""
    directives = settings.CONTENT_SECURITY_POLICY.get("DIRECTIVES", {})
    words = {str(word) for words in directives.values() for word in words}
    loose = sorted(words & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"})
    lacking = sorted(
        {"default-src", "frame-ancestors", "form-action", "base-uri"} - set(directives)
    )
    wanted = (
        "django.middleware.security.SecurityMiddleware",
        "visavis.web.ui.middleware.IsolationMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    )
    gone = [name.rsplit(".", 1)[-1] for name in wanted if name not in settings.MIDDLEWARE]
    found = [*loose, *lacking, *gone]
    yield judged(
        "policy",
        f"Pages are guarded less than they are made for: {', '.join(found)}. "
        "Take back what was changed in the settings."
        if found
        else "",
        "Pages load from this site alone, run no inline script, and no other site frames them.",
    )


def _proxies() -> Iterator[Finding]:
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    trouble = ""
    if settings.PRODUCTION and not count:
        trouble = (
            "TRUSTED_PROXY_COUNT is 0, so nobody’s X-Forwarded-Proto is believed: behind a proxy "
            "that ends TLS every page is redirected for ever, and limits count the proxy as one "
            "visitor. Set it to how many proxies of yours stand before Visavis."
        )
    yield judged(
        "proxies",
        trouble,
        f"The last {count} in X-Forwarded-For are believed to be proxies of yours. "
        "Each must write that header and X-Forwarded-Proto itself, whatever a visitor sends."
        if count
        else "No proxy is believed.",
    )


def _mail() -> Iterator[Finding]:
    sends = "smtp" in settings.DELIVERY_EMAIL_BACKEND
    host = getattr(settings, "EMAIL_HOST", "")
    is_plain = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL) and host not in LOCAL
    yield judged(
        "mail",
        ""
        if sends
        else "EMAIL_URL is not set, so nobody gets a sign-in code. Set it, like "
        "smtp+tls://user:password@mail.university.edu:587.",
        f"Mail goes out through {host or 'this machine'}.",
    )
    if sends and is_plain:
        yield Finding(
            WRONG,
            "mail_plain",
            f"Sign-in codes go to {host} unencrypted. Write smtp+tls:// in EMAIL_URL.",
        )
    yield judged(
        "sender",
        "DEFAULT_FROM_EMAIL is not set, so mails end as spam. Set it to an address that your mail "
        "server lets this machine use."
        if "@localhost" in settings.DEFAULT_FROM_EMAIL
        else "",
        f"Mail comes from {settings.DEFAULT_FROM_EMAIL}.",
    )


def _frameworks() -> Iterator[Finding]:
    """What Django's own deployment checks find beside what is said here."""
    for found in checks.run_checks(include_deployment_checks=True, tags=["security"]):
        code = found.id or ""
        if code not in SAID | CHOSEN and not found.is_silenced():
            yield Finding(WRONG, code.replace("security.", "django_"), str(found.msg))


# --- Files and database ---------------------------------------------------------------------------


def _files() -> Iterator[Finding]:
    """Whether others on this machine can read what only Visavis may."""
    paths = [
        settings.DATA,
        *(settings.DATA / name for name in ("secret_key", "mail", "backups")),
        *settings.DATA.glob("*.sqlite3*"),
    ]
    named = os.environ.get("SECRET_KEY_FILE")
    paths += [Path(named)] if named else []
    # In a folder that others cannot enter, what lies there is safe whatever its own rights.
    closed = not _mode(settings.DATA) & stat.S_IXOTH
    open_ones = [
        path
        for path in paths
        if _mode(path) & (stat.S_IROTH | stat.S_IWOTH)
        and not (closed and path != settings.DATA and path.is_relative_to(settings.DATA))
    ]
    first = open_ones[0] if open_ones else None
    yield judged(
        "files",
        f"Everybody on this machine can read {first}. Run: chmod -R o-rwx {first}" if first else "",
        f"Nobody else on this machine reads the data folder {settings.DATA}.",
    )
    if os.geteuid() == 0:
        yield Finding(
            HINT,
            "root",
            "Visavis runs as root, which it never needs. Give it a user of its own.",
        )


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _postgresql() -> Iterator[Finding]:
    version = connection.pg_version // 10000  # type: ignore[attr-defined]
    yield judged(
        "postgresql",
        f"The database is PostgreSQL {version}; Visavis wants {OLDEST_POSTGRESQL} or newer."
        if version < OLDEST_POSTGRESQL
        else "",
        f"The database is PostgreSQL {version}.",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper, coalesce(s.ssl, false) FROM pg_roles r "
            "LEFT JOIN pg_stat_ssl s ON s.pid = pg_backend_pid() WHERE r.rolname = current_user"
        )
        is_superuser, is_encrypted = cursor.fetchone()
    if is_superuser:
        yield Finding(
            HINT,
            "database_superuser",
            "Visavis is a superuser of the database. A role that owns its own tables is enough.",
        )
    host = str(connection.settings_dict.get("HOST") or "")
    if not is_encrypted and host not in LOCAL and not host.startswith("/"):
        yield Finding(
            WRONG,
            "database_plain",
            f"Everything goes to the database at {host} unencrypted. "
            "Add ?sslmode=require to DATABASE_URL.",
        )
    elif is_encrypted:
        yield Finding(FINE, "database_tls", "The way to the database is encrypted.")
