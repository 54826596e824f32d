"""Two people with one lot at the same time: what one takes out of it and what another declares wrong leave no less than nothing."""

import threading

import pytest
from django.db import connection, transaction

from khcn.goods.models import Lot
from khcn.kernel.refusals import Refused
from tests.factories.goods import LocationFactory, LotFactory
from tests.goods.test_diary import MADE, of, take, write
from tests.trace.test_store_at_once import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="on SQLite a transaction that writes is alone from its beginning",
    ),
]
IN_BETWEEN = 0.5  # seconds in which the second one would have finished


@pytest.mark.parametrize("first", ["sale", "declaration"])
def test_a_harvest_is_not_declared_wrong_while_somebody_sells_it(first):
    lot = LotFactory(made_on=MADE)
    owner, place = of(lot.item.organisation), LocationFactory(organisation=lot.item.organisation)
    harvest = write(lot, place, "harvest", 10, owner)
    is_written = threading.Event()

    def sell():
        write(Lot.objects.get(pk=lot.pk), place, "sell", 10, owner)

    def declare():
        take(harvest, "declare-wrong", owner, reason="Ghi nhầm")

    verbs = {"sale": sell, "declaration": declare}
    begins = verbs.pop(first)
    [comes_after] = verbs.values()

    def slow():
        with transaction.atomic():
            begins()
            is_written.set()
            threading.Event().wait(IN_BETWEEN)

    def quick():
        assert is_written.wait(60)
        try:
            comes_after()
        except Refused as refused:
            return refused.code
        return ""

    _nothing, code = at_once([slow, quick])
    assert code == {"sale": "guard", "declaration": "too_much"}[first]
    assert Lot.objects.with_amount().get().amount == 0
