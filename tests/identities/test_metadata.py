"""SAML metadata: which provider they describe, and reading them again."""

import pytest

from tests.factories.identity import make_saml
from tests.factories.world import MONDAY
from tests.identities.saml_server import saml_server
from visavis.core.models import HistoryEntry
from visavis.identities.actions import read_again
from visavis.identities.errors import Problem
from visavis.identities.metadata import read_metadata
from visavis.identities.tasks import read_metadata_again

NAMESPACE = "urn:oasis:names:tc:SAML:2.0:metadata"


@pytest.fixture(autouse=True)
def here(settings):
    settings.IDENTITY_PROVIDER_HOSTS = ["127.0.0.1"]


@pytest.fixture(scope="module")
def server():
    with saml_server() as running:
        yield running


def refused(xml, **how):
    with pytest.raises(Problem) as caught:
        read_metadata(xml, **how)
    return caught.value.code


def together(*documents):
    inside = b"".join(documents)
    return b'<EntitiesDescriptor xmlns="%s">%s</EntitiesDescriptor>' % (NAMESPACE.encode(), inside)


def test_one_is_found_alone_and_among_several_by_its_id(server):
    alone = read_metadata(server.metadata)
    assert (alone.entity_id, alone.idp["entityId"]) == (server.entity_id, server.entity_id)
    other = server.metadata.replace(server.entity_id.encode(), b"https://other.example/it's")
    both = together(server.metadata, other)
    assert refused(both) == "many_entities"
    assert refused(both, entity_id="https://third.example") == "other_entity"
    quoted = read_metadata(both, entity_id="https://other.example/it's")
    assert quoted.idp["entityId"] == "https://other.example/it's"


def test_what_describes_no_provider_that_works_is_refused(server):
    xml = server.metadata
    assert refused(b"") == "no_xml"
    assert refused(b"<a>") == "no_xml"
    assert refused(b'<EntityDescriptor xmlns="%s"/>' % NAMESPACE.encode()) == "no_metadata"
    assert refused(xml.replace(b"HTTP-Redirect", b"HTTP-POST")) == "no_redirect_binding"
    assert refused(xml.replace(b"X509Certificate>", b"X509SKI>")) == "no_certificate"
    bad = xml.replace(b"X509Certificate>MII", b"X509Certificate>AAA")
    assert refused(bad) == "bad_certificate"
    bomb = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    assert refused(bomb) == "unsafe_xml"


@pytest.mark.django_db
def test_metadata_are_read_again_and_what_was_there_stays_where_they_cannot_be(server):
    row = make_saml(issuer=server.entity_id, metadata_url=f"{server.root}/metadata")
    read_metadata_again.call()
    row.refresh_from_db()
    assert row.app.settings["idp"]["singleSignOnService"]["url"] == f"{server.root}/sso"
    assert row.app.settings["private_key"]
    assert [entry.verb for entry in HistoryEntry.objects.all()] == ["read new metadata"]
    row.metadata_url = "http://127.0.0.1:1/"
    row.save()
    assert read_again(row, now=MONDAY) == "no_answer"
    row.refresh_from_db()
    assert (row.problem, row.problem_data) == ("no_answer", {"host": "127.0.0.1"})
    assert row.app.settings["idp"]["singleSignOnService"]["url"] == f"{server.root}/sso"


@pytest.mark.django_db
def test_metadata_that_describe_another_provider_by_now_are_not_taken(server):
    row = make_saml(issuer="https://ours.example", metadata_url=f"{server.root}/metadata")
    assert read_again(row, now=MONDAY) == "other_entity"
