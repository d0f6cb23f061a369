"""Addresses of the school's administrators."""

from django.urls import path

from visavis.web.admin.views.access import factors_removal, people, person, sessions_ending
from visavis.web.admin.views.communities import communities, new_community
from visavis.web.admin.views.record import record, record_export
from visavis.web.admin.views.school import school
from visavis.web.admin.views.school_admins import school_admin_removal, school_admins

app_name = "school"

urlpatterns = [
    path("", communities, name="communities"),
    path("new/", new_community, name="new_community"),
    path("settings/", school, name="settings"),
    path("administrators/", school_admins, name="admins"),
    path("administrators/<int:pk>/removal/", school_admin_removal, name="admin_removal"),
    path("access/", people, name="access"),
    path("access/<int:pk>/", person, name="access_person"),
    path("access/<int:pk>/factors/removal/", factors_removal, name="factors_removal"),
    path("access/<int:pk>/sessions/ending/", sessions_ending, name="sessions_ending"),
    path("sign-ins/", record, name="record"),
    path("sign-ins/csv/", record_export, name="record_export"),
]
