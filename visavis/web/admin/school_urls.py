"""Addresses of the school's administrators."""

from django.urls import path

from visavis.web.admin.views.communities import communities, new_community
from visavis.web.admin.views.retention import school_due, school_retention
from visavis.web.admin.views.school import school
from visavis.web.admin.views.school_admins import school_admin_removal, school_admins

app_name = "school"

urlpatterns = [
    path("", communities, name="communities"),
    path("new/", new_community, name="new_community"),
    path("settings/", school, name="settings"),
    path("retention/", school_retention, name="retention"),
    path("retention/due/", school_due, name="retention_due"),
    path("administrators/", school_admins, name="admins"),
    path("administrators/<int:pk>/removal/", school_admin_removal, name="admin_removal"),
]
