"""Words that are tried out: a manager reads the real pages with them before anybody else does.

They are kept in the manager's session, checked, and count in frames of our own pages alone.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from csp.constants import SELF
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from visavis.people.rules import Standing, can_manage

KEY = "draft_words"
PARAMETER = "words"


def keep_draft(request: HttpRequest, slug: str, own: Mapping[str, Any]) -> str:
    """Keep checked words for the frames of this session; what to call them in an address."""
    request.session[KEY] = {slug: dict(own)}
    return name_of(own)


def forget_draft(request: HttpRequest) -> None:
    if KEY in request.session:
        del request.session[KEY]


def name_of(own: Mapping[str, Any]) -> str:
    """A short name, by which a frame is drawn anew when the words are others."""
    text = json.dumps(own, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def is_framed(request: HttpRequest, standing: Standing) -> bool:
    """Whether this page is read in the frame that tries words out, by one who may."""
    asked = PARAMETER in request.GET or request.headers.get("Sec-Fetch-Dest") == "iframe"
    return asked and request.method in ("GET", "HEAD") and can_manage(standing)


def use_draft(request: HttpRequest, standing: Standing) -> None:
    """Let the community speak the words that are tried out, for this answer."""
    own = request.session.get(KEY, {}).get(standing.community.slug)
    named = request.GET.get(PARAMETER)
    if own is not None and named in (None, name_of(own)):
        standing.community.wording = own


def let_frame(response: HttpResponseBase) -> None:
    """Pages of ours may show this answer in a frame; those of others may not."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
