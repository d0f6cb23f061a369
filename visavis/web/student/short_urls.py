"""Short addresses, which stand on posters."""

from django.urls import path

from visavis.web.student.views.short_addresses import short_address

urlpatterns = [path("<slug:code>/", short_address, name="short_address")]
