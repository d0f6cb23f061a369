"""Ids that anybody can write: into addresses, forms and command lines."""

import pytest

from visavis.core.ids import LARGEST, read_id, read_ids


@pytest.mark.parametrize(("text", "id_"), [("7", 7), ("007", 7), (str(LARGEST), LARGEST)])
def test_digits_name_an_id(text, id_):
    assert read_id(text) == id_


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "+1", "1.5", " 7", "٧", "7\x00", str(LARGEST + 1), "9" * 5000]
)
def test_what_can_be_no_rows_id_names_none(text):
    assert read_id(text) is None


def test_of_many_those_that_name_one_are_kept_in_their_order():
    assert read_ids(["3", "x", "1", "9" * 30, "2"]) == [3, 1, 2]
