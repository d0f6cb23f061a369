"""The school's identity providers, and which roles go with what people are there.

The keys of a provider stand in allauth's own `SocialApp`, the identities of people in its
`SocialAccount`: (provider, uid) there is issuer and subject here, as a provider's issuer never
changes once somebody has come through it.
"""

from allauth.socialaccount.models import SocialApp
from django.db import models
from django.db.models import Q

from visavis.communities.models import Community
from visavis.core import clock
from visavis.identities.enums import Affiliation, Kind
from visavis.people.enums import Role


class IdentityProvider(models.Model):
    """A place outside that knows the school's people, by OpenID Connect or SAML 2.0."""

    app = models.OneToOneField(SocialApp, models.CASCADE, related_name="identity_provider")
    # OpenID Connect: the issuer. SAML: the entity id.
    issuer = models.CharField(max_length=500, unique=True)
    # Whose addresses it may vouch for; an account with another address is out of its reach.
    domains = models.JSONField(default=list, blank=True)
    makes_accounts = models.BooleanField(default=True)
    is_on = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    # Names of attributes where the school has its own; empty where the usual ones are read.
    identifier_attribute = models.CharField(max_length=200, blank=True)
    sso_attribute = models.CharField(max_length=200, blank=True)
    affiliation_attribute = models.CharField(max_length=200, blank=True)

    # SAML: where its metadata is read again each day; empty where it was pasted.
    metadata_url = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    problem_data = models.JSONField(default=dict, blank=True)

    # When somebody last came through it, since its keys were last changed.
    worked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.app.name)

    @property
    def key(self) -> str:
        """How addresses and allauth's rows name it; given once, and never again."""
        return str(self.app.provider_id)

    @property
    def kind(self) -> Kind:
        return Kind(self.app.provider)

    @property
    def is_saml(self) -> bool:
        return self.kind == Kind.SAML


class AffiliationRole(models.Model):
    """Whoever is this at the school gets this role: in one community, or in every one."""

    affiliation = models.CharField(max_length=20, choices=Affiliation)
    role = models.CharField(max_length=12, choices=Role)
    community = models.ForeignKey(
        Community, models.CASCADE, null=True, blank=True, related_name="affiliation_roles"
    )

    class Meta:
        ordering = ["affiliation", "community__name", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["affiliation", "role", "community"], name="affiliation_role_once"
            ),
            models.UniqueConstraint(
                fields=["affiliation", "role"],
                condition=Q(community=None),
                name="affiliation_role_once_everywhere",
            ),
            # Whom the school employs is no reason to let them change everything.
            models.CheckConstraint(
                condition=~Q(role=Role.ADMIN), name="affiliation_makes_no_administrator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_affiliation_display()}: {self.get_role_display()}"
