"""What a load balancer asks."""

from http import HTTPStatus

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from visavis.web.ui.doors import Entrance, admits


@admits(Entrance.EVERYBODY)
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers. Touches no database."""
    return HttpResponse("ok", content_type="text/plain")


@admits(Entrance.EVERYBODY)
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; otherwise 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _not_ready("The database does not answer.")
    if waiting:
        return _not_ready(f"{len(waiting)} migrations are not applied. Run: visavis migrate")
    return HttpResponse("ready", content_type="text/plain")


def _not_ready(reason: str) -> HttpResponse:
    return HttpResponse(reason, content_type="text/plain", status=HTTPStatus.SERVICE_UNAVAILABLE)
