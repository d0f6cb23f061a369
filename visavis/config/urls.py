"""Every address of Visavis, by face."""

from django.urls import include, path

urlpatterns = [
    path("", include("visavis.web.ui.urls")),
    path("school/", include("visavis.web.admin.school_urls")),
    path("go/", include("visavis.web.student.short_urls")),
    path("accounts/", include("visavis.web.accounts.urls")),
    path("c/<slug:community>/", include("visavis.web.student.urls")),
    path("c/<slug:community>/teach/", include("visavis.web.provider.urls")),
    path("c/<slug:community>/manage/", include("visavis.web.admin.urls")),
]

handler403 = "visavis.web.ui.views.errors.forbidden"
handler500 = "visavis.web.ui.views.errors.broken"
