"""The metrics as text, and who may read them."""

import hmac
import os
from ipaddress import ip_address

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from visavis.telemetry.rows import RowsCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = CONTENT_TYPE_LATEST


def write_metrics() -> bytes:
    """Everything that was counted, by all processes of this host, and what the rows know."""
    ours = REGISTRY
    if os.environ.get(FOLDER):
        ours = CollectorRegistry()
        MultiProcessCollector(ours)  # type: ignore[no-untyped-call]
    rows = CollectorRegistry()
    rows.register(RowsCollector())
    return generate_latest(ours) + generate_latest(rows)


def may_read(authorization: str, address: str) -> bool:
    """Whether the metrics are for whoever asks: by token, by network, or on this machine alone.

    Where people are served, nobody may until METRICS_TOKEN or METRICS_NETWORKS says who.
    """
    token, networks = settings.METRICS_TOKEN, settings.METRICS_NETWORKS
    if not token and not networks:
        return not settings.PRODUCTION
    if token and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
