"""Whose a crate is that was emptied and packed again: who packed it last, and whom he sent it to; SSCC and GRAI alike."""

import pytest

from khcn.epcis.ids import digital_link
from khcn.trace.queries import downstream, upstream
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls.public_recalls import recalls_of_package
from khcn.trace.store import EVERYTHING
from tests.trace.public_given import Parties, commissioned, confirm, send
from tests.trace.rest_given import SHOP, Speaker, party
from tests.trace.test_returnable_crates import created
from tests.trace.test_whose_package import FIT, SET, packs, says, to

pytestmark = pytest.mark.django_db
CRATES = ("https://id.gs1.org/00/095299990000000019", "https://id.gs1.org/8003/09529999000019K1")
POOL, NEXT = "9521238000002", "9521239000001"
EARLY = "https://id.gs1.org/01/09521238000019/21/A1"
LOT, PACKET = "https://id.gs1.org/01/09521234000037/10/L1", "https://id.gs1.org/01/09521234000037/21/B2"
RUBBISH = "https://id.gs1.org/01/09521236000011/21/S"


def story(crate, past, goods):
    """A crate with a past comes to the grower, who packs it and ships it to the shop."""
    parties = Parties()
    parties.pool, parties.next = Speaker(party(POOL, "Bên cho thuê")), Speaker(party(NEXT, "Bên sau"))
    confirm(parties.grower, "")
    past(parties, crate)
    if goods == LOT:
        send(parties.grower, commissioned(20, 9, LOT, parties.grower.party.gln))
    else:
        created(20, 9, parties.grower, goods)
    packs(21, 10, parties.grower, crate, goods)
    says(22, 12, parties.grower, crate, **to(SHOP))
    return parties


def made_by_pool(parties, crate):
    created(1, 1, parties.pool, crate)


def used_by_another(parties, crate):
    created(1, 1, parties.pool, EARLY)
    packs(2, 2, parties.pool, crate, EARLY)
    says(3, 3, parties.pool, crate, **to(NEXT))
    packs(4, 4, parties.next, crate, EARLY, action="DELETE")


def used_before(parties, crate):
    """By the grower himself, who shipped it to another; that it came back nobody says."""
    created(1, 1, parties.grower, EARLY)
    packs(2, 2, parties.grower, crate, EARLY)
    says(3, 3, parties.grower, crate, **to(NEXT))
    packs(4, 4, parties.next, crate, action="DELETE")


def shown(thing):
    link = digital_link.parse(thing)
    page = public_goods(link) if "/01/" in thing else recalls_of_package(link)
    return sorted({(one.named, one.party) for one in page.recalls})


def recalls_in_walk(asked, way):
    """The recalls of a crate in a walk."""
    return sorted({(one.subject, one.named, one.rank.name) for one in way(asked, EVERYTHING).recalls})


PASTS = [made_by_pool, used_by_another, used_before]


def with_crates(others):
    """Each past with each of some others: of both kinds of crate, each past and each of the others has one and the other."""
    return [
        (past, other, CRATES[(number + place) % 2])
        for number, past in enumerate(PASTS)
        for place, other in enumerate(others)
    ]


@pytest.mark.both
@pytest.mark.parametrize(("past", "goods", "crate"), with_crates([LOT, PACKET]))
def test_who_packed_an_empty_crate_and_whom_he_sent_it_to_recall_it(past, goods, crate):
    parties = story(crate, past, goods)
    says(30, 20, parties.shop, crate, **SET)
    shop, grower = "Cửa hàng Thử Nghiệm", "Hợp tác xã Thử Nghiệm"
    with_crate = [] if goods == LOT else [(goods, crate, "HOLDER")]  # a holder recalls no lot
    assert shown(crate) == [(crate, shop)]
    assert shown(goods) == ([] if goods == LOT else [(crate, shop)])
    for asked in (crate, goods):
        assert recalls_in_walk(asked, downstream) == sorted([(crate, crate, "HOLDER"), *with_crate])
    assert recalls_in_walk(crate, upstream) == recalls_in_walk(crate, downstream)
    says(31, 21, parties.shop, crate, **FIT)
    says(32, 22, parties.grower, crate, **SET)
    assert (shown(crate), shown(goods)) == ([(crate, grower)], [(crate, grower)])
    for asked in (crate, goods):
        assert recalls_in_walk(asked, downstream) == sorted(
            [(crate, crate, "MAKER"), (goods, crate, "MAKER")]
        )
    says(33, 23, parties.grower, crate, **FIT)
    assert (shown(crate), shown(goods), recalls_in_walk(crate, upstream)) == ([], [], [])


@pytest.mark.parametrize("crate", CRATES)
def test_who_used_it_before_has_no_say_any_more_but_what_he_recalled_then_stays(crate):
    parties = Parties()
    parties.pool, parties.next = Speaker(party(POOL, "Bên cho thuê")), Speaker(party(NEXT, "Bên sau"))
    used_by_another(parties, crate)
    says(5, 5, parties.pool, crate, **SET)  # in his time, although he has shipped it
    created(20, 9, parties.grower, PACKET)
    packs(21, 10, parties.grower, crate, PACKET)
    assert (shown(crate), shown(PACKET)) == ([(crate, "Bên cho thuê")], [])
    says(22, 11, parties.pool, crate, **FIT)
    says(23, 20, parties.pool, crate, **SET)
    says(24, 20, parties.next, crate, **SET)
    assert (shown(crate), shown(PACKET), recalls_in_walk(crate, downstream)) == ([], [], [])


@pytest.mark.parametrize(("past", "day", "crate"), with_crates([9, 10, 15, 21]))
def test_nobody_gains_a_say_by_packing_something_of_his_own_into_it_or_by_making_it_late(past, day, crate):
    parties = story(crate, past, PACKET)
    says(30, 20, parties.shop, crate, **SET)
    before = shown(crate), shown(PACKET), recalls_in_walk(crate, downstream)
    created(40, 1, parties.stranger, crate)
    created(41, 1, parties.stranger, RUBBISH)
    packs(42, day, parties.stranger, crate, RUBBISH)
    packs(43, day, parties.stranger, crate, PACKET, action="DELETE")
    says(44, 22, parties.stranger, crate, **SET)
    assert (shown(crate), shown(PACKET)) == before[:2]
    crates = [one for one in recalls_in_walk(crate, downstream) if one[0] != RUBBISH]
    assert crates == before[2]
    assert shown(RUBBISH) == [(crate, "Người lạ")]  # his own goods
    says(45, 23, parties.stranger, crate, **FIT)
    says(46, 23, parties.shop, crate, **FIT)
    assert shown(crate) == []


@pytest.mark.both
@pytest.mark.parametrize("crate", CRATES)
def test_who_was_sent_an_empty_crate_uses_it_though_another_found_it_first(crate):
    parties = Parties()
    confirm(parties.grower, "")
    parties.pool = Speaker(party(POOL, "Bên cho thuê"))
    created(1, 1, parties.pool, crate)
    says(2, 2, parties.pool, crate, **to(parties.grower.party.gln))
    created(3, 3, parties.stranger, RUBBISH)
    packs(4, 3, parties.stranger, crate, RUBBISH)
    created(20, 9, parties.grower, PACKET)
    packs(21, 10, parties.grower, crate, PACKET)
    says(22, 12, parties.grower, crate, **to(SHOP))
    says(30, 20, parties.shop, crate, **SET)
    assert (shown(crate), shown(PACKET)) == ([(crate, "Cửa hàng Thử Nghiệm")],) * 2
