"""Cookies as a browser gets them: from the settings of production, and from those of a trial."""

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import django, json
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
browser = Client(HTTP_HOST="{host}", HTTP_X_FORWARDED_PROTO="https")
tell = lambda c: [bool(c["secure"]), bool(c["httponly"]), c["samesite"], c["path"], c["domain"]]
answer = browser.get("/accounts/login/code/")
# Taken now: when the message was read, the cookie is taken back.
found = {{"messages": tell(answer.cookies["messages"])}}
browser.get("/accounts/login/")
browser.post("/accounts/login/", {{"email": "ann@else.test"}})
found |= {{c.key: tell(c) for c in browser.cookies.values() if c.key != "messages"}}
print(json.dumps({{"cookies": found, "hsts": answer.headers.get("Strict-Transport-Security", "")}}))
"""


def cookies_of(tmp_path, host, **environment):
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "VISAVIS_DEMO")}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(host=host)],
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "visavis.config.settings", "VISAVIS_DATA": str(tmp_path)}
        | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


@pytest.fixture
def static(tmp_path):
    """The page asks for its style sheet by a name that is only known once it was collected."""
    (tmp_path / "static").mkdir()
    names = ["dist/app.css", "dist/app.js", "dist/passkey.js", "ui/mark.svg"]
    names += ["mfa/js/webauthn.js", "mfa/js/webauthn-json.js", "django_htmx/htmx-2.min.js"]
    names += ["django_htmx/htmx.min.js", "django_htmx/django-htmx.js"]
    manifest = {"version": "1.1", "hash": "", "paths": {name: name for name in names}}
    (tmp_path / "static" / "staticfiles.json").write_text(json.dumps(manifest))


def test_in_production_cookies_are_for_this_host_over_https_alone(tmp_path, static):
    found = cookies_of(
        tmp_path, "meet.school.edu", ALLOWED_HOSTS="meet.school.edu", SECRET_KEY="x" * 60
    )
    assert set(found["cookies"]) == {"__Host-sessionid", "__Host-csrftoken", "messages"}
    for told in found["cookies"].values():
        assert told == [True, True, "Lax", "/", ""]
    assert found["hsts"].startswith("max-age=")


def test_on_this_machine_they_go_without_https(tmp_path, static):
    found = cookies_of(tmp_path, "127.0.0.1")
    assert set(found["cookies"]) == {"sessionid", "csrftoken", "messages"}
    for told in found["cookies"].values():
        assert told[:3] == [False, True, "Lax"]
