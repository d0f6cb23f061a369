"""A search is never refused: what cannot be looked for whole is cut, and finds no more for it."""

from visavis.core.text import fold
from visavis.web.ui.inputs import SearchField


def test_search_that_is_too_long_goes_by_its_beginning():
    assert SearchField(max_length=5).clean("  Sam Hill") == "Sam H"


def test_search_for_a_nul_looks_for_a_sign_that_nobody_types():
    assert SearchField(max_length=50).clean("Sam\x00") == "Sam\ufffd"
    assert fold("Sam\x00") == "sam\ufffd"


def test_search_for_nothing_is_no_search():
    assert SearchField(max_length=50).clean(None) == ""
    assert SearchField(max_length=50).clean("   ") == ""
