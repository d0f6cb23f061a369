from django.apps import AppConfig


class AdminFaceConfig(AppConfig):
    name = "visavis.web.admin"
    label = "web_admin"
