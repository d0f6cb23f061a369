"""Addresses that belong to no community."""

from django.urls import path

from visavis.web.ui.views.files import stored_file
from visavis.web.ui.views.health import healthz, metrics, readyz
from visavis.web.ui.views.home import home
from visavis.web.ui.views.styleguide import styleguide, styleguide_progress

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("files/<path:name>", stored_file, name="stored_file"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/progress/", styleguide_progress, name="styleguide_progress"),
]
