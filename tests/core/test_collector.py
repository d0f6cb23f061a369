"""The garbage collector rests while many rows are read, and goes on afterwards."""

import gc
import sys
import threading

import pytest

from visavis.core import collector


def test_rests_within_and_goes_on_after():
    with collector.at_rest():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_goes_on_after_a_failure():
    with pytest.raises(RuntimeError), collector.at_rest():
        raise RuntimeError
    assert gc.isenabled()


def test_a_block_inside_another_does_not_wake_it():
    with collector.at_rest():
        with collector.at_rest():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_stays_off_for_whoever_turned_it_off():
    gc.disable()
    try:
        with collector.at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_goes_on_whatever_threads_do_at_once():
    """Of two threads one may stop it just after the other has let it go on."""
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=rest_often) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch)
    try:
        assert gc.isenabled()
    finally:
        gc.enable()


def rest_often():
    for _ in range(20_000):
        with collector.at_rest():
            pass
