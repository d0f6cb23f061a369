"""A form of settings, which shows what the action refuses where it was typed."""

from django import forms

from visavis.core.errors import VisavisError


class RefusingForm(forms.Form):
    """Field names are the community's columns, by which the action names what is wrong."""

    def refuse(self, error: VisavisError) -> None:
        """Tie what the action refused to its fields."""
        for name, sentences in error.data.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        if not error.data:
            self.add_error(None, error.message)
