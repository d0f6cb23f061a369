"""Hostile texts, typed where people type: kept as the text they are, or refused in a sentence.

All of them are typed into one world, and each list is opened once for all of them: a failure says
by the number in a text's mark whose it was.
"""

from dataclasses import dataclass
from html import unescape

import pytest
from django.db import transaction

from tests.factories.cast import MONDAY, Cast
from tests.hostile.forms import forms_on
from tests.hostile.texts import TEXTS
from tests.hostile.typed import (
    ROOT,
    Typist,
    as_sent,
    every_page_of,
    injected,
    letters,
    type_everything,
)
from tests.web.test_every_url import client_of
from visavis.core import clock
from visavis.people.models import User

pytestmark = pytest.mark.django_db

LISTS = ("students", "providers", "services", "locations", "closures", "links", "history",
         "appointments", "calendar", "hours", "eligibility")  # fmt: skip


@dataclass(frozen=True)
class Ground:
    typists: list[Typist]
    wrong: list[str]


@pytest.fixture(scope="module")
def ground(made_cast: Cast, django_db_blocker) -> Ground:
    with django_db_blocker.unblock(), clock.frozen_at(MONDAY):
        return Ground(*type_everything(made_cast))


def test_text_typed_anywhere_is_text_everywhere(cast: Cast, ground: Ground):
    wrong = list(ground.wrong)
    for client, path in [*((client_of(cast, "admin"), f"manage/{path}/") for path in LISTS),
                         (client_of(cast, "student"), "my-services/"),
                         (client_of(cast, "admin"), "manage/")]:  # fmt: skip
        for page in every_page_of(client, path):
            wrong += [f"{path}: {found}" for found in injected(page)]
    for typist in ground.typists:
        for client, path in typist.pages():
            answer = client.get(f"{ROOT}{path}")
            assert answer.status_code == 200, (typist.name, path)
            found = injected(answer.getvalue().decode())
            wrong += [f"{typist.name}: {path}: {one}" for one in found]
    assert wrong == []


def test_texts_that_were_typed_are_there_to_be_seen(cast: Cast, ground: Ground):
    """Otherwise nothing would be found because nothing was shown."""
    admin = client_of(cast, "admin")
    lists = ("students", "services", "locations", "closures", "links", "history")
    pages = {path: "".join(every_page_of(admin, f"manage/{path}/")) for path in lists}
    whole = {path: letters(unescape(html)) for path, html in pages.items()}
    shown = {
        path: sum(letters(typist.text)[:40] in whole[path] for typist in ground.typists)
        for path in lists
    }
    assert min(shown.values()) > 25, shown
    ids = [typist.student.pk for typist in ground.typists]
    assert User.objects.filter(pk__in=ids).exclude(last_name="Example").count() > 30


def test_text_of_a_community_is_text_on_its_pages(cast: Cast):
    """A name of which there is one, and which stands on every page: each text by itself."""
    admin, student, wrong = client_of(cast, "admin"), client_of(cast, "student"), []
    settings, taken = f"{ROOT}manage/settings/", 0
    forms = forms_on(settings, admin.get(settings).getvalue().decode())
    form = next(form for form in forms if "description" in form.names)
    values = {name: value for name, value in form.values.items() if name != "csrfmiddlewaretoken"}
    for name, text in TEXTS.items():
        typed = dict.fromkeys(("name", "description", "contact"), as_sent(text))
        with transaction.atomic():
            answer = admin.post(settings, {**values, **typed})
            assert answer.status_code in (302, 422), name
            taken += answer.status_code == 302
            answers = [answer, student.get(f"{ROOT}learn/"), admin.get(f"{ROOT}manage/")]
            for page in answers:
                found = injected(page.getvalue().decode())
                wrong += [f"{name}: {page.request['PATH_INFO']}: {one}" for one in found]
            transaction.set_rollback(True)
    assert wrong == []
    assert taken > 25
