"""Of each chart of this area records, of which its window leaves some out (tests/conformance/test_breakdowns.py)."""

from datetime import date

from tests.factories.goods import PartyFindingFactory


def findings():
    one = PartyFindingFactory().party
    PartyFindingFactory.create_batch(2, party=one, kind="too_much")
    PartyFindingFactory(party=one, over_on=date(2023, 9, 1))  # is over
    return 3


# name of the register: makes records, and returns how many of them the chart has
DRAWN = {"goods.partyfinding": findings}
