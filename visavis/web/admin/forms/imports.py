"""What is chosen about an import."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.imports.enums import ImportMode
from visavis.imports.queries import ENCODINGS


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
    accepted = forms.BooleanField(required=False)
    owner_email = forms.CharField(max_length=254, required=False)
    for_everybody = forms.BooleanField(required=False)
