"""What is chosen about an import."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.core.ids import read_ids
from visavis.imports.enums import ImportMode
from visavis.imports.queries import ENCODINGS, Proposal


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("The file"),
        allow_empty_file=True,
        help_text=_("A CSV file, or an Excel file (.xlsx)."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={
            "required": _("Choose a file on your computer first."),
            "missing": _("Choose a file on your computer first."),
        },
    )
    mode = forms.ChoiceField(
        label=_("What the file is"),
        choices=[
            (
                ImportMode.MERGE.value,
                _("Additions and changes: what is not in the file stays as it is"),
            ),
            (
                ImportMode.REPLACE.value,
                _("The whole list: what came by file before and is missing now is removed"),
            ),
        ],
        initial=ImportMode.MERGE.value,
        widget=forms.RadioSelect,
    )


class PlanForm(forms.Form):
    """How to read the kept file; blank stays as it is."""

    mode = forms.ChoiceField(choices=ImportMode.choices, required=False)
    encoding = forms.ChoiceField(choices=[("", ""), *ENCODINGS], required=False)


class ApplyForm(forms.Form):
    skip_bad_rows = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)
    cancel_meetings = forms.BooleanField(required=False)


class ProposalForm(forms.Form):
    """What was chosen about one proposal; its fields end in the proposal's row."""

    accepted = forms.BooleanField(required=False)
    owner_email = forms.CharField(max_length=254, required=False)
    for_everybody = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, *, row_id: int, **more: Any) -> None:
        super().__init__(data, **more)
        self.row_id = row_id

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}-{self.row_id}"

    @classmethod
    def sent(cls, data: QueryDict) -> list["ProposalForm"]:
        """One form for each proposal that stood on the page."""
        return [cls(data, row_id=row_id) for row_id in read_ids(data.getlist("proposal"))]

    @classmethod
    def kept(cls, proposal: Proposal) -> "ProposalForm":
        """The form as it shows what is kept."""
        return cls(row_id=proposal.row_id, initial=asdict(proposal))
