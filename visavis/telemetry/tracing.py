"""Traces by OpenTelemetry, for whoever has a collector: off unless the environment names one.

The extra `visavis[otel]` brings the library. Its ready-made instruments for Django and databases
write paths, addresses and statements into their spans; ours name the page, the job and the search,
and nobody.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# What `core.measuring` says took some time, and becomes a span of its own.
STEPS = {"slot_search", "calendar_fetch", "job"}

_tracer: Any = None


def start() -> None:
    """Send spans to the collector that the environment names; nothing where it names none.

    Raises ImproperlyConfigured where the library is not installed.
    """
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    named = [name for name in COLLECTORS if os.environ.get(name)]
    if is_off or not named:
        return
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter") is None:
        raise ImproperlyConfigured(
            f"{named[0]} is set, and OpenTelemetry is not installed. Unset it, or run: "
            "pip install visavis[otel]"
        )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  (an extra)
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  (an extra)

    send_to(BatchSpanProcessor(OTLPSpanExporter()))


def send_to(processor: Any) -> None:
    """Make spans from now on and hand them to the processor; to None, make none."""
    global _tracer  # noqa: PLW0603  (one for the process, like the log)
    if processor is None:
        _tracer = None
        return
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  (an extra)
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  (an extra)

    # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say otherwise; the sampler is theirs, too.
    name = os.environ.get("OTEL_SERVICE_NAME", "visavis")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("visavis")


@contextmanager
def request_span(method: str, headers: Mapping[str, str]) -> Iterator[Any]:
    """A span around a request, below the one of the proxy that sent it; None where none are made.

    It is called by its page when that is known: `name_span`.
    """
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415  (an extra)
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415  (an extra)
        TraceContextTextMapPropagator,
    )

    carrier = {"traceparent": headers.get("traceparent", "")}
    above = TraceContextTextMapPropagator().extract(carrier)
    with _tracer.start_as_current_span(method, context=above, kind=SpanKind.SERVER) as span:
        yield span


def name_span(span: Any, name: str, **attributes: str | int) -> None:
    if span is not None:
        span.update_name(name)
        span.set_attributes(attributes)


def hear(what: str, seconds: float, labels: dict[str, str]) -> None:
    """A listener of `core.measuring`: what took some time is a span that ends now."""
    if _tracer is None or what not in STEPS:
        return
    end = time.time_ns()
    span = _tracer.start_span(what, start_time=end - int(seconds * 1e9), attributes=labels)
    span.end(end)
