"""Forms that two people may have open at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from visavis.core.errors import VisavisError
from visavis.core.seen import ChangedMeanwhile, write_seen


class SeenForm(forms.Form):
    """A form that knows what was shown; it comes back whole when somebody else was faster."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def refuse(self, error: VisavisError, *, now: dict[str, Any]) -> None:
        """Tie what the action refused to its fields; `now` is what stands there by now."""
        if isinstance(error, ChangedMeanwhile):
            self._tell_changed(error, now)
            return
        told = {name: said for name, said in error.data.items() if isinstance(said, list)}
        for name, sentences in told.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        if not told:
            self.add_error(None, error.message)

    def _tell_changed(self, error: ChangedMeanwhile, now: dict[str, Any]) -> None:
        names = [str(self.fields[n].label) for n in error.data["changed"] if n in self.fields]
        told = _("%(what)s What you typed is still here; save again if yours shall stand.")
        self.add_error(None, told % {"what": error.message})
        if names:
            self.add_error(None, _("Changed: %(names)s.") % {"names": ", ".join(names)})
        # The next try knows what it overwrites.
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = write_seen(now)  # type: ignore[index]
