"""What an entry of Courses covers: one service by its name, or all whose codes begin so."""

import pytest

from tests.factories.world import make_world
from visavis.catalogue.codes import Codes, covers, entry_key
from visavis.catalogue.models import Service

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("entry", "covered"),
    [
        ("chem 1301", ["CHEM1301"]),
        ("CHEM130", []),
        ("chem*", ["CHEM1301", "CHEM2"]),
        ("*", ["CHEM1301", "CHEM2", "Help"]),
        ("HELP", ["Help"]),
    ],
)
def test_an_entry_covers_the_same_everywhere(entry, covered):
    community = make_world().community
    Service.objects.filter(community=community).delete()
    for subject, number in [("CHEM", "1301"), ("CHEM", "2"), ("Help", "")]:
        Service.objects.create(community=community, subject=subject, number=number)
    there = {service.pk: service for service in Service.objects.all()}
    found = Codes(community).matches(entry, None)
    assert sorted(there[pk].code.replace(" ", "") for pk in found) == covered
    asked = [pk for pk, service in there.items() if covers(entry_key(entry), service.code_key)]
    assert sorted(asked) == sorted(found)
