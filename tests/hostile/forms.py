"""Every form of every page that somebody may open, as a browser would send it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Place
from tests.web.test_every_url import PAGES, SCHOOL, arguments

UNSENT = {"submit", "button", "image", "reset"}
TICKED = {"checkbox", "radio"}


@dataclass
class Form:
    """Where it goes, how, and what it would send as it stands: name → values."""

    page: str
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"{self.method} {self.action} (on {self.page})"


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.forms = page, list[Form]()
        self._form: Form | None = None
        self._select = self._textarea = ""

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.page, told.get("action") or self.page)
            self._form = Form(self.page, action, told.get("method", "get").upper())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, told)

    def _field(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "text")
        if tag == "select":
            self._select = name
            form.names.add(name)
        elif tag == "option" and self._select and "selected" in told:
            form.values.setdefault(self._select, []).append(told.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            form.names.add(name)
        elif tag in ("input", "button") and name:
            form.names.add(name)
            if kind == "file":
                form.files.add(name)
            elif kind in TICKED and "checked" in told:
                form.values.setdefault(name, []).append(told.get("value", "on"))
            elif kind not in UNSENT | TICKED:
                form.values.setdefault(name, []).append(told.get("value", ""))

    def handle_data(self, data):
        if self._textarea and self._form is not None:
            self._form.values.setdefault(self._textarea, []).append(data.removeprefix("\n"))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def forms_on(page: str, html: str) -> list[Form]:
    reader = _Reader(page)
    reader.feed(html)
    return [one for one in reader.forms if one.action.startswith("/")]


def addresses_for(place: Place) -> Iterator[str]:
    for name, page in PAGES.items():
        yield reverse(name, kwargs=arguments(page, place))
    for name, page in SCHOOL.items():
        if name not in ("account_logout", "account_demo_sign_in"):
            yield reverse(name, kwargs=page.arguments(place))


def every_form(client: Client, place: Place) -> list[Form]:
    """Each form once, from whichever page shows it, and each address that takes a POST."""
    found: dict[tuple[str, str, frozenset[str]], Form] = {}
    for url in addresses_for(place):
        with transaction.atomic():
            answer = client.get(url, follow=True)
            transaction.set_rollback(True)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page:
            here = answer.request["PATH_INFO"]
            query = answer.request.get("QUERY_STRING", "")
            page = f"{here}?{query}" if query else here
            for form in forms_on(page, answer.getvalue().decode()):
                path = urlsplit(form.action).path
                if path != "/accounts/logout/":
                    found.setdefault((form.method, path, frozenset(form.names)), form)
        found.setdefault(("POST", url, frozenset()), Form(url, url, "POST"))
    return list(found.values())
