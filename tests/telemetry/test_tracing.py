"""Traces: only where a collector is named, and then of pages and searches and nobody."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.factories.world import make_world
from visavis.bookings.openings import ask
from visavis.telemetry import tracing

pytestmark = pytest.mark.django_db
ABOVE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    tracing.send_to(SimpleSpanProcessor(exporter))
    yield exporter
    tracing.send_to(None)


def test_without_a_collector_nothing_is_made(client, monkeypatch):
    for name in tracing.COLLECTORS:
        monkeypatch.delenv(name, raising=False)
    tracing.start()
    assert tracing._tracer is None
    assert client.get("/accounts/login/").status_code == 200


def test_a_collector_without_the_library_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setattr(tracing, "find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install visavis\[otel\]"):
        tracing.start()


def test_switched_off_it_stays_off(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    tracing.start()
    assert tracing._tracer is None


def test_a_request_is_a_span_below_the_proxys_and_names_its_page(client, spans):
    client.get("/accounts/login/?next=/go/Sup3rSecret/", headers={"traceparent": ABOVE})
    [span] = spans.get_finished_spans()
    assert span.name == "GET account_login"
    assert format(span.context.trace_id, "032x") == ABOVE.split("-")[1]
    assert dict(span.attributes) == {
        "http.route": "account_login",
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }
    assert "Sup3rSecret" not in json.dumps(json.loads(span.to_json()))


def test_a_search_is_a_span_as_long_as_it_took(spans):
    ask(make_world().question())
    [span] = [one for one in spans.get_finished_spans() if one.name == "slot_search"]
    assert 0 < span.end_time - span.start_time < 60e9


def test_spans_reach_a_collector_over_http(client):
    received = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words):
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/v1/traces"
        processor = SimpleSpanProcessor(OTLPSpanExporter(endpoint=address))
        tracing.send_to(processor)
        try:
            client.get("/accounts/login/")
        finally:
            tracing.send_to(None)
            server.shutdown()
            thread.join()
    [sent] = received
    [scope] = sent.resource_spans[0].scope_spans
    assert [span.name for span in scope.spans] == ["GET account_login"]
