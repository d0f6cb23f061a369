"""Seal the keys that stood in clear: secrets of clients, and private keys for SAML."""

from django.db import migrations

from visavis.core.sealing import seal, unseal

PURPOSE = "identities"


def seal_keys(apps, schema_editor):
    for app in _apps(apps):
        if app.provider == "saml":
            app.settings["private_key"] = seal(app.settings["private_key"], purpose=PURPOSE)
        else:
            app.settings["client_secret"] = seal(app.secret, purpose=PURPOSE)
            app.secret = ""
        app.save(update_fields=["secret", "settings"])


def unseal_keys(apps, schema_editor):
    for app in _apps(apps):
        if app.provider == "saml":
            app.settings["private_key"] = unseal(app.settings["private_key"], purpose=PURPOSE)
        else:
            app.secret = unseal(app.settings.pop("client_secret"), purpose=PURPOSE)
        app.save(update_fields=["secret", "settings"])


def _apps(apps):
    return apps.get_model("socialaccount", "SocialApp").objects.filter(
        identity_provider__isnull=False
    )


class Migration(migrations.Migration):

    dependencies = [
        ("identities", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [migrations.RunPython(seal_keys, unseal_keys)]
