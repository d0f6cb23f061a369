"""Students who book one time after the other through the served pages, and never give up."""

import threading
import time
from http import HTTPStatus

from tests.kills.browser import Door, press

# Somebody reads the page; meanwhile the worker has the machine.
READS_FOR, TRIES_AGAIN_AFTER = 0.02, 0.1


class Students(threading.Thread):
    """Sends each wish until a page acknowledges it; `count` says how many are."""

    def __init__(self, wishes: list[dict], port: int) -> None:
        super().__init__(daemon=True)
        self.wishes, self.door = wishes, Door("127.0.0.1", port)
        self.count = 0
        self.trouble = ""
        self._stopping = threading.Event()

    def run(self) -> None:
        for number, wish in enumerate(self.wishes, start=1):
            while not self._is_acknowledged(wish):
                if self.trouble or self._stopping.wait(TRIES_AGAIN_AFTER):
                    return
            self.count = number
            time.sleep(READS_FOR)

    def stop(self) -> None:
        """End, and raise what a page has answered that it should not."""
        self._stopping.set()
        self.join()
        if self.trouble:
            raise RuntimeError(self.trouble)

    def _is_acknowledged(self, wish: dict) -> bool:
        """Whether a page says that it is booked; False where no server is, or it was cut off."""
        answer = press(self.door, wish["path"], wish["form"], wish["session"])
        if answer is None:
            return False
        if answer.status == HTTPStatus.FOUND and "/bookings/" in answer.location:
            return True
        self.trouble = f"{wish['path']} was answered with {answer.status} {answer.location}."
        return False
