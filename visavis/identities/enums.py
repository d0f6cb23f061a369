"""The two ways of signing in with the school, and what the school says that people are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The names are those of allauth."""

    OIDC = "openid_connect", _("OpenID Connect")
    SAML = "saml", _("SAML 2.0")


class Affiliation(models.TextChoices):
    """The values of eduPersonAffiliation, as the eduPerson specification has them."""

    STUDENT = "student", _("Student")
    FACULTY = "faculty", _("Faculty")
    STAFF = "staff", _("Staff")
    EMPLOYEE = "employee", _("Employee")
    MEMBER = "member", _("Member of the school")
    AFFILIATE = "affiliate", _("Affiliate")
    ALUM = "alum", _("Alumna or alumnus")
    LIBRARY = "library-walk-in", _("Visitor of the library")


class Outcome(models.TextChoices):
    """What an arrival leads to, if it is not refused."""

    RETURN = "return", _("signs in to the account that it opened before")
    CLAIM = "claim", _("takes over the account that was prepared for this person")
    LINK = "link", _("signs in to the account with this address, and opens it from now on")
    JOIN = "join", _("makes a new account")
