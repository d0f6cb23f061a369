"""`make docs`: write every document that comes from the code."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.printed.documents import DOCUMENTS, ROOT  # noqa: E402  (needs the settings)

for path, printed in DOCUMENTS.items():
    (ROOT / path).write_text(printed(), encoding="utf-8")
    print(f"{path} is written.")  # noqa: T201  (a command prints)
