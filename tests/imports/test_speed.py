"""A long file stays within time and memory."""

import time
import tracemalloc

from tests.imports.conftest import counts

ROWS = 20_000


def long_file(count):
    rows = "".join(f"student{n}@x.edu,CHEM{n % 40}\r\n" for n in range(count))
    return f"Email,Course\r\n{rows}"


def test_a_long_enrolment_file_is_planned_in_seconds(school):
    school.apply("courses", "Subject,Number\n" + "".join(f"CHEM,{n}\n" for n in range(40)))
    content = long_file(ROWS)

    began = time.process_time()
    run = school.plan("enrollment", content)
    spent = time.process_time() - began

    assert counts(run) == (ROWS, 0, 0, 0)
    # 50,000 rows within 20 seconds, on a machine that others use as well.
    assert spent < 20 * ROWS / 50_000


def test_memory_does_not_grow_with_the_file(school):
    school.apply("courses", "Subject,Number\n" + "".join(f"CHEM,{n}\n" for n in range(40)))
    peaks = []
    for count in (3_000, 9_000):
        content = long_file(count).encode()
        tracemalloc.start()
        school.plan("enrollment", content)
        peaks.append(tracemalloc.get_traced_memory()[1] - len(content))
        tracemalloc.stop()

    # What stays of a row is a digest of its key and one of its content.
    assert peaks[1] - peaks[0] < 6_000 * 700
