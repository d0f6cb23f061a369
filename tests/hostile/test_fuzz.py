"""Every form and every address, with anything in any field: never a fault, never a leak.

Hypothesis chooses what is sent, as a student, a provider and an administrator. Beside texts and
numbers it sends ids of the other community, of which nothing may ever be read, linked or changed.
There is no API yet; when there is, its description drives a test of its own.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.cast import Cast
from tests.hostile.forms import Form, every_form
from tests.hostile.texts import TEXTS
from tests.web.test_every_url import client_of
from visavis.availability.models import Location
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.models import Community
from visavis.people.models import User

pytestmark = pytest.mark.django_db

OTHER = "zqelsewhere"
KEYS = ("pk", "public_id", "slug", "email")
DATES = ["0001-01-01", "9999-12-31", "2027-02-29", "2027-03-14", "2027-11-07", "20270301", "-1"]
TIMES = ["00:00", "24:00", "25:61", "02:30", "9am", "-1:00", "2027-02-16T15:00Z"]
NUMBERS = ["0", "-1", "1e309", "NaN", str(2**31), str(2**63), str(10**40), "٣", "0x10", "1.5"]
WORDS = ["", "on", "1", "yes", "None", "null", "admin", "replace", "cancelled", "UTC", "Mars/Base"]


@dataclass(frozen=True)
class Ground:
    """The forms that a role sees, and what belongs to the other community."""

    client: Client
    forms: list[Form]
    ids: list[str]
    before: str


@pytest.fixture(scope="module")
def marked(made_cast: Cast, django_db_blocker) -> Cast:
    """The cast, with one word in every name of the other community."""
    with django_db_blocker.unblock():
        community = made_cast.other.community
        Community.objects.filter(pk=community.pk).update(name=f"{OTHER} Centre")
        Service.objects.filter(community=community).update(subject=OTHER, name=OTHER)
        AppointmentFormat.objects.filter(community=community).update(name=OTHER)
        Location.objects.filter(community=community).update(name=OTHER)
        theirs = models.Q(providers__community=community) | models.Q(
            bookings__appointment__community=community
        )
        ids = list(User.objects.filter(theirs).values_list("pk", flat=True))
        User.objects.filter(pk__in=ids).update(first_name=OTHER, last_name=OTHER)
    return made_cast


@pytest.fixture(scope="module", params=["student", "provider", "admin"])
def ground(request, marked: Cast, django_db_blocker) -> Iterator[Ground]:
    with django_db_blocker.unblock():
        client = client_of(marked, request.param)
        forms = every_form(client, marked.own)
        yield Ground(client, forms, theirs_of(marked), state_of(marked.other.community))


def theirs_of(cast: Cast) -> list[str]:
    """Every key and public id of the other community's things."""
    place = cast.other
    found = []
    people = [place.provider.user, place.colleague.user, place.clerk.user]
    for thing in [*vars(place).values(), *vars(place.world).values(), *people]:
        if isinstance(thing, models.Model):
            found += [str(getattr(thing, name)) for name in KEYS if getattr(thing, name, None)]
    return list(dict.fromkeys(found))


def state_of(community: Community) -> str:
    """Everything that the community owns, in one word."""
    seen = hashlib.sha256()
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if model.__module__.startswith("visavis.") and "community" in names:
            field = model._meta.get_field("community")
            if field.is_relation:
                rows = model.objects.filter(community=community).order_by("pk").values()
                seen.update(repr(list(rows)).encode())
    return seen.hexdigest()


def crossed() -> list[str]:
    """Rows of one community that point at a row of another one."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("visavis."):
            continue
        fields = {one.name: one for one in model._meta.concrete_fields if one.is_relation}
        if "community" not in fields:
            continue
        for name, field in fields.items():
            target = {one.name for one in field.related_model._meta.concrete_fields}
            if name != "community" and "community" in target:
                odd = model.objects.exclude(**{f"{name}__community": models.F("community")})
                if odd.filter(**{f"{name}__isnull": False}).exists():
                    found.append(f"{model._meta.label}.{name}")
    return found


def values(ids: list[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(ids),
        st.sampled_from(list(TEXTS.values())),
        st.sampled_from([*DATES, *TIMES, *NUMBERS, *WORDS]),
        st.text(max_size=40),
        st.integers().map(str),
    )


def files() -> st.SearchStrategy[SimpleUploadedFile]:
    return st.builds(
        SimpleUploadedFile,
        st.sampled_from(
            ["a.csv", "../../a.csv", "a.xlsx", "a.png", "a.svg", "x" * 300, "a\x00.csv"]
        ),
        st.one_of(st.binary(max_size=200), st.just(b"Email\n=cmd|x\n"), st.just(b"PK\x03\x04junk")),
    )


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_form_fails_or_tells_of_another_community(cast, ground: Ground, data):
    form = data.draw(st.sampled_from(ground.forms), label="form")
    names = sorted(form.names - {"csrfmiddlewaretoken"}) or ["name", "day", "public_id"]
    sent: dict[str, object] = {
        name: value for name, value in form.values.items() if name != "csrfmiddlewaretoken"
    }
    for name in data.draw(st.lists(st.sampled_from(names), max_size=6), label="fields"):
        if name in form.files:
            sent[name] = data.draw(files(), label=name)
        elif data.draw(st.booleans(), label=f"{name} is left out") and name in sent:
            del sent[name]
        else:
            sent[name] = data.draw(st.lists(values(ground.ids), min_size=1, max_size=3), label=name)
    headers = {"hx-request": "true"} if data.draw(st.booleans(), label="htmx") else {}
    plain = {name: _encodable(value) for name, value in sent.items()}
    with transaction.atomic():
        # A fault would come out of here as the exception that it is.
        ask = ground.client.post if form.method == "POST" else ground.client.get
        answer = ask(form.action, plain, headers=headers)
        assert answer.status_code < 500
        assert OTHER not in answer.getvalue().decode(errors="replace").lower()
        if form.method == "POST" and answer.status_code < 400:
            assert state_of(cast.other.community) == ground.before
            assert crossed() == []
        transaction.set_rollback(True)


def _encodable(value):
    if isinstance(value, list):
        return [one.encode(errors="replace").decode() for one in value]
    return value


def test_ground_of_the_fuzz_is_wide(ground: Ground, cast: Cast):
    """Otherwise nothing would be found because nothing was asked."""
    taken = {form.action for form in ground.forms if form.method == "POST"}
    assert len(taken) > 80
    assert len(ground.ids) > 15
    assert sum(len(form.names) for form in ground.forms) > 100 or len(ground.forms) > 100
    assert crossed() == []


def test_word_of_the_other_community_is_there_to_be_found(cast: Cast, marked: Cast):
    answer = client_of(cast, "school_admin").get("/c/writing/manage/appointments/?span=all")
    assert OTHER in answer.content.decode().lower()
