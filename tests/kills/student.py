"""Students who book one time after the other through the served pages, and never give up."""

import http.client
import secrets
import threading
import time
from http import HTTPStatus
from urllib.parse import urlencode

ANSWERS_WITHIN = 20  # seconds
# Somebody reads the page; meanwhile the worker has the machine.
READS_FOR, TRIES_AGAIN_AFTER = 0.02, 0.1


class Students(threading.Thread):
    """Sends each wish until a page acknowledges it; `count` says how many are."""

    def __init__(self, wishes: list[dict], port: int) -> None:
        super().__init__(daemon=True)
        self.wishes, self.port = wishes, port
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
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_WITHIN)
        try:
            connection.request("POST", wish["path"], *_sent(wish))
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        there = answer.headers.get("Location", "")
        if answer.status == HTTPStatus.FOUND and "/bookings/" in there:
            return True
        self.trouble = f"{wish['path']} was answered with {answer.status} {there}."
        return False


def _sent(wish: dict) -> tuple[str, dict[str, str]]:
    """The form and its headers, as a browser sends them."""
    token = secrets.token_hex(16)
    cookies = f"sessionid={wish['session']}; csrftoken={token}"
    kind = "application/x-www-form-urlencoded"
    form = urlencode({**wish["form"], "csrfmiddlewaretoken": token}, doseq=True)
    return form, {"Cookie": cookies, "Content-Type": kind}
