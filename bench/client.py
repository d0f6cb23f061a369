"""A browser's worth of HTTP: asks for one page over and over, on connections that are kept.

A process of its own, so that it does not share Python's lock with what it measures.
"""

import http.client
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time
from typing import Any

from bench import processes

TIMEOUT = 60


def get(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[float, int, int]:
    """One page: seconds until its last byte, the status, the bytes of its body."""
    start = perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    response = connection.getresponse()
    body = response.read()
    return perf_counter() - start, response.status, len(body)


def _ask_often(wish: dict[str, Any], times: int) -> list[tuple[float, int, int]]:
    connection = http.client.HTTPConnection("127.0.0.1", wish["port"], timeout=TIMEOUT)
    try:
        return [get(connection, wish["path"], wish["cookie"]) for _ in range(times)]
    finally:
        connection.close()


def run(wish: dict[str, Any]) -> dict[str, Any]:
    """Ask `requests` times over `connections` connections at once."""
    connections = wish["connections"]
    each = max(1, wish["requests"] // connections)
    start, computed = perf_counter(), process_time()
    with ThreadPoolExecutor(connections) as threads:
        parts = list(threads.map(_ask_often, [wish] * connections, [each] * connections))
    took = perf_counter() - start
    answers = [answer for part in parts for answer in part]
    return {
        "seconds": [seconds for seconds, _status, _size in answers],
        "bad": sum(status != http.client.OK for _seconds, status, _size in answers),
        "bytes": answers[-1][2],
        "a_second": len(answers) / took,
        "own_seconds": (process_time() - computed) / len(answers),
    }


if __name__ == "__main__":
    for message in processes.messages():
        processes.answer(run(message))
