"""Clients that keep asking a server, and what became of each of their requests."""

import http.client
import threading
from collections import Counter

ANSWERED, REFUSED, LOST = "answered", "refused", "lost"


class Clients:
    """Some keep their connection as a proxy does, the others make one for each request."""

    def __init__(self, port, path, *, count=8):
        self.port, self.path = port, path
        self.ends, self.statuses = Counter(), Counter()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask_on, args=[number % 2 == 0]) for number in range(count)
        ]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self, keeps):
        connection = None
        while not self._stop.is_set():
            connection = self._ask_once(connection)
            if connection is not None and not keeps:
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _ask_once(self, connection):
        """One request; the connection, if the server keeps it."""
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                connection.connect()
            except OSError:
                # Nothing was sent, so nothing can be lost: a proxy asks another server.
                self.ends[REFUSED] += 1
                self._stop.wait(0.05)
                return None
        try:
            connection.request("GET", self.path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.ends[LOST, type(error).__name__] += 1
            connection.close()
            return None
        self.ends[ANSWERED] += 1
        self.statuses[answer.status] += 1
        if answer.getheader("connection") == "close":
            connection.close()
            return None
        return connection
