"""The mails of a community: which are sent, in which words, and how they will look."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from visavis.communities.actions import change_settings
from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.notifications.actions import change_text, restore_text
from visavis.notifications.defaults import DEFAULTS
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.queries import undelivered_messages
from visavis.notifications.samples import sample_letter
from visavis.notifications.texts import (
    PLACEHOLDERS,
    Text,
    allowed_in,
    find_texts,
)
from visavis.notifications.writing import Written, write
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.messages import MailSettingsForm, MailTextForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page

# A mail carries its own styles; nothing else of it may do anything.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of mail with its text for each audience; None where it goes to no such one."""

    kind: Kind
    texts: list[tuple[str, Text | None]]


@manage_page
@require_http_methods(METHODS)
def messages(request: CommunityRequest) -> HttpResponse:
    community = request.community
    form = MailSettingsForm(
        request.POST if request.method == "POST" else None,
        initial=MailSettingsForm.shown(community),
    )
    if form.is_valid():
        change_settings(community, form.cleaned_data, by=actor_of(request))
        notes.success(request, _("Saved. It counts from the next mail on."))
        return redirect("manage:messages", community.slug)
    texts = find_texts(community)
    page = {
        "form": form,
        "rows": [
            Row(kind, [(_name_of(request, who), texts.get((kind, who))) for who in Audience])
            for kind in Kind
        ],
        "audiences": [_name_of(request, who) for who in Audience],
        "undelivered": undelivered_messages(community).count(),
    }
    return show(request, "admin/messages.html", page, active="messages", status=status_of(form))


@manage_page
@require_http_methods(METHODS)
def mail_text(request: CommunityRequest, kind: str, audience: str) -> HttpResponse:
    text = _require_text(request, kind, audience)
    form = MailTextForm(request.POST if request.method == "POST" else None, text=text)
    if form.is_valid() and "preview" not in request.POST:
        change_text(
            request.community,
            text.kind,
            text.audience,
            by=actor_of(request),
            **form.cleaned_data,
        )
        notes.success(request, _("The mail is saved. The next one is sent in these words."))
        return redirect("manage:messages", request.community.slug)
    page = {
        "form": form,
        "text": text,
        "to": _name_of(request, text.audience),
        "placeholders": [
            (f"{{{name}}}", PLACEHOLDERS[name], name in allowed_in("subject", text.kind))
            for name in allowed_in("body", text.kind)
        ],
        **_preview(request, form, text),
    }
    return show(request, "admin/mail_text.html", page, active="messages", status=status_of(form))


def text_url(request: CommunityRequest, kind: str, audience: str) -> str:
    text = _require_text(request, kind, audience)
    return reverse("manage:mail_text", args=[request.community.slug, text.kind, text.audience])


@manage_page
@post_page(back=text_url)
def mail_text_preview(request: CommunityRequest, kind: str, audience: str) -> HttpResponse:
    """How the mail would look, while somebody types."""
    text = _require_text(request, kind, audience)
    page = _preview(request, MailTextForm(request.POST, text=text), text)
    return render(request, "admin/mail_text.html#preview", page)


@manage_page
@post_page(back=text_url)
def mail_text_default(request: CommunityRequest, kind: str, audience: str) -> HttpResponse:
    """Go back to the words that every community has at first."""
    text = _require_text(request, kind, audience)
    restore_text(request.community, text.kind, text.audience, by=actor_of(request))
    notes.success(request, _("The mail has its default words again."))
    return redirect(text_url(request, kind, audience))


@xframe_options_sameorigin
@csp(MAIL_POLICY)
@manage_page
@require_safe
def example_mail(request: CommunityRequest, kind: str, audience: str) -> HttpResponse:
    """The HTML of a mail with made-up people, as a page of its own; the words by GET."""
    text = _require_text(request, kind, audience)
    form = MailTextForm(request.GET if "body" in request.GET else None, text=text)
    written = _written(request, form, text)
    if written is None:
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponse(written.html)


def _name_of(request: CommunityRequest, audience: Audience) -> str:
    """The audience in the community's own words."""
    if audience == Audience.PROVIDER:
        return wording_of(request.community).provider
    return str(audience.label)


def _require_text(request: CommunityRequest, kind: str, audience: str) -> Text:
    if (kind, audience) not in DEFAULTS:
        raise NotFound(_("There is no such mail."))
    return find_texts(request.community)[Kind(kind), Audience(audience)]


def _preview(request: CommunityRequest, form: MailTextForm, text: Text) -> dict[str, Any]:
    """The subject and text that the form makes, and the address of its HTML."""
    written = _written(request, form, text)
    slug = request.community.slug
    address = reverse("manage:example_mail", args=[slug, text.kind, text.audience])
    typed = {name: form[name].value() or "" for name in ("subject", "body")}
    return {
        "written": written,
        "problems": [form.errors[name][0] for name in typed if name in form.errors],
        "mail_url": f"{address}?{urlencode(typed)}",
    }


def _written(request: CommunityRequest, form: MailTextForm, text: Text) -> Written | None:
    """The example in the words of the form; None when these cannot be used."""
    words = form.initial
    if form.is_bound:
        form.is_valid()
        if form.errors:
            return None
        words = form.cleaned_data
    tried = Text(text.kind, text.audience, words["subject"], words["body"], is_on=True, is_own=True)
    return write(sample_letter(request.community, text.kind, text.audience, now=clock.now()), tried)
