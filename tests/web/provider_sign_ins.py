"""What tests of sign-ins by an identity provider do: connect one, link a person, begin a sign-in, come back."""

from datetime import UTC, datetime

from khcn.config.identity_provider import identity_provider
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.operations import linked_identities as identities
from tests.web.conftest import tree, words
from tests.web.identity_provider_server import CLIENT, SECRET, SUBJECT

PASSWORD = "mat-khau-thu-nghiem"
RETURN = "/login/provider/return/"


def provider_settings(issuer, folder, **more):
    """As the variables of an installation give them."""
    secret = folder / "secret"
    secret.write_text(SECRET)
    given = {
        "issuer": issuer, "client_id": CLIENT, "secret_file": secret, "subject_field": "sub", "label": "VNeID",
        "asks_factor": True, "acr": "", "amr": "", "max_age": 0, "algorithms": "RS256,ES256", "hosts": "", "seconds": 60,
    }  # fmt: skip
    return identity_provider(**{**given, **more})


def linked(user, provider, subject=SUBJECT, by=None):
    with acting(SYSTEM):
        return identities.link_identity(
            account=user, issuer=provider.issuer, subject=subject, by=by, at=datetime.now(UTC)
        )


def started(client, address="/login/provider/", **form):
    """The address at the provider to which the page leads."""
    page = client.post(address, form)
    assert page.status_code == 200, words(page)
    return tree(page).xpath("string(//main//a[@rel='noreferrer']/@href)")


def signed_in(client, provider, **form):
    return client.get(RETURN + provider.authorize(started(client, **form)))


def is_in(client):
    return client.get("/sessions/").status_code == 200


def events(action):
    return [each.reason for each in ChangeEntry.objects.filter(action=action).order_by("pk")]
