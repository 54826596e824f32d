"""Thousands of removals from a container, by a stranger or by a party that once had it: their cost, in lines and statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries import downstream
from khcn.trace.queries.packages.removals_by_receivers import removals_by_holders
from khcn.trace.queries.public_page import public_goods
from khcn.trace.store import EVERYTHING
from khcn.trace.stored_codes import EdgeKind, EdgeSide
from tests.lines_counted import MOST, UNNOTICED, lines_of
from tests.trace.public_given import NOODLES, NOODLES_GTIN, lot, observed, send, serial
from tests.trace.rest_given import GROWER, SHOP
from tests.trace.test_walks_in_proportion import steps_of
from tests.trace.test_whose_package import (
    LOT,
    NEW_PACKET,
    PALLET,
    SHIP,
    packs,
    parties,
    to,
)

__all__ = ["parties"]
FIRST = 10_000_000


def taken_out(speaker, numbers, container=PALLET):
    """A party takes a lot of its own out of a container, again and again."""
    rows = []
    for number in numbers:
        things = ((lot(NOODLES_GTIN, f"X{number}"), EdgeSide.SOURCE), (container, EdgeSide.PRODUCT))
        usual = {"part": 0, "kind": EdgeKind.REMOVAL, "event_time": 1_790_000_000_000_000 + number}
        for thing, side in things:
            rows.append(LineageEdgeEnd(event=number, thing=thing, side=side, owner=speaker.party.pk, **usual))
    LineageEdgeEnd.objects.bulk_create(rows, 2000)


def sent_with(parties, thing):
    """The grower packs a thing onto a pallet and sends that to the shop."""
    packs(60, 13, parties.grower, PALLET, thing)
    send(parties.grower, observed(61, 14, "shipping", GROWER, epcList=[PALLET], **to(SHOP)))


@pytest.mark.parametrize(("path", "thing"), [(NEW_PACKET, serial("A3")), (LOT, NOODLES)])
@pytest.mark.parametrize(("who", "most"), [("stranger", 5000), ("shop", 20)])
def test_a_page_reads_as_much_for_many_removals_as_for_few(
    parties,
    monkeypatch,
    who,
    most,
    path,
    thing,
):
    """Of strangers none is read, and of who had the container so many."""
    monkeypatch.setattr("khcn.trace.queries.walks.traversal.MOST_REMOVALS", most)
    monkeypatch.setattr("khcn.trace.queries.journey.MAX_EDGE_ENDS", 20)
    link = digital_link.parse(f"https://id.gs1.org{path}")
    sent_with(parties, thing)
    public_goods(link)
    costs = []
    for first, last in ((0, 100), (100, 400)):
        taken_out(getattr(parties, who), range(FIRST + first, FIRST + last))
        with CaptureQueriesContext(connection) as asked:
            lines = lines_of(lambda: public_goods(link))
        costs.append((lines, len(asked)))
    assert costs[1][1] == costs[0][1]
    assert costs[1][0] - costs[0][0] < UNNOTICED


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL does not count its steps")
@pytest.mark.parametrize("thing", [serial("A3"), NOODLES])
def test_a_walk_takes_time_in_proportion_to_the_removals_of_who_had_the_container(parties, thing):
    sent_with(parties, thing)
    downstream(thing, EVERYTHING)
    costs, end = [], FIRST
    for more in (200, 200, 400):
        taken_out(parties.shop, range(end, end + more))
        end += more
        costs.append(steps_of(lambda: downstream(thing, EVERYTHING)))
    assert (costs[2] - costs[1]) / (costs[1] - costs[0]) < MOST


def test_of_too_many_removals_the_first_of_each_party_and_container_count(parties):
    """Who reports many from one container displaces none from another."""
    sent_with(parties, NOODLES)
    packs(62, 13, parties.grower, SHIP, NOODLES)
    send(parties.grower, observed(63, 14, "shipping", GROWER, epcList=[SHIP], **to(SHOP)))
    taken_out(parties.shop, range(FIRST, FIRST + 5))
    taken_out(parties.shop, [FIRST + 7], SHIP)
    found = [
        {one.event - FIRST for one in removals_by_holders({NOODLES, PALLET, SHIP}, most=most)}
        for most in (1, 2, 3, 6)
    ]
    assert found == [{0}, {0, 7}, {0, 1, 7}, {0, 1, 2, 3, 4, 7}]
