"""What proves us to an identity provider lies in the database sealed under SECRET_KEY."""

import importlib

import pytest
from allauth.socialaccount.models import SocialApp
from django.apps import apps
from django.test import Client

from tests.factories.identity import make_oidc, make_saml
from visavis.identities.errors import Problem
from visavis.identities.own_keys import keep_key, left_under_old_key, read_key, sealed_key
from visavis.identities.problems import problem_for_staff
from visavis.identities.tasks import seal_keys_anew

pytestmark = pytest.mark.django_db
SECRET, PEM = "a-secret-that-nobody-sees", "-----BEGIN PRIVATE KEY-----"
migration = importlib.import_module("visavis.identities.migrations.0002_sealed_keys")


def rows() -> str:
    return repr(list(SocialApp.objects.values()))


def test_no_key_of_an_identity_provider_lies_in_clear():
    oidc, saml = make_oidc(), make_saml()
    assert SECRET not in rows()
    assert PEM not in rows()
    assert read_key(oidc.app) == SECRET
    assert read_key(saml.app).startswith(PEM)


def test_what_stood_in_clear_is_sealed_by_the_migration_and_opened_backwards():
    oidc, saml = make_oidc().app, make_saml().app
    private_key = read_key(saml)
    oidc.secret, oidc.settings = SECRET, {"server_url": "https://northfield.example"}
    saml.settings = {**saml.settings, "private_key": private_key}
    oidc.save()
    saml.save()
    assert SECRET in rows()
    migration.seal_keys(apps, None)
    oidc.refresh_from_db()
    saml.refresh_from_db()
    assert (oidc.secret, read_key(oidc), read_key(saml)) == ("", SECRET, private_key)
    assert oidc.settings["server_url"] == "https://northfield.example"
    migration.unseal_keys(apps, None)
    oidc.refresh_from_db()
    saml.refresh_from_db()
    assert (oidc.secret, saml.settings["private_key"]) == (SECRET, private_key)


def test_a_new_secret_key_takes_over_what_lay_under_the_old_one(settings):
    row, old = make_oidc(), settings.SECRET_KEY
    before = sealed_key(row.app)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-newer-key-" * 5, [old]
    assert read_key(row.app) == SECRET
    assert left_under_old_key() == [row]
    seal_keys_anew.call()
    assert left_under_old_key() == []
    row.app.refresh_from_db()
    assert sealed_key(row.app) != before
    settings.SECRET_KEY_FALLBACKS = []
    assert read_key(row.app) == SECRET


def test_a_key_that_cannot_be_read_is_told_in_words(settings):
    oidc, saml = make_oidc(is_on=True), make_saml(is_on=True)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-newer-key-" * 5, []
    with pytest.raises(Problem) as told:
        read_key(oidc.app)
    assert "SECRET_KEY is another one" in problem_for_staff(told.value)
    answer = Client().get(f"/accounts/saml/{saml.key}/metadata/")
    assert answer.status_code == 503
    assert "does not work at the moment" in answer.content.decode()
    seal_keys_anew.call()
    keep_key(oidc.app, "a fresh one")
    assert read_key(oidc.app) == "a fresh one"
