"""Every setting of Visavis, read from the environment. See docs/guide/operator.md for the list."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from visavis.config.databases import JOBS, MIGRATION, complete, limits
from visavis.config.environment import (
    env,
    read_choice,
    read_database,
    read_mail,
    read_networks,
    read_not_negative,
    read_rates,
    read_switch,
    read_whole,
)
from visavis.config.secrets import find_secret, make_secret_key
from visavis.telemetry import logs

LOG_FORMATS, LOG_LEVELS = ("json", "text"), ("debug", "info", "warning", "error")
PACKAGE = Path(__file__).resolve().parent.parent

DATA = Path(env("VISAVIS_DATA", default="data")).resolve()
DEMO = read_switch("VISAVIS_DEMO", default=False)
DEBUG = read_switch("VISAVIS_DEBUG", default=False)
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
# Whoever names a host of their own serves people: demo doors and made-up keys end there.
PRODUCTION = bool(set(ALLOWED_HOSTS) - set(LOCAL_HOSTS))

if PRODUCTION and DEMO:
    raise ImproperlyConfigured(
        "VISAVIS_DEMO=1 lets anybody sign in as anybody, and ALLOWED_HOSTS names a public host. "
        "Unset VISAVIS_DEMO, or unset ALLOWED_HOSTS to try the demo on this machine."
    )

SECRET_KEY = find_secret("SECRET_KEY") or make_secret_key(DATA, production=PRODUCTION)
SECRET_KEY_FALLBACKS = [key for key in find_secret("SECRET_KEY_FALLBACKS").split(",") if key]

INSTALLED_APPS = [
    "visavis.core",
    "visavis.communities",
    "visavis.people",
    "visavis.identities",
    "visavis.catalogue",
    "visavis.availability",
    "visavis.bookings",
    "visavis.calendars",
    "visavis.notifications",
    "visavis.imports",
    "visavis.privacy",
    "visavis.copies",
    "visavis.telemetry",
    "visavis.web.ui",
    "visavis.web.hours",
    "visavis.web.student",
    "visavis.web.provider",
    "visavis.web.admin.apps.AdminFaceConfig",
    "visavis.web.accounts.apps.AccountsFaceConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
]

MIDDLEWARE = [
    "visavis.telemetry.requests.RequestEdgeMiddleware",
    "visavis.web.ui.middleware.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Before what answers with static files, so that theirs have these headers too.
    "visavis.web.ui.middleware.IsolationMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "visavis.web.accounts.middleware.DeviceMiddleware",
    "visavis.web.ui.middleware.HtmxEdgesMiddleware",
    "visavis.web.ui.limits.LimitsMiddleware",
    "visavis.web.ui.middleware.DomainErrorsMiddleware",
]

ROOT_URLCONF = "visavis.config.urls"
WSGI_APPLICATION = "visavis.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "visavis.web.ui.context.page",
            ],
            "builtins": ["visavis.web.ui.templatetags.ui"],
        },
    }
]

# --- Database ---------------------------------------------------------------------------------

DATABASES = {"default": read_database("DATABASE_URL", otherwise=DATA / "visavis.sqlite3")}
# A copy that PostgreSQL keeps up to date: for lists and exports, where the marked pages say so.
_replica = read_database("REPLICA_DATABASE_URL")
if _replica:
    DATABASES["replica"] = _replica
    DATABASE_ROUTERS = ["visavis.core.replicas.ReplicaRouter"]
    MIDDLEWARE.append("visavis.web.ui.replicas.RememberChangeMiddleware")
# How long after a change its author is shown what the first database says, in seconds.
REPLICA_LAG = read_not_negative("REPLICA_LAG", default=10)
for _database in DATABASES.values():
    complete(_database)
# The same for what is no page: `visavis worker` and other commands, and `visavis migrate`.
DATABASE_LIMITS = {"jobs": limits(JOBS), "migration": limits(JOBS, **MIGRATION)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Whether PostgreSQL keeps the plans of what every booking asks; not behind a transaction pooler.
PREPARE_STATEMENTS = read_switch("PREPARE_STATEMENTS", default=True)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # Rate limits live here; the default of 300 entries would throw them out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Files, mail, jobs ------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("VISAVIS_STATIC", default=str(DATA / "static"))).resolve()
STORAGES = {
    "default": {"BACKEND": "visavis.core.storage.DatabaseStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_BACKEND = "visavis.core.mail.QueuedEmailBackend"
if os.environ.get("EMAIL_URL"):
    _mail = read_mail()
    DELIVERY_EMAIL_BACKEND = _mail.pop("EMAIL_BACKEND")
    vars().update(_mail)
else:
    DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = 20  # seconds; a silent mail server must not hold the worker
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Visavis <visavis@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["visavis.web.accounts.backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "visavis.web.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "dashed": True}
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
# A whole campus may share one address on the net, so the limits by address are wide; those by
# mailbox (key) are what keeps a guesser out: 30 of 64 million codes an hour.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "60/m/ip,5/15m/key",
    "confirm_login_code": "120/m/ip,30/h/key",
    "begin_at_provider": "600/m/ip",
    "return_from_provider": "600/m/ip",
    # Second factors: whoever gets here has proven a mailbox, and may guess 30 of a million a day.
    "login_failed": "120/m/ip,5/5m/key,30/d/key",
}
# Counted in each process, before a page does any work; see web/ui/limits.py. An address on the net
# may stand for a whole campus.
LIMITS = {
    "search": read_rates("LIMIT_SEARCH", default="120/m/user,6000/m/ip"),
    "booking": read_rates("LIMIT_BOOKING", default="30/m/user,1500/m/ip"),
    "imports": read_rates("LIMIT_IMPORTS", default="30/m/user,120/m/ip"),
    "exports": read_rates("LIMIT_EXPORTS", default="30/m/user,120/m/ip"),
    "sign_in": read_rates("LIMIT_SIGN_IN", default="120/m/ip"),
}
SOCIALACCOUNT_ADAPTER = "visavis.web.accounts.adapter.IdentityAdapter"
# Identity providers that stand inside the school's own network, by host. All others are asked
# only at addresses of the open web, and by https.
IDENTITY_PROVIDER_HOSTS = [
    host.strip().rstrip(".").lower() for host in env.list("IDENTITY_PROVIDER_HOSTS", default=[])
]
# How many proxies of ours stand before the server: their last words name the visitor.
ALLAUTH_TRUSTED_PROXY_COUNT = read_whole("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
MFA_ADAPTER = "visavis.web.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # a code counts half a minute longer, for slow hands and clocks
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
# Whether the record of sign-ins says from which network.
KEEP_NETWORKS = read_switch("KEEP_NETWORKS", default=True)

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Security ---------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "visavis.web.accounts.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # Browsers take these names from this very host alone, over HTTPS, for all of its paths: no
    # neighbour in the same domain can plant one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_SSL_REDIRECT = read_switch("SECURE_SSL_REDIRECT", default=True)
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        # Where no proxy of ours writes it, anybody could.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = read_whole("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 30)
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith("*")]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # unique is email_key, the folded e-mail, which is what sign-in looks up
]

# --- Logs and figures -------------------------------------------------------------------------

_log_format = read_choice("LOG_FORMAT", LOG_FORMATS, default="json" if PRODUCTION else "text")
LOG_AS_JSON = _log_format == "json"
LOG_LEVEL = read_choice("LOG_LEVEL", LOG_LEVELS, default="info").upper()
LOGGING = logs.settings(as_json=LOG_AS_JSON, level=LOG_LEVEL)
METRICS_TOKEN = find_secret("METRICS_TOKEN")
METRICS_NETWORKS = read_networks("METRICS_NETWORKS")
# `visavis serve` tells its processes by this file that it is about to end.
STOPPING_MARK = os.environ.get("VISAVIS_STOPPING_MARK", "")
