"""What people type, and what their browsers answer, about second factors."""

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.people.factors import factors_of
from visavis.people.models import User

NAME_LENGTH = 60
# A code of an app is taken for as long as this, counting the half minutes around its own.
CODE_LIFE = 120
# What allauth and the library below it raise for an answer that no browser gives.
NO_ANSWER = (
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
)


def _digits(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("Enter the code.")},
    )


class FactorForm(BaseAuthenticateForm):  # type: ignore[misc]  # allauth has no type hints
    """A code of the person's app, or a recovery code; `authenticator` is whose it was."""

    code = _digits(
        _("Code"),
        _("The six digits that the app shows now, or one of your recovery codes of eight digits."),
    )
    authenticator: Authenticator

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if factors_of(user).app is None:
            self.fields["code"].label = _("Recovery code")
            self.fields["code"].help_text = _("Eight digits, in place of your passkey.")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        # allauth lets an app's code be used twice while it lives.
        if self.authenticator.type == Authenticator.Type.TOTP and not _first_use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


def _first_use(user: User, code: str) -> bool:
    typed = "".join(code.split())
    return bool(cache.add(f"visavis:code-of-app:{user.pk}:{typed}", 1, timeout=CODE_LIFE))


class NewAppForm(forms.Form):
    """A code that proves that the app holds the secret of this session."""

    code = _digits(_("Code that the app shows"), _("Six digits. A new one comes every 30 seconds."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        clear = check_rate_limit(self.user)
        code: str = self.cleaned_data["code"]
        self.secret = totp.get_totp_secret()
        if not totp.validate_totp_code(self.secret, code):
            raise ValidationError(
                _("That is not the code of this picture. Scan it again, and enter the newest code.")
            )
        clear()
        _first_use(self.user, code)
        return code


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no type hints
    """The browser's answer when it was asked for a passkey; of anybody, where `user` is None."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except NO_ANSWER as error:
            raise get_adapter().validation_error("incorrect_code") from error


class NewPasskeyForm(forms.Form):
    """The passkey that the browser has made, and what its person calls it."""

    name = forms.CharField(
        label=_("What you call it"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("Such as My phone, or Blue key. You know it again by this name."),
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Your browser has made no passkey. Try again.")},
    )

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip() or str(_("Passkey"))

    def clean_credential(self) -> dict[str, Any]:
        credential: dict[str, Any] = self.cleaned_data["credential"]
        refused = ValidationError(_("This passkey cannot be used here. Try again, or another one."))
        try:
            webauthn.parse_registration_response(credential)
            made = webauthn.complete_registration(credential)
        except (*NO_ANSWER, ValidationError) as error:
            raise refused from error
        if not made.is_user_verified():
            raise refused
        return credential
