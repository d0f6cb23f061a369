"""A long file is planned in the memory of a short one."""

import tracemalloc

import pytest

from tests.imports.conftest import counts
from visavis.imports.seen import Seen


def long_file(count):
    rows = "".join(f"student{n}@x.edu,CHEM{n % 40},{n}\r\n" for n in range(count))
    return f"Email,Course,Student ID\r\n{rows}"


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_memory_does_not_grow_with_the_file(school, mode):
    school.apply("courses", "Subject,Number\n" + "".join(f"CHEM,{n}\n" for n in range(40)))
    school.plan("enrollment", long_file(2_000))  # what is made once for all is made now
    peaks = []
    for count in (3_000, 9_000):
        content = long_file(count).encode()
        tracemalloc.start()
        run = school.plan("enrollment", content, mode=mode)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert counts(run) == (count, 0, 0, 0)

    # The file itself, at most 10 MB, is held a few times while it is kept and read.
    assert peaks[1] - peaks[0] < 6_000 * 200


def test_a_row_far_from_the_first_of_its_kind_is_still_known_as_repeated(school):
    school.apply("courses", "Subject,Number\n" + "".join(f"CHEM,{n}\n" for n in range(40)))
    run = school.plan("enrollment", long_file(2_500) + "student0@x.edu,CHEM0,0\r\n")

    issue = run.issues.get()
    assert (issue.code, issue.line) == ("repeated_row", 2_502)
    assert "line 2 " in issue.message


def test_what_is_seen_first_stays():
    seen = Seen()
    assert seen.first("key", "one", 1) == ("one", 1)
    assert seen.first("key", "two", 2) == ("one", 1)
    assert seen.first("other", b"three", 3) == (b"three", 3)
    assert "key" in seen
    assert "nothing" not in seen
