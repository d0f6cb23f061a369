"""A wire between the server and its database that can be cut, and mended."""

import select
import socket
import threading
from typing import Self

CHUNK = 65536
LOOKS_EVERY = 0.1  # seconds


class Wire:
    """Listens on a port of its own and passes everything on; cut, it refuses and drops."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._is_cut, self._over = threading.Event(), threading.Event()
        self._accepting = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._over.set()
        self._accepting.join()
        self._listener.close()

    def cut(self) -> None:
        self._is_cut.set()

    def mend(self) -> None:
        self._is_cut.clear()

    def _accept(self) -> None:
        while not self._over.is_set():
            if not select.select([self._listener], [], [], LOOKS_EVERY)[0]:
                continue
            near, _address = self._listener.accept()
            if self._is_cut.is_set():
                near.close()
                continue
            far = socket.create_connection(self.target)
            threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        with near, far:
            while not self._is_cut.is_set() and not self._over.is_set():
                for ready in select.select([near, far], [], [], LOOKS_EVERY)[0]:
                    try:
                        told = ready.recv(CHUNK)
                        other[ready].sendall(told)
                    except OSError:
                        return
                    if not told:
                        return
