"""Answers of the test client."""

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase


def put_away(answer: HttpResponseBase) -> None:
    """Close what was answered, as a server does, but keep the connection: it is in a transaction.

    The client itself does so where it closes an answer.
    """
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)
