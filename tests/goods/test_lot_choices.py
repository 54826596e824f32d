"""Who chooses a lot reads what it is, whose and from when, beside its number."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, Grant, acting
from khcn.kernel.fields.choice_names import choice_name
from khcn.parties.models import User
from tests.factories.base import an_actor
from tests.factories.goods import LotFactory
from tests.factories.parties import OrgUnitFactory

pytestmark = pytest.mark.django_db
WHOLE = "MD-01 – Miến dong, Hợp tác xã A, 10/05/2022"


@pytest.fixture
def lot():
    return LotFactory(
        number="MD-01",
        item__name="Miến dong",
        item__organisation__name="Hợp tác xã A",
        made_on=date(2022, 5, 10),
    )


@pytest.fixture
def officer(client):
    with acting(SYSTEM):
        unit = OrgUnitFactory(code="TDC")
        client.force_login(
            User.objects.create(username="tdc", full_name="Chuyên viên", role_id="officer", unit=unit)
        )
    return client


def test_the_form_of_a_recall_lists_lots_with_product_producer_and_day(officer, lot):
    shown = officer.get("/goods/recalls/new/").content.decode()
    assert f'<option value="#{lot.pk}">{WHOLE}</option>' in shown


@pytest.mark.parametrize("typed", ["", "MD-0"])
def test_suggestions_say_the_same(officer, lot, typed):
    found = officer.get("/lookup/goods/lots/", {"q": typed}).json()["results"]
    assert found == [{"value": f"#{lot.pk}", "text": WHOLE}]


def test_many_lots_are_read_with_as_many_queries_as_one(officer, lot):
    def queries():
        with CaptureQueriesContext(connection) as made:
            officer.get("/lookup/goods/lots/")
        return len(made)

    queries()  # what is asked once alone
    one = queries()
    for _each in range(3):
        LotFactory()
    assert queries() == one


def test_names_that_somebody_is_not_shown_are_left_out(lot):
    closed = an_actor(unit_code="TDC", grants=(Grant("parties.organisation", "*", allowed=False),))
    assert choice_name(lot, closed) == "MD-01 – Miến dong, 10/05/2022"
    assert choice_name(lot, an_actor(unit_code="TDC")) == WHOLE
