"""The storage door: files in the database, behind Django's storage interface."""

import io
import mimetypes
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _

from visavis.core.errors import VisavisError
from visavis.core.models import StoredFile

MEGABYTE = 1024 * 1024


class FileTooLarge(VisavisError):
    code = "file_too_large"


@deconstructible
class DatabaseStorage(Storage):
    """Keeps files as rows, up to UPLOAD_LIMIT_BYTES each; a larger one raises FileTooLarge."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:  # noqa: ARG002  (Django's hook)
        try:
            row = StoredFile.objects.get(name=name)
        except StoredFile.DoesNotExist as error:
            raise FileNotFoundError(name) from error
        return ContentFile(bytes(row.content), name=name)

    def _save(self, name: str, content: File[Any]) -> str:
        body = content.read()
        limit = settings.UPLOAD_LIMIT_BYTES
        if len(body) > limit:
            raise FileTooLarge(
                _("The file has %(size)s MB; at most %(most)s MB can be kept.")
                % {"size": f"{len(body) / MEGABYTE:.1f}", "most": limit // MEGABYTE}
            )
        body = body.encode() if isinstance(body, str) else body
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with transaction.atomic():
            StoredFile.objects.create(
                name=name, content_type=content_type, size=len(body), content=body
            )
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002  (Django's hook)
        """A name nobody can guess and nobody has: a folder, random letters, the ending."""
        path = PurePosixPath(name.replace("\\", "/"))
        ending = path.suffix.lower()[:10]
        return str(path.parent / f"{get_random_string(24)}{ending}")

    def delete(self, name: str) -> None:
        StoredFile.objects.filter(name=name).delete()

    def exists(self, name: str) -> bool:
        return StoredFile.objects.filter(name=name).exists()

    def size(self, name: str) -> int:
        return StoredFile.objects.values_list("size", flat=True).get(name=name)

    def url(self, name: str | None) -> str:
        return f"/files/{quote(name or '')}"


def read_bytes(name: str) -> io.BytesIO:
    """The file's contents, ready to read. Raises FileNotFoundError."""
    with DatabaseStorage().open(name) as file:
        return io.BytesIO(file.read())
