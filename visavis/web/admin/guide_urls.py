"""Addresses of the set-up guide, under /c/<community>/manage/setup/."""

from django.urls import path

from visavis.web.admin.views.guide import formats, guide, kind, opening, preview, wording
from visavis.web.admin.views.guide_people import courses, people
from visavis.web.admin.views.guide_places import hours, places

urlpatterns = [
    path("", guide, name="guide"),
    path("kind/", kind, name="guide_kind"),
    path("wording/", wording, name="guide_wording"),
    path("people/", people, name="guide_people"),
    path("courses/", courses, name="guide_courses"),
    path("hours/", hours, name="guide_hours"),
    path("places/", places, name="guide_places"),
    path("formats/", formats, name="guide_formats"),
    path("preview/", preview, name="guide_preview"),
    path("opening/", opening, name="guide_opening"),
]
