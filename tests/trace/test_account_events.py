"""A cooperative's account and its key see the same events (docs/adr/0010, 0012)."""

import pytest
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import User
from tests.factories.parties import OrganisationFactory
from tests.trace.rest_given import GROWER, OTHER, SHOP, Speaker, document, event, party
from tests.web.conftest import account


def owned(gln, name):
    """A party of an organisation of its own, and a browser signed in for that organisation."""
    organisation = OrganisationFactory(name=name)
    made = party(gln, name)
    with acting(SYSTEM):
        made.organisation = organisation
        made.save()
        user = User.objects.create_user(
            f"tk.{gln}", password="mat-khau-thu-nghiem", full_name=name, organisation=organisation
        )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return Speaker(made), client


@pytest.mark.django_db
def test_an_account_sees_what_its_key_sees_and_no_more():
    everybody = [owned(GROWER, "Người Trồng"), owned(SHOP, "Cửa Hàng"), owned(OTHER, "Người Khác")]
    for serial, (speaker, _client) in enumerate(everybody[:2]):
        speaker.captured(document(event(serial + 1)))
    for speaker, client in everybody:
        by_key = {each["eventID"] for each in speaker.events()}
        page = client.get("/trace/events/")
        assert page.status_code == 200
        shown = page.content.decode()
        every = {each["eventID"] for other, _client in everybody for each in other.events()}
        assert {name for name in every if name in shown} == by_key
    assert len(every) > len(by_key)


@pytest.mark.django_db
def test_the_page_is_for_accounts_of_parties():
    client = Client(raise_request_exception=False)
    assert client.get("/trace/events/").status_code == 302
    client.force_login(account(Role.ADMIN, "VP"))
    assert client.get("/trace/events/").status_code == 403
