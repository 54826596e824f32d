"""Which edges of an authority's walk are confirmed where goods came back to the party that began their chain."""

import itertools

import pytest

from khcn.epcis.ids.check import check_digit
from tests.trace.public_given import (
    GROWER,
    PROVINCE,
    ROOTS_GTIN,
    STARCH_GTIN,
    commissioned,
    observed,
    of,
    send,
    transformed,
)
from tests.trace.rest_given import Speaker, party
from tests.trace.test_whose_package import to

pytestmark = pytest.mark.django_db
LOT = f"https://id.gs1.org/01/{ROOTS_GTIN}/10/R1"
MADE_BY_FIRST = f"https://id.gs1.org/01/{STARCH_GTIN}/10/S1"
MADE_BY_LAST = "https://id.gs1.org/01/19521234000034/10/KL"


def a_party(number):
    body = f"95300{number:03d}0000"
    return Speaker(party(f"{body}{check_digit(body)}", f"p{number}"))


@pytest.mark.parametrize("back", [None, 5], ids=["onwards only", "a part came back"])
def test_what_came_back_to_the_first_party_counts_for_the_last_one(back):
    """Thirteen hand-overs: the last party is within twelve links of the first alone by the one who sent something back."""
    province, parties = Speaker(party(PROVINCE, "P", authority=True)), [Speaker(party(GROWER))]
    parties += [a_party(number) for number in range(1, 14)]
    send(parties[0], commissioned(7000, 1, LOT, GROWER))
    for number, (sender, receiver) in enumerate(itertools.pairwise(parties), start=1):
        named = to(receiver.party.gln)
        send(
            sender,
            observed(7000 + number, 1 + number, "shipping", sender.party.gln, quantityList=of(LOT), **named),
        )
    if back:
        sender = parties[back]
        send(sender, observed(7100, 24, "shipping", sender.party.gln, quantityList=of(LOT), **to(GROWER)))
    send(parties[0], transformed(7101, 25, [LOT], [MADE_BY_FIRST], gln=GROWER))
    send(parties[-1], transformed(7102, 26, [LOT], [MADE_BY_LAST], gln=parties[-1].party.gln))
    edges = province.get(f"/trace/downstream?epc={LOT}").json()["passages"]
    confirmed = {each["products"][0]: each["events"][0]["confirmed"] for each in edges}
    assert confirmed == {MADE_BY_FIRST: True, MADE_BY_LAST: back is not None}
