"""Who may see what of an import."""

from django.contrib.auth.models import AnonymousUser

from visavis.imports.models import Import
from visavis.people.models import User
from visavis.people.rules import Standing, can_manage


def can_open_import_file(user: User | AnonymousUser, name: str) -> bool:
    """The uploaded file is for those who manage its community."""
    found = Import.objects.filter(file=name).select_related("community").first()
    return found is not None and can_manage(Standing(user, found.community))
