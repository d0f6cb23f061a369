"""A page is limited by what it is, and not by what its address is called.

Each address of the URL conf is opened as somebody who may: what hands out a file that is written
anew has the limit of exports, what has a line of search that of searches, and every form by which
somebody books, moves or cancels that of bookings. To add such a page: its name in LIMITED of
visavis/web/ui/limits.py.
"""

from collections.abc import Collection, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast
from tests.web.pages import ADMITS
from tests.web.test_every_url import PAGES, SCHOOL, arguments, client_of
from visavis.copies.models import Download
from visavis.people.enums import Act
from visavis.web.ui.limits import NAMES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_limits")]

OK, NO_FORM = 200, 405
PARTS = {"styleguide"}  # shows a line of search, and searches nothing
# Show how far a copy is, or put it away.
AROUND_FILES = {"manage:download", "manage:download_progress", "manage:download_removal"}
READERS = ("student", "provider", "admin", "school_admin")


def every_address(cast: Cast) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each, and what stands in it."""
    for name, page in PAGES.items():
        yield name, arguments(page, cast.own)
    for name, page in SCHOOL.items():
        yield name, page.arguments(cast.own)


def opened(cast: Cast) -> Iterator[tuple[str, Any]]:
    """Each page as the first of the readers sees it whom it lets in."""
    clients: dict[str, Client] = {role: client_of(cast, role) for role in READERS}
    for name, kwargs in every_address(cast):
        for client in clients.values():
            with transaction.atomic():
                answer = client.get(reverse(name, kwargs=kwargs))
                transaction.set_rollback(True)
            if answer.status_code == 200:
                yield name, answer
                break


def posted(cast: Cast) -> Iterator[tuple[str, Any]]:
    """Each page that answers an empty form with something to read, as a school's admin sees it."""
    client = client_of(cast, "school_admin")
    for name, kwargs in every_address(cast):
        if {**PAGES, **SCHOOL}[name].post == OK:
            with transaction.atomic():
                yield name, client.post(reverse(name, kwargs=kwargs))
                transaction.set_rollback(True)


def limit_of(name: str, method: str) -> str:
    return NAMES.get((name, method), "")


def is_file(answer: Any) -> bool:
    return answer.headers.get("Content-Disposition", "").startswith("attachment")


def is_search(answer: Any) -> bool:
    kind = answer.headers.get("Content-Type", "")
    return kind.startswith("text/html") and b'type="search"' in answer.getvalue()


def test_what_hands_out_a_file_or_searches_is_limited(cast: Cast):
    files, searches, wrong = set(), set(), []
    for name, answer in opened(cast):
        wanted = "exports" if is_file(answer) else "search" if is_search(answer) else ""
        {"exports": files, "search": searches}.get(wanted, set()).add(name)
        if wanted and name not in PARTS and limit_of(name, "GET") != wanted:
            wrong.append(f"GET {name} is one of {wanted}")
    for name, answer in posted(cast):
        if is_file(answer):
            files.add(name)
            if limit_of(name, "POST") != "exports":
                wrong.append(f"POST {name} is one of exports")
    assert wrong == [], "Name them in LIMITED of visavis/web/ui/limits.py."
    assert {"account_data_file", "school:person_file", "manage:history_export"} <= files
    assert {"manage:students", "student:services", "school:record"} <= searches


@pytest.mark.parametrize(
    ("limit", "acts"),
    [
        ("booking", {Act.LEARN, Act.BOOK_FOR_OTHERS, Act.FINISH_TEACHING, Act.CHANGE_MEETINGS}),
        ("imports", {Act.IMPORT}),
    ],
    ids=["booking", "imports"],
)
def test_what_books_or_uploads_is_limited(limit: str, acts: set[Act]):
    """By the act that the door of the page asks for, wherever the page takes a form."""
    forms = {name for name, page in PAGES.items() if ADMITS[name] in acts and page.post != NO_FORM}
    assert len(forms) > len(acts)
    assert sorted(name for name in forms if limit_of(name, "POST") != limit) == []


def test_what_takes_lists_out_is_limited(cast: Cast):
    """By the act that the door asks for, but for pages that neither hand out a file nor make one.

    The meter among those is asked for every few seconds: as an export it would stop the waiting.
    """
    taking = {name for name, admitted in ADMITS.items() if admitted is Act.TAKE_OUT}
    assert taking > AROUND_FILES
    assert sorted(name for name in taking if limit_of(name, "GET") != "exports") == sorted(
        AROUND_FILES
    )
    assert {"manage:new_download", "manage:download_file"} <= makes_or_hands_out(cast, taking)
    assert makes_or_hands_out(cast, AROUND_FILES) == set()


def makes_or_hands_out(cast: Cast, names: Collection[str]) -> set[str]:
    """Those of the pages that answer with a file, or have one made by the worker."""
    client, found = client_of(cast, "admin"), set()
    for name, kwargs in every_address(cast):
        if name not in names:
            continue
        for ask in (client.get, client.post):
            with transaction.atomic():
                # There are copies to ask for anew only where none stands.
                if "public_id" not in kwargs:
                    Download.objects.all().delete()
                before = Download.objects.count()
                answer = ask(reverse(name, kwargs=kwargs))
                if is_file(answer) or Download.objects.count() > before:
                    found.add(name)
                transaction.set_rollback(True)
    return found
