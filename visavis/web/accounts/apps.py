from django.apps import AppConfig


class AccountsFaceConfig(AppConfig):
    name = "visavis.web.accounts"
    label = "web_accounts"
