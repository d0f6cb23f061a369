"""Addresses of the school's administrators."""

from django.urls import path

from visavis.web.admin.views.communities import communities, new_community
from visavis.web.admin.views.people import (
    people,
    person,
    person_erasure,
    person_file,
    person_refusal,
)
from visavis.web.admin.views.retention import school_due, school_retention
from visavis.web.admin.views.school import school
from visavis.web.admin.views.school_admins import school_admin_removal, school_admins

app_name = "school"

urlpatterns = [
    path("", communities, name="communities"),
    path("new/", new_community, name="new_community"),
    path("settings/", school, name="settings"),
    path("people/", people, name="people"),
    path("people/<int:pk>/", person, name="person"),
    path("people/<int:pk>/file/", person_file, name="person_file"),
    path("people/<int:pk>/refusal/", person_refusal, name="person_refusal"),
    path("people/<int:pk>/erasure/", person_erasure, name="person_erasure"),
    path("retention/", school_retention, name="retention"),
    path("retention/due/", school_due, name="retention_due"),
    path("administrators/", school_admins, name="admins"),
    path("administrators/<int:pk>/removal/", school_admin_removal, name="admin_removal"),
]
