"""Every field that is kept is in the map, with why, how long and what then."""

from pathlib import Path

from visavis.privacy.data_map.whole import TABLES, data_map, fields_there_are
from visavis.privacy.printing import printed_into

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"


def test_every_field_of_every_table_has_an_entry_and_no_other():
    """A new field needs its line in visavis/privacy/data_map: what, why, how long, what then."""
    assert fields_there_are() - set(data_map()) == set()
    assert set(data_map()) - fields_there_are() == set()


def test_every_entry_says_all_four():
    for entry in data_map().values():
        assert all((entry.what, entry.why, entry.until, entry.then)), entry


def test_no_table_is_listed_twice():
    names = [table.model for table in TABLES]
    assert len(names) == len(set(names))


def test_page_is_as_the_map():
    """Else: python -m visavis.privacy.printing docs/privacy.md, with Django's settings named."""
    text = PAGE.read_text(encoding="utf-8")
    assert printed_into(text) == text
