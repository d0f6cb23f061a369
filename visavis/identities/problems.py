"""Why a sign-in with the school did not succeed: once for the person, once for who sets it up.

The person reads what they can do; what is wrong with a provider is told on its page alone.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.identities.errors import Problem

OURS = _("Sign-in with {provider} does not work at the moment. Tell your school’s help desk.")
AGAIN = _("This sign-in was not completed. Begin it again here.")

TO_PERSON: dict[str, Promise] = {
    "cancelled": _("The sign-in was cancelled. Begin it again here, or take another way."),
    "not_begun_here": _("Sign-ins begin on this page. Press the button of your school."),
    "other_sign_in": AGAIN,
    "replayed": _("This sign-in has been used already. Begin a new one here."),
    "too_early": _("The clocks of {provider} and of this server differ. Tell your help desk."),
    "expired": _("This sign-in took too long. Begin it again here."),
    "switched_off": _("Signing in with {provider} was switched off. Take another way."),
    "refused_there": _("{provider} did not sign you in. Ask your school’s help desk."),
    "closed": _("Your account here is closed. Ask your support centre."),
    "no_identifier": _("{provider} did not say who you are. Tell your school’s help desk."),
    "no_mail": _("{provider} did not say what your e-mail address is. Tell your help desk."),
    "bad_mail": _("{provider} says that your e-mail address is “{email}”, which is none."),
    "unproven_mail": _("{provider} has not checked that {email} is yours. Check it there first."),
    "foreign_mail": _(
        "{provider} says that your e-mail address is {email}, and may not vouch for addresses "
        "there. Ask your support centre."
    ),
    "other_domain": _(
        "The account with your SSO ID has an address for which {provider} may not vouch. Ask "
        "your support centre."
    ),
    "two_people": _(
        "Your e-mail address and your SSO ID are those of two different accounts. Ask your "
        "support centre which one is yours."
    ),
    "used_by_other": _(
        "Somebody uses the account with your SSO ID already, with another e-mail address. Ask "
        "your support centre."
    ),
    "taken": _(
        "The account with the address {email} belongs to somebody else at {provider}. If it is "
        "yours, ask your support centre to let you in anew."
    ),
    "not_listed": _("{email} is on no list here. Ask your support centre."),
    "too_many": _("Too many tries in a short time. Wait a minute and try again."),
}

TO_STAFF: dict[str, Promise] = {
    "bad_address": _("“{address}” is no web address. It begins with https://"),
    "long_address": _("This address is too long. The longest has {most} letters."),
    "not_encrypted": _("{host} is asked without encryption (http). Use an https address."),
    "unknown_host": _("There is no server called {host}. Look whether the address is whole."),
    "inside": _(
        "{host} stands inside a private network, where this server may not look around. Ask who "
        "runs it to name {host} in IDENTITY_PROVIDER_HOSTS."
    ),
    "no_answer": _("{host} did not answer, or broke off."),
    "too_slow": _("{host} took too long to answer."),
    "not_secure": _("{host} could not prove that it is {host}: its certificate is not valid."),
    "too_many_redirects": _("{host} leads on and on, and never to an answer."),
    "too_large": _(
        "What {host} sends is larger than {most} MB. Give the metadata of your own provider, "
        "not of a whole federation."
    ),
    "bad_answer": _("{host} answered with an error ({status}). Is the address right?"),
    "no_json": _("{host} answered with something else than JSON. Is the address right?"),
    "wrong_issuer": _(
        "The provider calls itself “{found}”, not “{expected}”. Enter exactly what it calls itself."
    ),
    "discovery_lacks": _("The provider’s discovery document lacks “{name}”."),
    "no_xml": _("The metadata are no XML. Take the file itself, not a page that shows it."),
    "unsafe_xml": _("The metadata hold definitions (DTD) that are not read, for safety."),
    "no_metadata": _("The XML describes no SAML 2.0 identity provider."),
    "many_entities": _("The metadata describe several providers ({found}). Enter which is yours."),
    "other_entity": _("The metadata do not describe “{expected}”, but {found}."),
    "no_redirect_binding": _("The provider offers no sign-in address for HTTP-Redirect."),
    "no_certificate": _("The metadata hold no certificate for signatures."),
    "bad_certificate": _("A certificate in the metadata cannot be read."),
    "unreadable_key": _(
        "What proves this site to the provider cannot be read: SECRET_KEY is another one than when "
        "it was kept. Put the earlier one into SECRET_KEY_FALLBACKS, or else enter a fresh secret "
        "(OpenID Connect), or remove the provider and add it again (SAML)."
    ),
    "client_refused": _(
        "The provider does not accept the client id and secret ({error}). Enter a fresh secret, "
        "and compare the redirect address with the one that is registered there."
    ),
    "no_token": _("The provider answered without a token ({error})."),
    "bad_token": _("The provider’s ID token cannot be read."),
    "token_lacks": _("The provider’s ID token lacks what it must hold."),
    "unknown_key": _("The ID token is signed with a key that the provider does not publish."),
    "wrong_token_issuer": _("The ID token names another issuer than the provider."),
    "other_subject": _("The provider’s userinfo tells of another person than its ID token."),
    "bad_response": _("The answer is no SAML response that can be read: {reason}"),
    "unsigned": _("The SAML response is not signed. Sign the response or the assertion."),
    "bad_signature": _(
        "The signature does not fit: it was made with another key than the provider publishes, or "
        "what it signs was altered. Read the metadata again."
    ),
    "old_algorithm": _("The provider signs with SHA-1, which is broken. Let it sign with SHA-256."),
    "wrong_audience": _("The answer is meant for another service. Compare our entity id there."),
    "wrong_saml_issuer": _("The answer comes from another entity id than the metadata describe."),
    "wrong_destination": _("The answer was meant for another address than the ACS address here."),
    "encrypted": _(
        "The assertion cannot be decrypted. Give the provider our metadata again, which hold our "
        "certificate."
    ),
    "no_attributes": _("The assertion holds no attributes. Release those that are listed here."),
    "refused_there": _("The provider refused: {reason}"),
    "too_early": _(
        "The answer is not valid yet: the provider’s clock is ahead of ours, or ours is behind. "
        "Set both by the network’s time."
    ),
    "expired": _(
        "The answer had run out when it came: the clocks differ, or it was too long on the way."
    ),
    "no_identifier": _(
        "The provider sends no identifier that lasts. Release subject-id, eduPersonUniqueId or "
        "pairwise-id, or name the attribute that holds one."
    ),
    "no_mail": _("The provider sends no mail address. Release the attribute mail (or email)."),
    "unproven_mail": _("The provider says that {email} was not verified (email_verified)."),
    "foreign_mail": _(
        "The provider sends {email}, and that domain is not among those it may vouch for here."
    ),
    "not_listed": _("{email} is on no list, and this provider makes no accounts."),
    "taken": _(
        "The account with {email} is known to this provider by another identifier. If it is the "
        "same person, remove that identity under “Who comes in by it”."
    ),
}


def problem_for_person(problem: Problem, provider: str) -> str:
    """The sentence for who wanted to sign in with `provider`, a name."""
    return _filled(TO_PERSON.get(problem.code, OURS), {**problem.data, "provider": provider})


def problem_for_staff(problem: Problem, provider: str = "") -> str:
    """The sentence for who sets the provider up."""
    sentence = TO_STAFF.get(problem.code) or TO_PERSON.get(problem.code, OURS)
    return _filled(sentence, {**problem.data, "provider": provider})


def sentence_for_staff(code: str, data: Mapping[str, Any]) -> str:
    """The sentence for a problem that was written down; empty where there is none."""
    return problem_for_staff(Problem(code, **data)) if code else ""


def _filled(sentence: str | Promise, data: Mapping[str, Any]) -> str:
    words = dict.fromkeys(("host", "status", "error", "reason", "found", "email"), "")
    return str(sentence).format_map({**words, **data})
