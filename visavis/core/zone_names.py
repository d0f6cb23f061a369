"""What a time zone is called in a sentence."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _


def zone_in_words(zone: ZoneInfo) -> str:
    """“New York time” for America/New_York; UTC and fixed offsets by their own name."""
    if zone.key == "UTC" or zone.key.startswith("Etc/"):
        return zone.key.removeprefix("Etc/")
    return _("%(city)s time") % {"city": zone.key.rsplit("/", maxsplit=1)[-1].replace("_", " ")}
