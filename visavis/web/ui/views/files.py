"""Stored files, for those who may see them."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from visavis.bookings.rules import can_open_answer_file, can_open_photo
from visavis.core.errors import NotFound
from visavis.core.models import StoredFile
from visavis.imports.rules import can_open_import_file
from visavis.people.models import User
from visavis.web.ui.doors import Entrance, admits

Rule = Callable[[User | AnonymousUser, str], bool]

# The folder decides which rule is asked; a folder without a rule is closed.
RULES: dict[str, Rule] = {
    "photos": can_open_photo,
    "answers": can_open_answer_file,
    "imports": can_open_import_file,
}
# What a browser may draw in place. SVG is not among them: it can carry scripts.
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})

LOCKED = "default-src 'none'; frame-ancestors 'none'; sandbox"


@admits(Entrance.FILE)
@require_safe
@cache_control(private=True, max_age=3600)
def stored_file(request: HttpRequest, name: str) -> HttpResponse:
    """The file's bytes: pictures in place, all else to be saved. Raises NotFound."""
    rule = RULES.get(name.split("/", maxsplit=1)[0])
    # A NUL, which PostgreSQL cannot compare, is in no name of ours.
    if rule is None or "\x00" in name or not rule(request.user, name):
        raise NotFound(_("There is no such file, or not for you."))
    row = StoredFile.objects.filter(name=name).first()
    if row is None:
        raise NotFound(_("There is no such file, or not for you."))
    inline = row.content_type in INLINE_TYPES
    response = HttpResponse(
        bytes(row.content),
        content_type=row.content_type if inline else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Should a browser draw it as a page after all, that page may do nothing and is nobody's.
    response.headers["Content-Security-Policy"] = LOCKED
    if not inline:
        response.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=name.rsplit("/", maxsplit=1)[-1]
        )
    return response
