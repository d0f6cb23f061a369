"""Addresses of the pages of short addresses, under /c/<community>/manage/addresses/."""

from django.urls import path

from visavis.web.admin.views.short_addresses import addresses, qr_code, revocation, sheet

urlpatterns = [
    path("", addresses, name="short_addresses"),
    path("sheet/", sheet, name="short_address_sheet"),
    path("<int:pk>/qr.<str:kind>", qr_code, name="qr_code"),
    path("<int:pk>/revocation/", revocation, name="short_address_revocation"),
]
