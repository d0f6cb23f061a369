"""Two databases that differ by a name; prints which of them each page shows, as JSON.

DATABASE_URL=sqlite:///first REPLICA_DATABASE_URL=sqlite:///copy python -m … FIRST COPY
"""

import json
import os
import shutil
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.factories.cast import make_cast  # noqa: E402
from visavis.people.models import User  # noqa: E402

PAGES = {
    "students": "students/",
    "export": "imports/students/export.csv",
    "history": "history/",
    "history file": "history/export.csv",
    "settings": "settings/",
}


def main(first: str, copy: str) -> None:
    setup_test_environment()
    call_command("migrate", verbosity=0)
    cast = make_cast()
    here, admin = cast.own, cast.people["school_admin"]
    client = Client()
    client.force_login(admin)
    connections.close_all()
    shutil.copy(first, copy)
    User.objects.using("replica").filter(pk=here.student.pk).update(last_name="Fromcopy")
    User.objects.using("default").filter(pk=here.student.pk).update(last_name="Fromfirst")
    root = f"/c/{here.community.slug}/manage/"
    told = {"before": look(client, root)}
    client.post(f"{root}students/", {})
    told["after a form"] = look(client, root)
    print(json.dumps(told))  # noqa: T201


def look(client: Client, root: str) -> dict[str, list[str]]:
    """By page: which databases were asked for rows of people or history."""
    return {name: asked(client, root + path) for name, path in PAGES.items()}


def asked(client: Client, path: str) -> list[str]:
    logs = {alias: connections[alias] for alias in ("default", "replica")}
    for database in logs.values():
        database.force_debug_cursor = True
        database.queries_log.clear()
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    names = [name for name in ("Fromfirst", "Fromcopy") if name.encode() in body]
    busy = [alias for alias, database in logs.items() if database.queries_log]
    return [str(answer.status_code), *names, *busy]


if __name__ == "__main__":
    main(*sys.argv[1:])
