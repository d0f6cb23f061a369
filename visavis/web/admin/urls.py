"""Addresses of the administrator's pages."""

from django.urls import include, path

from visavis.web.admin.doors import hours_of_provider
from visavis.web.admin.views.closures import closure_removal, closures
from visavis.web.admin.views.downloads import export, import_file, template
from visavis.web.admin.views.history import history
from visavis.web.admin.views.import_steps import (
    application,
    choices,
    disposal,
    plan,
    undoing,
)
from visavis.web.admin.views.imports import import_run, progress, uploads
from visavis.web.admin.views.links import link_removal, links
from visavis.web.admin.views.locations import locations
from visavis.web.admin.views.messages import (
    example_mail,
    mail_text,
    mail_text_default,
    mail_text_preview,
    messages,
)
from visavis.web.admin.views.overview import overview
from visavis.web.admin.views.providers import eligibility, provider, providers
from visavis.web.admin.views.school import school
from visavis.web.admin.views.services import enrollment, service, services
from visavis.web.admin.views.settings import settings
from visavis.web.admin.views.students import students
from visavis.web.admin.views.undelivered import retry, retry_all, undelivered
from visavis.web.admin.views.wording import word, wording, wording_preview
from visavis.web.hours.urls import hours_urls

app_name = "manage"
TEXT = "messages/<slug:kind>/<slug:audience>/"
RUN = "imports/runs/<uuid:public_id>/"

urlpatterns = [
    path("", overview, name="overview"),
    path("services/", services, name="services"),
    path("services/<int:pk>/", service, name="service"),
    path("enrollment/", enrollment, name="enrollment"),
    path("providers/", providers, name="providers"),
    path("providers/<int:pk>/", provider, name="provider"),
    path("providers/<int:provider>/hours/", include(hours_urls(hours_of_provider))),
    path("eligibility/", eligibility, name="eligibility"),
    path("students/", students, name="students"),
    path("locations/", locations, name="locations"),
    path("imports/<slug:kind>/", uploads, name="uploads"),
    path("imports/<slug:kind>/template.csv", template, name="template"),
    path("imports/<slug:kind>/export.csv", export, name="export"),
    path(RUN, import_run, name="import"),
    path(f"{RUN}progress/", progress, name="import_progress"),
    path(f"{RUN}file/", import_file, name="import_file"),
    path(f"{RUN}plan/", plan, name="import_plan"),
    path(f"{RUN}choices/", choices, name="import_choices"),
    path(f"{RUN}application/", application, name="import_application"),
    path(f"{RUN}disposal/", disposal, name="import_disposal"),
    path(f"{RUN}undoing/", undoing, name="import_undoing"),
    path("settings/", settings, name="settings"),
    path("school/", school, name="school"),
    path("wording/", wording, name="wording"),
    path("wording/preview/", wording_preview, name="wording_preview"),
    path("wording/words/<slug:key>/", word, name="word"),
    path("messages/", messages, name="messages"),
    path("messages/undelivered/", undelivered, name="undelivered"),
    path("messages/undelivered/retry/", retry_all, name="retry_all"),
    path("messages/undelivered/<int:pk>/retry/", retry, name="retry"),
    path(TEXT, mail_text, name="mail_text"),
    path(f"{TEXT}preview/", mail_text_preview, name="mail_text_preview"),
    path(f"{TEXT}mail/", example_mail, name="example_mail"),
    path(f"{TEXT}default/", mail_text_default, name="mail_text_default"),
    path("links/", links, name="links"),
    path("links/<int:pk>/removal/", link_removal, name="link_removal"),
    path("closures/", closures, name="closures"),
    path("closures/<int:pk>/removal/", closure_removal, name="closure_removal"),
    path("history/", history, name="history"),
]
