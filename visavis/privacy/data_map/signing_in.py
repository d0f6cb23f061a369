"""Signing in with the school: its identity providers, and what they call people."""

from visavis.privacy.data_map.entries import ERASED, GOES, SCHOOL, SETTING, STAYS, Personal, Table
from visavis.privacy.data_map.machinery import UNUSED

PROVIDER = "until an administrator removes the provider"

SIGNING_IN = (
    Table(
        "socialaccount.SocialAccount",
        "What an identity provider of the school calls a person",
        "so that who comes back opens their own account, and nobody else does",
        ERASED,
        GOES,
        {
            "user": Personal("whose"),
            "provider": Personal("which provider"),
            "uid": Personal("the identifier there, which is never given to anybody else"),
            "last_login": Personal("when they last came in by it"),
            "date_joined": Personal("when they first did"),
            "extra_data": Personal("what they are at the school: student, staff, faculty, …"),
        },
    ),
    Table(
        "identities.IdentityProvider",
        "An identity provider of the school",
        SETTING,
        PROVIDER,
        STAYS,
        {
            "app": "its keys",
            "issuer": "what it calls itself",
            "domains": "whose addresses it may vouch for",
            "makes_accounts": "whether who comes in by it gets an account",
            "is_on": "whether its button is shown",
            "position": "in which order",
            "identifier_attribute": "which attribute identifies a person",
            "sso_attribute": "which attribute holds the SSO ID",
            "affiliation_attribute": "which attribute holds the affiliation",
            "metadata_url": "where its metadata are read each day",
            "read_at": "when they were read",
            "problem": "why they could not be read again",
            "problem_data": "with which host",
            "worked_at": "when somebody last came in by it, to the day",
            "created_at": "when it was made",
        },
    ),
    Table(
        "identities.AffiliationRole",
        "Which role goes with what people are at the school",
        SETTING,
        "until an administrator removes it",
        STAYS,
        {"affiliation": "what they are", "role": "what they become", "community": "where"},
    ),
    Table(
        "socialaccount.SocialApp",
        "The keys of an identity provider",
        "so that it knows us, and we know it",
        PROVIDER,
        STAYS,
        {
            "provider": "OpenID Connect or SAML 2.0",
            "provider_id": "its name in addresses",
            "name": "the name on its button",
            "client_id": "what it calls us",
            "secret": "the secret that it gave us",
            "key": "nothing",
            "settings": "its addresses and certificates, and the key by which it knows us",
        },
    ),
    Table(
        "socialaccount.SocialToken",
        "A key to somebody's data at a provider",
        UNUSED,
        SCHOOL,
        STAYS,
        {
            "app": "of which provider",
            "account": "whose",
            "token": "the key",
            "token_secret": "its secret",
            "expires_at": "until when",
        },
    ),
)
