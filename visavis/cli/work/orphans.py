"""The site in a process of its own, which ends when the server that started it is killed.

This module is loaded there before Django is set up: it imports nothing of ours at its top.
"""

import gc
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess
from typing import Any

from django.utils.module_loading import import_string

SITE = "visavis.config.wsgi.application"
MAY_TAKE = 5  # seconds to end by itself


def load_site() -> Any:
    """The site as the server's processes load it; each watches its parent from then on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        name = "parent-watcher"
        threading.Thread(target=_end_with, args=[parent], name=name, daemon=True).start()
    site = import_string(SITE)
    # What is loaded now stays: the collector need not go through it with every few pages.
    gc.freeze()
    return site


def _end_with(parent: BaseProcess) -> None:
    """Wait for the server's end, however it came; a process left behind would keep the port."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(MAY_TAKE)
    os.kill(os.getpid(), signal.SIGKILL)
