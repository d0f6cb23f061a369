"""What a form says of what it was opened with comes from a browser, and may be anything."""

import json
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from tests.factories.cast import Cast
from tests.hostile.forms import Form, forms_on
from tests.web.test_every_url import PAGES, arguments, client_of

pytestmark = pytest.mark.django_db

# A form of hours carries a short mark for what was seen, and the values apart.
CARRIERS = ("opened", "seen")
BROKEN = ("", "{", "[]", "[" * 2000, '{"unknown": 7}')
WRONG = (7, "x\x00", [["x"], 7, None], {"a": [1], "b": {}})
# Read by a form's own arithmetic, or looked up.
NAMED = {"end_minute", "owner_id", "service"}
FORMS = (
    "manage:closure",
    "manage:format",
    "manage:location",
    "manage:log_question",
    "manage:question",
    "manage:service_change",
    "manage:settings",
    "manage:student",
    "manage:wording",
    "teach:hours_block",
    "teach:hours_change",
)


def carrier_of(form: Form) -> str:
    """The field that holds what the form was opened with, blank for one that has none."""
    texts = {name: (form.values.get(name) or [""])[0] for name in CARRIERS}
    return next((name for name, text in texts.items() if text.startswith("{")), "")


def told_otherwise(own: str) -> Iterator[str]:
    """Texts that the form never carried."""
    yield from BROKEN
    values = json.loads(own)
    if any(value is not None for value in values.values()):
        yield json.dumps(dict.fromkeys(values))
    # Of plain values one stands for all; what lies in a list is for the form to read.
    looked_into = [name for name, value in values.items() if isinstance(value, list | dict)]
    for name in {*looked_into, min(values), max(values), *NAMED & values.keys()}:
        yield from (json.dumps(values | {name: one}) for one in WRONG)


@pytest.mark.parametrize("page", FORMS)
def test_no_form_breaks_over_what_it_is_said_to_have_been_opened_with(cast: Cast, page: str):
    client = client_of(cast, "admin" if page.startswith("manage:") else "provider")
    url = reverse(page, kwargs=arguments(PAGES[page], cast.own))
    [form] = [one for one in forms_on(url, client.get(url).getvalue().decode()) if carrier_of(one)]
    carrier, broken = carrier_of(form), []
    client.raise_request_exception = False
    if carrier == "opened":
        form.values |= {"end": "23:55", "seen": "another"}
    for text in told_otherwise(form.values[carrier][0]):
        with transaction.atomic():
            answer = client.post(form.action, form.values | {carrier: text})
            transaction.set_rollback(True)
        if answer.status_code != 422:
            broken.append((answer.status_code, text))
    assert broken == []
