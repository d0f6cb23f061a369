"""Addresses of the pages of those who give support."""

from django.urls import include, path

from visavis.web.hours.urls import hours_urls
from visavis.web.provider.doors import own_hours
from visavis.web.provider.views.answers import (
    acceptance,
    refusal,
    series_acceptance,
    series_refusal,
)
from visavis.web.provider.views.attendance import attendance
from visavis.web.provider.views.endings import cancellation, group_cancellation
from visavis.web.provider.views.logs import log, to_log
from visavis.web.provider.views.meetings import later, meeting, meetings, past
from visavis.web.provider.views.moves import move
from visavis.web.provider.views.profile import photo_removal, profile
from visavis.web.provider.views.proposals import proposal, withdrawal
from visavis.web.provider.views.series import series, series_ending

app_name = "teach"
urlpatterns = [
    path("", meetings, name="meetings"),
    path("later/", later, name="later"),
    path("past/", past, name="past"),
    path("to-log/", to_log, name="to_log"),
    path("meetings/<uuid:public_id>/", meeting, name="meeting"),
    path("meetings/<uuid:public_id>/acceptance/", acceptance, name="acceptance"),
    path("meetings/<uuid:public_id>/refusal/", refusal, name="refusal"),
    path("meetings/<uuid:public_id>/cancellation/", cancellation, name="cancellation"),
    path("meetings/<uuid:public_id>/proposal/", proposal, name="proposal"),
    path("meetings/<uuid:public_id>/proposal/withdrawal/", withdrawal, name="withdrawal"),
    path("meetings/<uuid:public_id>/move/", move, name="move"),
    path(
        "meetings/<uuid:public_id>/group-cancellation/",
        group_cancellation,
        name="group_cancellation",
    ),
    path("meetings/<uuid:public_id>/log/", log, name="log"),
    path("meetings/<uuid:public_id>/attendance/", attendance, name="attendance"),
    path("series/<uuid:public_id>/", series, name="series"),
    path("series/<uuid:public_id>/acceptance/", series_acceptance, name="series_acceptance"),
    path("series/<uuid:public_id>/refusal/", series_refusal, name="series_refusal"),
    path("series/<uuid:public_id>/ending/", series_ending, name="series_ending"),
    path("hours/", include(hours_urls(own_hours))),
    path("profile/", profile, name="profile"),
    path("profile/photo/removal/", photo_removal, name="photo_removal"),
]
