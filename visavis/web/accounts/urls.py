"""Addresses of this face. allauth's own pages are not mounted: what is here is all there is."""

from django.urls import path

from visavis.web.accounts.views.calendars import (
    calendar_pause,
    calendar_reading,
    calendar_removal,
    calendar_resumption,
    calendars,
    calendars_state,
    feed_address,
    feed_removal,
    feed_renewal,
)
from visavis.web.accounts.views.demo import demo_mail, demo_sign_in
from visavis.web.accounts.views.factors import (
    app,
    app_removal,
    new_passkey,
    passkey_removal,
    recovery,
)
from visavis.web.accounts.views.feed import feed
from visavis.web.accounts.views.link import sign_in_by_link
from visavis.web.accounts.views.notes import notes
from visavis.web.accounts.views.own_data import (
    own_data,
    own_data_file,
    own_erasure,
    own_erasure_withdrawal,
)
from visavis.web.accounts.views.profile import profile
from visavis.web.accounts.views.providers import (
    begin,
    oidc_return,
    saml_acs,
    saml_metadata,
    saml_return,
)
from visavis.web.accounts.views.second_step import (
    confirmation,
    second_step,
    sign_in_by_passkey,
)
from visavis.web.accounts.views.security import device_ending, others_ending, security
from visavis.web.accounts.views.sign_in import enter_code, new_code, sign_in
from visavis.web.accounts.views.sign_out import sign_out

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("login/code/", enter_code, name="account_confirm_login_code"),
    path("login/code/new/", new_code, name="account_new_code"),
    path("with/<slug:provider>/", begin, name="account_begin"),
    # Named as allauth names them, which asks for them by these names.
    path("oidc/<slug:provider_id>/callback/", oidc_return, name="openid_connect_callback"),
    path("saml/<slug:organization_slug>/acs/", saml_acs, name="saml_acs"),
    path("saml/<slug:organization_slug>/return/", saml_return, name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/metadata/", saml_metadata, name="saml_metadata"),
    # allauth asks for this one by its name.
    path("login/second/", second_step, name="mfa_authenticate"),
    path("login/passkey/", sign_in_by_passkey, name="account_passkey"),
    path("logout/", sign_out, name="account_logout"),
    path("link/<str:token>/", sign_in_by_link, name="account_link"),
    path("profile/", profile, name="account_profile"),
    path("security/", security, name="account_security"),
    path("security/confirmation/", confirmation, name="account_confirmation"),
    path("security/app/", app, name="account_app"),
    path("security/app/removal/", app_removal, name="account_app_removal"),
    path("security/passkeys/new/", new_passkey, name="account_new_passkey"),
    path("security/passkeys/<int:pk>/removal/", passkey_removal, name="account_passkey_removal"),
    path("security/recovery/", recovery, name="account_recovery"),
    path("security/devices/<int:pk>/ending/", device_ending, name="account_device_ending"),
    path("security/devices/others/ending/", others_ending, name="account_others_ending"),
    path("calendars/", calendars, name="account_calendars"),
    path("calendars/state/", calendars_state, name="account_calendars_state"),
    path("calendars/address/", feed_address, name="account_feed_address"),
    path("calendars/address/renewal/", feed_renewal, name="account_feed_renewal"),
    path("calendars/address/removal/", feed_removal, name="account_feed_removal"),
    path("calendars/<uuid:public_id>/reading/", calendar_reading, name="account_calendar_reading"),
    path("calendars/<uuid:public_id>/pause/", calendar_pause, name="account_calendar_pause"),
    path(
        "calendars/<uuid:public_id>/resumption/",
        calendar_resumption,
        name="account_calendar_resumption",
    ),
    path("calendars/<uuid:public_id>/removal/", calendar_removal, name="account_calendar_removal"),
    # A slug has the letters of a token, and no others.
    path("feeds/<slug:token>.ics", feed, name="account_feed"),
    path("data/", own_data, name="account_data"),
    path("data/file/", own_data_file, name="account_data_file"),
    path("data/notes/", notes, name="account_notes"),
    path("data/erasure/", own_erasure, name="account_erasure"),
    path("data/erasure/withdrawal/", own_erasure_withdrawal, name="account_erasure_withdrawal"),
    path("demo/mail/", demo_mail, name="account_demo_mail"),
    path("demo/<slug:who>/", demo_sign_in, name="account_demo_sign_in"),
]
