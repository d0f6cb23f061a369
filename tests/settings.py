"""Settings of the test suite: the product's own, with what tests must not touch replaced."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-not-a-secret-but-fifty-characters-long-0123456789")
os.environ.setdefault("VISAVIS_DEMO", "1")

from visavis.config.settings import *  # noqa: F403
from visavis.config.settings import STORAGES

# The manifest storage refuses files that collectstatic has not seen.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files are looked up when asked for; nothing is collected before a test.
WHITENOISE_AUTOREFRESH = True
