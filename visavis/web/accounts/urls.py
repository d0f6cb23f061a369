"""Addresses of this face. allauth's own pages are not mounted: what is here is all there is."""

from django.urls import path

from visavis.web.accounts.views.demo import demo_mail, demo_sign_in
from visavis.web.accounts.views.link import sign_in_by_link
from visavis.web.accounts.views.profile import profile
from visavis.web.accounts.views.sign_in import enter_code, new_code, sign_in
from visavis.web.accounts.views.sign_out import sign_out

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("login/code/", enter_code, name="account_confirm_login_code"),
    path("login/code/new/", new_code, name="account_new_code"),
    path("logout/", sign_out, name="account_logout"),
    path("link/<str:token>/", sign_in_by_link, name="account_link"),
    path("profile/", profile, name="account_profile"),
    path("demo/mail/", demo_mail, name="account_demo_mail"),
    path("demo/<slug:who>/", demo_sign_in, name="account_demo_sign_in"),
]
