"""Addresses of the pages of those who give support."""

from django.urls import include, path

from visavis.web.hours.urls import hours_urls
from visavis.web.provider.doors import own_hours
from visavis.web.provider.views.meetings import (
    acceptance,
    attendance,
    cancellation,
    meetings,
    refusal,
)
from visavis.web.provider.views.profile import photo_removal, profile
from visavis.web.provider.views.series import series_ending

app_name = "teach"
urlpatterns = [
    path("", meetings, name="meetings"),
    path("meetings/<uuid:public_id>/acceptance/", acceptance, name="acceptance"),
    path("meetings/<uuid:public_id>/refusal/", refusal, name="refusal"),
    path("meetings/<uuid:public_id>/cancellation/", cancellation, name="cancellation"),
    path("meetings/<uuid:public_id>/attendance/", attendance, name="attendance"),
    path("series/<uuid:public_id>/ending/", series_ending, name="series_ending"),
    path("hours/", include(hours_urls(own_hours))),
    path("profile/", profile, name="profile"),
    path("profile/photo/removal/", photo_removal, name="photo_removal"),
]
