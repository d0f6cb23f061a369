from django.apps import AppConfig

from visavis.core import measuring
from visavis.telemetry import metrics


class TelemetryConfig(AppConfig):
    name = "visavis.telemetry"

    def ready(self) -> None:
        measuring.listen(metrics.hear)
