"""What is typed about signing in with the school."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from visavis.communities.models import Community
from visavis.core.errors import VisavisError
from visavis.identities.enums import Affiliation
from visavis.identities.models import IdentityProvider
from visavis.identities.wanted import DEFAULT_SCOPES, OidcKeys, SamlSource, Wanted
from visavis.people.enums import Role
from visavis.web.admin.forms.refusing import RefusingForm
from visavis.web.ui.inputs import WordsField

MOST_METADATA = 1024 * 1024
NAME_LENGTH = 40  # of allauth's column
EXACT = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def _exact(label: Any, help_text: Any = "", **more: Any) -> forms.CharField:
    """A field for what has to be typed letter by letter."""
    told: dict[str, Any] = {"max_length": 200, "widget": forms.TextInput(attrs=EXACT), **more}
    return forms.CharField(label=label, help_text=help_text, **told)


class IdentityProviderForm(RefusingForm):
    """What both kinds ask for."""

    name = WordsField(
        label=_("Name on the button"),
        max_length=NAME_LENGTH,
        help_text=_("As your people call it, such as Northfield University."),
        error_messages={"required": _("Enter the name that stands on the button.")},
    )
    domains = forms.CharField(
        label=_("E-mail domains it may vouch for"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, **EXACT}),
        help_text=_(
            "One a line, such as university.edu. Accounts with addresses elsewhere are out of its "
            "reach."
        ),
        error_messages={"required": _("Enter at least one domain.")},
    )
    makes_accounts = forms.BooleanField(
        label=_("Whoever comes in by it gets an account"),
        required=False,
        initial=True,
        help_text=_("Off: only people who are on a list of yours."),
    )
    sso_attribute = _exact(
        _("Attribute with your SSO ID"),
        _("What the column SSO ID of your files holds. Empty: eduPersonPrincipalName."),
        required=False,
    )
    affiliation_attribute = _exact(
        _("Attribute with the affiliation"),
        _("Empty: eduPersonScopedAffiliation and eduPersonAffiliation."),
        required=False,
    )

    def clean_domains(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["domains"].splitlines() if line.strip()]

    @property
    def wanted(self) -> Wanted:
        """What was typed of what both kinds ask for."""
        data = self.cleaned_data
        return Wanted(
            name=data["name"],
            domains=data["domains"],
            makes_accounts=data["makes_accounts"],
            sso_attribute=data["sso_attribute"],
            affiliation_attribute=data["affiliation_attribute"],
            identifier_attribute=data.get("identifier_attribute", ""),
        )

    @staticmethod
    def shown(row: IdentityProvider) -> dict[str, Any]:
        """What both kinds have as the form's first values."""
        return {
            "name": row.name,
            "domains": "\n".join(row.domains),
            "makes_accounts": row.makes_accounts,
            "sso_attribute": row.sso_attribute,
            "affiliation_attribute": row.affiliation_attribute,
            "identifier_attribute": row.identifier_attribute,
        }


class OidcForm(IdentityProviderForm):
    issuer = _exact(
        _("Issuer"),
        _("The address by which the provider calls itself, or that of its discovery document."),
        max_length=500,
        error_messages={"required": _("Enter the issuer’s address.")},
    )
    client_id = _exact(
        _("Client ID"),
        max_length=191,
        error_messages={"required": _("Enter the client ID that the provider gave.")},
    )
    secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=191,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is never shown again."),
        error_messages={"required": _("Enter the secret of the client.")},
    )
    scopes = _exact(
        _("Scopes"),
        _("Which groups of claims are asked for, with spaces between them."),
        required=False,
        initial=" ".join(DEFAULT_SCOPES),
    )
    field_order = ["name", "issuer", "client_id", "secret", "domains", "makes_accounts", "scopes"]

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].required = is_new
        if not is_new:
            self.fields["secret"].help_text = _(
                "It is never shown. Left empty, the one that is there stays."
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._ask_for_secret_again()
        return values

    def refuse(self, error: VisavisError) -> None:
        """Tie what the action refused to its fields."""
        super().refuse(error)
        self._ask_for_secret_again()

    def _ask_for_secret_again(self) -> None:
        """A secret is not sent back: where something else is wrong, its field comes back empty."""
        if self.errors and self.cleaned_data.get("secret") and not self.has_error("secret"):
            self.add_error("secret", _("Type it again: a secret is not sent back to the page."))

    @property
    def keys(self) -> OidcKeys:
        data = self.cleaned_data
        return OidcKeys(
            issuer=data["issuer"],
            client_id=data["client_id"],
            secret=data["secret"],
            scopes=data["scopes"].split() or DEFAULT_SCOPES,
        )

    @staticmethod
    def shown(row: IdentityProvider) -> dict[str, Any]:
        return {
            **IdentityProviderForm.shown(row),
            "issuer": row.issuer,
            "client_id": row.app.client_id,
            "scopes": " ".join(row.app.settings.get("scope", DEFAULT_SCOPES)),
        }


class SamlForm(IdentityProviderForm):
    metadata_url = _exact(
        _("Address of its metadata"),
        _("Read again each day, so that new certificates come by themselves."),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://", **EXACT}),
    )
    metadata_file = forms.FileField(
        label=_("Or the file with its metadata"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
    )
    metadata = forms.CharField(
        label=_("Or their text"),
        required=False,
        max_length=MOST_METADATA,
        widget=forms.Textarea(attrs={"rows": 4, **EXACT}),
    )
    entity_id = _exact(
        _("Entity ID"),
        _("Only where the metadata describe several providers."),
        max_length=500,
        required=False,
    )
    identifier_attribute = _exact(
        _("Attribute that identifies a person"),
        _(
            "One that is never given to somebody else. Empty: subject-id, eduPersonUniqueId, "
            "pairwise-id, or a persistent NameID."
        ),
        required=False,
    )
    field_order = [
        "name",
        "metadata_url",
        "metadata_file",
        "metadata",
        "entity_id",
        "domains",
        "makes_accounts",
        "identifier_attribute",
    ]

    def clean_metadata_file(self) -> Any:
        found = self.cleaned_data["metadata_file"]
        if found is not None and (found.size or 0) > MOST_METADATA:
            raise ValidationError(
                _now("This file is larger than 1 MB. Give the metadata of your provider alone.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [name for name in ("metadata_url", "metadata_file", "metadata") if data.get(name)]
        if len(given) > 1:
            self.add_error(given[1], _now("Give the metadata in one way: by address or as text."))
        return data

    def source(self, root: str) -> SamlSource:
        data = self.cleaned_data
        file = data["metadata_file"]
        xml = file.read() if file is not None else data["metadata"].encode()
        return SamlSource(
            metadata_url=data["metadata_url"], xml=xml, entity_id=data["entity_id"], root=root
        )

    @staticmethod
    def shown(row: IdentityProvider) -> dict[str, Any]:
        return {**IdentityProviderForm.shown(row), "metadata_url": row.metadata_url}


class AffiliationRoleForm(RefusingForm):
    affiliation = forms.ChoiceField(label=_("Whoever is"), choices=Affiliation.choices)
    role = forms.ChoiceField(
        label=_("becomes"),
        choices=[(one.value, one.label) for one in Role if one != Role.ADMIN],
        help_text=_("Administrators are appointed by hand alone."),
        initial=Role.STUDENT,
    )
    community = forms.ModelChoiceField(
        label=_("In"),
        queryset=Community.objects.all(),
        required=False,
        empty_label=_("every community"),
    )
