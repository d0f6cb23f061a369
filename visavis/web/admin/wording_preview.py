"""What the words of a form make of the students' pages, before they are saved."""

from typing import Any
from urllib.parse import urlencode

from visavis.communities.wording import make_wording
from visavis.core import clock
from visavis.web.admin.forms.wording import PageForm, WordingForm, preview_of
from visavis.web.admin.student_pages import PAGES, example_way
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.drafts import PARAMETER, keep_draft, name_of


def preview_in(request: CommunityRequest, form: WordingForm) -> dict[str, Any]:
    """The sentences, and one of the students' real pages, with the words of the form."""
    community, own = request.community, form.usable
    chooser = PageForm(request.POST if request.method == "POST" else {})
    words = make_wording(community.preset, own)
    named = keep_draft(request, community.slug, own) if form.is_bound else name_of(own)
    _label, depth = PAGES[chooser.name]
    url = example_way(community, request.user, depth=depth, now=clock.now()).url(
        community, chooser.name
    )
    return {
        "sentences": preview_of(words),
        "would_clash": form.is_bound and words.clash(),
        "chooser": PageForm(initial={"page": chooser.name}),
        "frame_url": f"{url}?{urlencode({PARAMETER: named})}" if url else "",
    }
