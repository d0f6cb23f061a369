"""`visavis doctor`."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.factories.identity import make_oidc
from visavis.backups.last import remember_backup
from visavis.communities.actions import name_school
from visavis.communities.models import Community, School
from visavis.core import clock
from visavis.core.history import SYSTEM
from visavis.notifications.models import FailedTelling
from visavis.people.models import User

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def fit(settings, tmp_path, visavis):
    """A machine and a school with which nothing is wrong."""
    (tmp_path / "web/ui/static/dist").mkdir(parents=True)
    (tmp_path / "web/ui/static/dist/app.css").touch()
    settings.PACKAGE = settings.DATA = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.DEMO, settings.PRODUCTION = False, True
    settings.ALLOWED_HOSTS = ["support.uni.test"]
    settings.DELIVERY_EMAIL_BACKEND = SMTP
    settings.SECRET_KEY = "".join(chr(33 + number) for number in range(60))
    name_school("Uni", allowed_domains=["uni.test"], by=SYSTEM)
    visavis("admin", "add", "dean@uni.test")


@pytest.fixture
def found(visavis):
    """The level and code of every finding, and the exit status."""

    def run():
        answer = visavis("doctor", "--json")
        findings = answer.json["findings"]
        assert answer.json["ok"] == (answer.status == 0)
        return answer.status, [(finding["level"], finding["code"]) for finding in findings]

    return run


def test_nothing_is_wrong_with_a_fit_school(visavis, found):
    assert found() == (0, [("hint", "no_worker_yet")])
    assert visavis("doctor").stdout.splitlines()[-1] == "Nothing is wrong."


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"DEMO": True}, "demo_with_mail"),
        ({"DELIVERY_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "no_mail"),
        ({"SECRET_KEY": "short"}, "weak_secret_key"),
        ({"SECRET_KEY": "ab" * 40}, "weak_secret_key"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefghijk" * 9}, "weak_secret_key"),
        ({"ALLOWED_HOSTS": ["*"]}, "any_host"),
    ],
)
def test_wrong_setting_is_named_and_ends_with_status_one(settings, found, changes, code):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert found() == (1, [("wrong", code), ("hint", "no_worker_yet")])


def test_setting_that_is_not_read_any_more_is_named(found, monkeypatch):
    monkeypatch.setenv("SIGN_IN_RECORD_DAYS", "30")
    assert found() == (0, [("hint", "setting_not_read"), ("hint", "no_worker_yet")])


def test_unwritable_folder_is_wrong(settings, found, tmp_path):
    (tmp_path / "file").touch()
    settings.DATA = tmp_path / "file" / "folder"
    assert found()[1][0] == ("wrong", "data_folder")


def test_missing_style_sheet_is_wrong(found, tmp_path):
    (tmp_path / "web/ui/static/dist/app.css").unlink()
    assert found()[1][0] == ("wrong", "no_assets")


def test_missing_guard_is_wrong(found):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER commitment_no_overlap_update")
        else:
            cursor.execute("ALTER TABLE bookings_commitment DROP CONSTRAINT commitment_no_overlap")
    assert found() == (1, [("wrong", "no_guard"), ("hint", "no_worker_yet")])


def test_time_zone_that_is_gone_is_wrong(found):
    Community.objects.create(slug="moon", name="Moon", preset="course-first", timezone="Moon/Sea")
    assert found()[1][0] == ("wrong", "unknown_timezone")


def test_school_without_domains_and_administrator_gets_hints(found):
    School.objects.all().delete()
    User.objects.all().delete()
    assert found() == (
        0,
        [("hint", code) for code in ("no_worker_yet", "school_unnamed", "no_domains", "no_admin")],
    )


def test_a_change_that_could_not_be_told_is_named(found, visavis):
    now = clock.now()
    failed = FailedTelling(source="bookings", number=7, error="ValueError: unreadable", last_at=now)
    failed.next_at = now
    failed.save()
    assert ("hint", "not_told") not in found()[1]
    FailedTelling.objects.update(next_at=None)
    assert ("hint", "not_told") in found()[1]
    assert "bookings 7" in visavis("doctor").stdout


def test_school_with_something_to_lose_is_reminded_of_backups(visavis, found, settings):
    visavis(
        *("community", "create", "--slug", "centre", "--name", "Centre"),
        *("--preset", "course-first", "--timezone", "America/New_York"),
    )
    assert ("hint", "no_backup") not in found()[1]
    now = clock.now()
    Community.objects.update(created_at=now - timedelta(days=8))
    assert ("hint", "no_backup") in found()[1]
    remember_backup(settings.DATA / "made.zip", at=now - timedelta(days=8))
    assert ("hint", "no_backup") in found()[1]
    remember_backup(settings.DATA / "made.zip", at=now - timedelta(days=6))
    assert ("hint", "no_backup") not in found()[1]


def test_keys_of_identity_providers_that_need_an_old_secret_key_are_named(visavis, found, settings):
    make_oidc(is_on=True)
    old, new = settings.SECRET_KEY, "".join(chr(122 - number) for number in range(60))
    assert found() == (0, [("hint", "no_worker_yet")])
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, [old]
    assert ("hint", "keys_under_old_key") in found()[1]
    settings.SECRET_KEY_FALLBACKS = []
    status, findings = found()
    assert (status, ("wrong", "unreadable_keys") in findings) == (1, True)
    assert "Nobody can sign in with Northfield University" in visavis("doctor").stdout
