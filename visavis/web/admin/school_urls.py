"""Addresses of the school's administrators."""

from django.urls import path

from visavis.web.admin.views.access import factors_removal, sessions_ending
from visavis.web.admin.views.communities import communities, new_community
from visavis.web.admin.views.identity_changes import (
    affiliation_role_removal,
    affiliation_roles_page,
    email_codes,
    identity_people,
    identity_provider_reading,
    identity_provider_removal,
    identity_provider_rise,
    identity_provider_switch,
    identity_removal,
)
from visavis.web.admin.views.identity_providers import (
    identity_provider,
    identity_provider_trial,
    new_oidc,
    new_saml,
    sign_in_ways,
)
from visavis.web.admin.views.people import (
    everything_about,
    people,
    person_erasure,
    person_file,
    person_refusal,
)
from visavis.web.admin.views.record import record, record_export
from visavis.web.admin.views.retention import school_due, school_retention
from visavis.web.admin.views.school import school
from visavis.web.admin.views.school_admins import school_admin_removal, school_admins

app_name = "school"

urlpatterns = [
    path("", communities, name="communities"),
    path("new/", new_community, name="new_community"),
    path("settings/", school, name="settings"),
    path("people/", people, name="people"),
    path("people/<int:pk>/", everything_about, name="person"),
    path("people/<int:pk>/file/", person_file, name="person_file"),
    path("people/<int:pk>/refusal/", person_refusal, name="person_refusal"),
    path("people/<int:pk>/erasure/", person_erasure, name="person_erasure"),
    path("people/<int:pk>/factors/removal/", factors_removal, name="factors_removal"),
    path("people/<int:pk>/sessions/ending/", sessions_ending, name="sessions_ending"),
    path("retention/", school_retention, name="retention"),
    path("retention/due/", school_due, name="retention_due"),
    path("administrators/", school_admins, name="admins"),
    path("administrators/<int:pk>/removal/", school_admin_removal, name="admin_removal"),
    path("sign-in/", sign_in_ways, name="sign_in"),
    path("sign-in/codes/", email_codes, name="email_codes"),
    path("sign-in/roles/", affiliation_roles_page, name="affiliation_roles"),
    path(
        "sign-in/roles/<int:pk>/removal/", affiliation_role_removal, name="affiliation_role_removal"
    ),
    path("sign-in/new/oidc/", new_oidc, name="new_oidc"),
    path("sign-in/new/saml/", new_saml, name="new_saml"),
    path("sign-in/<slug:provider>/", identity_provider, name="identity_provider"),
    path("sign-in/<slug:provider>/trial/", identity_provider_trial, name="identity_provider_trial"),
    path(
        "sign-in/<slug:provider>/switch/", identity_provider_switch, name="identity_provider_switch"
    ),
    path("sign-in/<slug:provider>/rise/", identity_provider_rise, name="identity_provider_rise"),
    path(
        "sign-in/<slug:provider>/reading/",
        identity_provider_reading,
        name="identity_provider_reading",
    ),
    path(
        "sign-in/<slug:provider>/removal/",
        identity_provider_removal,
        name="identity_provider_removal",
    ),
    path("sign-in/<slug:provider>/people/", identity_people, name="identity_people"),
    path(
        "sign-in/<slug:provider>/people/<int:pk>/removal/",
        identity_removal,
        name="identity_removal",
    ),
    path("sign-ins/", record, name="record"),
    path("sign-ins/csv/", record_export, name="record_export"),
]
