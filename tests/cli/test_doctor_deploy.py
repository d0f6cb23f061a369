"""`visavis doctor --deploy`: everything that guards people on a public host, in sentences."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from visavis.backups.last import remember_backup
from visavis.communities.actions import name_school
from visavis.core.history import SYSTEM
from visavis.core.models import PeriodicTick

pytestmark = pytest.mark.django_db
KEY = "".join(chr(33 + number) for number in range(60))


@pytest.fixture(autouse=True)
def fit(settings, tmp_path, visavis):
    """A public host with which nothing is wrong."""
    (tmp_path / "web/ui/static/dist").mkdir(parents=True)
    (tmp_path / "web/ui/static/dist/app.css").touch()
    tmp_path.chmod(0o700)
    settings.PACKAGE = settings.DATA = tmp_path
    settings.DEMO, settings.PRODUCTION = False, True
    settings.ALLOWED_HOSTS = ["support.uni.test"]
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.uni.test", True
    settings.DEFAULT_FROM_EMAIL = "support@uni.test"
    settings.SECRET_KEY = KEY
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    name_school("Uni", allowed_domains=["uni.test"], by=SYSTEM)
    visavis("admin", "add", "dean@uni.test")
    PeriodicTick.objects.update_or_create(name="look", defaults={"due_at": timezone.now()})


@pytest.fixture
def found(visavis):
    """What is wrong or hinted at, and the exit status."""

    def run():
        answer = visavis("doctor", "--deploy", "--json")
        levels = {one["code"]: one["level"] for one in answer.json["findings"]}
        assert len(levels) == len(answer.json["findings"]), "two findings of one code"
        assert all(re.search(r"\.$|Run: .+$", one["message"]) for one in answer.json["findings"])
        assert answer.json["ok"] == (answer.status == 0)
        return answer.status, levels

    return run


def test_fit_host_is_told_what_was_looked_at(visavis, found):
    status, levels = found()
    assert status == 0
    assert "wrong" not in levels.values()
    looked_at = {
        "debug", "demo", "hosts", "secret_key", "https", "cookies", "hsts", "policy", "proxies",
        "mail", "sender", "files", "worker",
    }  # fmt: skip
    assert {code for code, level in levels.items() if level == "fine"} >= looked_at
    assert visavis("doctor", "--deploy").stdout.splitlines()[-1] == "Nothing is wrong."


@pytest.mark.parametrize(
    ("changes", "code", "level"),
    [
        ({"DEBUG": True}, "debug", "wrong"),
        ({"DEMO": True}, "demo", "wrong"),
        ({"PRODUCTION": False}, "hosts", "wrong"),
        ({"ALLOWED_HOSTS": ["*"]}, "hosts", "wrong"),
        ({"ALLOWED_HOSTS": [".uni.test"]}, "hosts", "wrong"),
        ({"SECRET_KEY": "ab" * 40}, "secret_key", "wrong"),
        ({"SECRET_KEY_FALLBACKS": ["short"]}, "secret_key", "wrong"),
        ({"SECURE_SSL_REDIRECT": False}, "https", "hint"),
        ({"SECURE_SSL_REDIRECT": False, "PRODUCTION": False}, "https", "wrong"),
        ({"SESSION_COOKIE_SECURE": False}, "cookies", "wrong"),
        ({"CSRF_COOKIE_SECURE": False}, "cookies", "wrong"),
        ({"SESSION_COOKIE_HTTPONLY": False}, "cookies", "wrong"),
        ({"SESSION_COOKIE_SAMESITE": "None"}, "cookies", "wrong"),
        ({"SECURE_HSTS_SECONDS": 0}, "hsts", "wrong"),
        ({"SECURE_HSTS_SECONDS": 60 * 60 * 24 * 30}, "hsts", "hint"),
        ({"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {}}}, "policy", "wrong"),
        ({"ALLAUTH_TRUSTED_PROXY_COUNT": 0}, "proxies", "wrong"),
        ({"EMAIL_USE_TLS": False}, "mail_plain", "wrong"),
        ({"DEFAULT_FROM_EMAIL": "Visavis <visavis@localhost>"}, "sender", "wrong"),
        (
            {"DELIVERY_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"},
            "mail",
            "wrong",
        ),
        ({"SECURE_CONTENT_TYPE_NOSNIFF": False}, "django_W006", "wrong"),
        ({"X_FRAME_OPTIONS": "SAMEORIGIN"}, "django_W019", "wrong"),
    ],
)
def test_each_thing_that_leaves_people_unguarded_is_named(settings, found, changes, code, level):
    for name, value in changes.items():
        setattr(settings, name, value)
    status, levels = found()
    assert levels[code] == level
    assert status == (level == "wrong")


def test_middleware_that_is_gone_is_named(settings, visavis, found):
    gone = "django.middleware.csrf.CsrfViewMiddleware"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != gone]
    assert found()[1]["policy"] == "wrong"
    assert "CsrfViewMiddleware" in visavis("doctor", "--deploy").stdout


def test_worker_that_sleeps_is_wrong_on_a_public_host(found):
    PeriodicTick.objects.all().delete()
    status, levels = found()
    assert (status, levels["no_worker_yet"]) == (1, "wrong")
    assert "worker" not in levels


def test_data_that_others_on_the_machine_can_read_are_named(tmp_path, visavis, found):
    tmp_path.chmod(0o755)
    (tmp_path / "secret_key").write_text(KEY)
    (tmp_path / "secret_key").chmod(0o644)
    assert found()[1]["files"] == "wrong"
    assert f"chmod -R o-rwx {tmp_path}" in visavis("doctor", "--deploy").stdout
    tmp_path.chmod(0o750)
    assert found()[1]["files"] == "fine"


def test_key_file_elsewhere_that_others_can_read_is_named(tmp_path_factory, monkeypatch, found):
    key = tmp_path_factory.mktemp("keys") / "key"
    key.write_text(KEY)
    key.chmod(0o604)
    monkeypatch.setenv("SECRET_KEY_FILE", str(key))
    assert found()[1]["files"] == "wrong"


def test_last_backup_is_named_and_a_first_one_is_missed(settings, visavis, found):
    assert found()[1]["no_backup"] == "hint"
    now = timezone.now()
    remember_backup(settings.DATA / "made.zip", at=now)
    assert found()[1]["backup"] == "fine"
    assert f"is of {now:%Y-%m-%d}" in visavis("doctor", "--deploy").stdout


def test_database_is_looked_at(found):
    levels = found()[1]
    if connection.vendor == "sqlite":
        assert levels["sqlite"] == "hint"
    else:
        assert levels["postgresql"] == "fine"


def test_how_many_things_are_wrong_is_said_at_the_end(settings, visavis):
    settings.DEMO, settings.DEBUG = True, True
    answer = visavis("doctor", "--deploy")
    assert answer.status == 1
    assert answer.stdout.splitlines()[-1] == "2 things to put right before people use it."


def test_settings_of_a_public_host_guard_it_without_more_ado(tmp_path):
    """The real command with what the operator's guide tells to set, in a process of its own."""
    tmp_path.chmod(0o700)
    names = ("PATH", "PYTHONPATH", "HOME")
    environment = {name: os.environ[name] for name in names if name in os.environ} | {
        "VISAVIS_DATA": str(tmp_path),
        "ALLOWED_HOSTS": "support.uni.test",
        "SECRET_KEY": KEY,
        "EMAIL_URL": "smtp+tls://visavis:hidden-word@mail.uni.test:587",
        "DEFAULT_FROM_EMAIL": "support@uni.test",
    }
    command = [sys.executable, "-m", "visavis.cli.main", "doctor", "--deploy", "--json"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    told = json.loads(done.stdout)
    wrong = {one["code"] for one in told["findings"] if one["level"] == "wrong"}
    assert wrong <= {"no_worker_yet", "no_assets", "no_backup"}
    fine = {one["code"] for one in told["findings"] if one["level"] == "fine"}
    assert fine >= {"https", "cookies", "policy", "proxies", "mail", "secret_key", "files"}
    assert "hidden-word" not in done.stdout + done.stderr
