from django.apps import AppConfig

from visavis.core import measuring
from visavis.telemetry import metrics, tracing


class TelemetryConfig(AppConfig):
    name = "visavis.telemetry"

    def ready(self) -> None:
        metrics.begin()
        measuring.listen(metrics.hear)
        measuring.listen(tracing.hear)
        tracing.start()
