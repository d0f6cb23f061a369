"""Secrets that must be read again: sealed under the newest key, read under each."""

import pytest

from visavis.core.sealing import CannotUnseal, is_sealed_anew, seal, unseal

OLD, NEW = "an-old-key-" * 5, "a-newer-key-" * 5


def test_what_is_sealed_is_read_again_and_does_not_stand_in_it():
    sealed = seal("a secret", purpose="tests")
    assert "secret" not in sealed
    assert unseal(sealed, purpose="tests") == "a secret"


def test_what_was_sealed_for_one_purpose_is_not_read_for_another():
    with pytest.raises(CannotUnseal):
        unseal(seal("a secret", purpose="tests"), purpose="factors")


def test_an_earlier_key_reads_and_the_newest_writes(settings):
    settings.SECRET_KEY = OLD
    sealed = seal("a secret", purpose="tests")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert unseal(sealed, purpose="tests") == "a secret"
    assert not is_sealed_anew(sealed, purpose="tests")
    again = seal("a secret", purpose="tests")
    settings.SECRET_KEY_FALLBACKS = []
    assert is_sealed_anew(again, purpose="tests")
    with pytest.raises(CannotUnseal):
        unseal(sealed, purpose="tests")


@pytest.mark.parametrize("text", ["", "in clear", "é", "gAAAAAB" + "x" * 40])
def test_what_is_no_sealed_text_is_refused(text):
    with pytest.raises(CannotUnseal):
        unseal(text, purpose="tests")
