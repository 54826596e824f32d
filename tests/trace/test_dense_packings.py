"""Packings of each thing into each container, by a stranger: what they cost the page and the walks of the goods."""

from collections import Counter

import pytest

from khcn.epcis.ids.check import check_digit
from khcn.trace.queries.recalls import recalled_packages, recalls
from khcn.trace.queries.recalls.recall_terms import MOST_OF_PARTY
from khcn.trace.store import confirmations
from khcn.trace.store.confirmations import Standing, confirmed_standings
from khcn.trace.store.database.stores import all_stores
from tests.trace.public_given import reported, send
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_lot_members import BOX, ITEM, PALLET, TIES
from tests.trace.test_whose_making import parties
from tests.trace.test_whose_package import SET, says

__all__ = ["parties"]  # a fixture
pytestmark = pytest.mark.django_db
LEVELS, WIDTH = 3, 6


def box(level, number):
    body = f"0952123700{level:03d}{number:04d}"
    return f"https://id.gs1.org/00/{body}{check_digit(body)}"


def packed_each_into_each(stranger, *things):
    inside = list(things)
    for level in range(LEVELS):
        boxes = [box(level, number) for number in range(WIDTH)]
        send(
            stranger,
            *(
                reported(
                    1000 + 100 * level + number, "AggregationEvent", 13, action="ADD", parentID=one, childEPCs=inside
                )
                for number, one in enumerate(boxes)
            ),
        )  # fmt: skip
        inside = boxes


def test_an_answer_looks_up_the_packings_of_a_standing_once(parties, monkeypatch):
    TIES["made in its lot"](parties.grower)
    says(20, 10, parties.province, PALLET, **SET)
    packed_each_into_each(parties.stranger, ITEM, PALLET, BOX)
    looked_up = []
    look_up = confirmations._looked_up_packings

    def noted(search, standings):
        looked_up.append(list(standings))
        return look_up(search, standings)

    monkeypatch.setattr(confirmations, "_looked_up_packings", noted)
    asked = {
        Standing(parties.stranger.party.pk, box(level, number))
        for level in range(LEVELS)
        for number in range(WIDTH)
    }
    with all_stores():  # one answer
        first, second = (confirmed_standings(asked, places={}, authorities=()) for _time in range(2))
    assert first == second
    standings = [each for some in looked_up for each in some]
    assert len(standings) == len(set(standings)) == WIDTH * LEVELS


def test_packages_of_a_strangers_goods_are_looked_up_apart_for_few_of_them(parties, monkeypatch):
    """Where there are too many for all together; the recall of the goods stays, and the answer says what it left out."""
    TIES["made in its lot"](parties.grower)
    says(20, 10, parties.province, PALLET, **SET)
    packed_each_into_each(parties.stranger, ITEM, PALLET, BOX)
    says(21, 20, parties.province, box(LEVELS - 1, 0), **SET)
    monkeypatch.setattr(recalled_packages, "MOST_PACKINGS", 5)
    looked_up = []

    class Noted(recalls.RecalledPackages):
        def __init__(self, subjects, authorities):
            super().__init__(subjects, authorities)
            looked_up.append(len(self._subjects))

    monkeypatch.setattr(recalls, "RecalledPackages", Noted)
    counts = {}
    for apart in (0, 2, 5):
        looked_up.clear()
        monkeypatch.setattr(recalls, "MOST_APART", apart)
        answer = parties.province.get(f"/trace/downstream?epc={ITEM}").json()
        assert {one["epc"] for one in answer["recalls"]} >= {ITEM, PALLET}
        assert answer["recallsLeftOut"] > 0
        counts[apart] = looked_up.count(1)
    assert [counts[each] - counts[0] for each in counts] == [0, 2, 5]


def test_of_many_recalls_by_one_party_an_answer_tells_ten_of_each_thing(parties):
    TIES["made in its lot"](parties.grower)
    says(20, 10, parties.province, PALLET, **SET)
    packed_each_into_each(parties.stranger, ITEM, PALLET, BOX)
    says(
        21,
        20,
        parties.stranger,
        *(box(level, number) for level in range(LEVELS) for number in range(WIDTH)),
        **SET,
    )
    recalls = walked(parties.province, "downstream", ITEM)
    assert {epc for epc, *_more in recalls} >= {ITEM, PALLET, *(box(0, number) for number in range(WIDTH))}
    of_each = Counter((epc, scope, party) for epc, _named, scope, party, _rank in recalls)
    assert max(of_each.values()) == MOST_OF_PARTY + 1  # that of the package itself, and ten of what it is in
