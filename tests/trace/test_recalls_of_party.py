"""Editing the register of parties ends no recall without a word."""

from datetime import date
from itertools import pairwise

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row, save_rows
from khcn.trace.models import TraceParty
from tests.factories.base import an_actor
from tests.factories.trace import TracePartyFactory
from tests.trace.public_given import (
    BOX,
    NOODLES,
    NOODLES_GTIN,
    commissioned,
    confirm,
    noodles,
    observed,
    of,
    page,
    parties,
    send,
    serial,
    visitor,
)
from tests.trace.rest_given import GROWER, OTHER, PROVINCE, SHOP
from tests.trace.test_whose_package import packs

__all__ = ["parties", "visitor"]  # fixtures

pytestmark = pytest.mark.django_db
PATH = NOODLES.removeprefix("https://id.gs1.org")
SET = [{"persistentDisposition": {"set": ["recalled"]}}, {"disposition": "recalled"}]
EDITOR, ON = an_actor(Role.ADMIN, "TDC"), date(2026, 10, 1)


def edited(speaker, **values):
    """Saves the party with other values, as its form does; gives the fields that are refused."""
    stored = TraceParty.objects.get(pk=speaker.party.pk)
    for name, value in values.items():
        setattr(stored, name, value)
    try:
        save_row(register_of(TraceParty), stored, actor=EDITOR, on=ON)
    except Refused as refused:
        return sorted(refused.fields)
    return []


def says(number, speaker, **fields):
    send(
        speaker, observed(400 + number, 20, "holding", speaker.party.gln, quantityList=of(NOODLES), **fields)
    )


def is_recalled(visitor, path=PATH):
    return "THU HỒI" in page(visitor, path)


@pytest.mark.both
@pytest.mark.parametrize("recall", SET)
def test_an_authority_stays_one_while_its_recalls_are_in_force(parties, visitor, recall):
    says(1, parties.province, **recall)
    assert edited(parties.province, is_authority=False) == ["is_authority"]
    assert edited(parties.province, name="Chi cục khác") == []
    assert is_recalled(visitor)
    says(2, parties.grower, **recall)  # whose the code is recalls it too
    assert edited(parties.province, is_authority=False) == []
    assert is_recalled(visitor)


@pytest.mark.parametrize("recall", SET)
def test_a_code_stays_confirmed_while_goods_under_it_are_recalled_by_its_owner_alone(
    parties, visitor, recall
):
    says(1, parties.grower, **recall)
    for codes in ("", "8930000"):
        assert edited(parties.grower, confirmed_codes=codes) == ["confirmed_codes"]
    assert edited(parties.grower, confirmed_codes="9521234 8930000") == []
    assert edited(parties.grower, confirmed_codes="9521234") == []
    confirm(parties.shop, "9521234")  # the successor recalls it as well
    says(2, parties.shop, **recall)
    assert edited(parties.grower, confirmed_codes="") == []
    assert is_recalled(visitor)


@pytest.mark.both
def test_what_is_recalled_no_more_stands_in_nobodys_way(parties):
    says(1, parties.province, **SET[0])
    says(2, parties.province, persistentDisposition={"unset": ["recalled"]})
    assert edited(parties.province, is_authority=False) == []
    assert edited(parties.grower, confirmed_codes="") == []
    assert {GROWER, PROVINCE} == {parties.grower.party.gln, parties.province.party.gln}


PRODUCT = f"https://id.gs1.org/01/{NOODLES_GTIN}"
OTHERS_BOX = "https://id.gs1.org/00/095212360000000018"
UNSET = {"persistentDisposition": {"unset": ["recalled"]}}
PACKET = f"/01/{NOODLES_GTIN}/21/A1"


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("what", [NOODLES, PRODUCT])
def test_a_code_is_confirmed_for_nobody_while_its_maker_alone_recalls(parties, visitor, is_new, what):
    confirm(parties.grower, "")
    noodles(parties)
    send(parties.grower, observed(401, 20, "holding", GROWER, quantityList=of(what), **SET[0]))
    assert is_recalled(visitor)

    def confirmed():
        if not is_new:
            return edited(parties.shop, confirmed_codes="9521234")
        made = TracePartyFactory.build(name="Chủ thương hiệu", confirmed_codes="9521234")
        try:
            save_row(register_of(TraceParty), made, actor=EDITOR, on=ON)
        except Refused as refused:
            return sorted(refused.fields)
        return []

    assert confirmed() == ["confirmed_codes"]
    assert is_recalled(visitor)
    assert edited(parties.grower, confirmed_codes=NOODLES_GTIN) == []  # as the maker of goods under the code
    assert confirmed() == []
    assert is_recalled(visitor)


def test_the_refusal_says_how_many_recalls_would_end_and_what_to_do(parties):
    confirm(parties.grower, "")
    noodles(parties)
    says(1, parties.grower, **SET[0])
    parties.shop.party.confirmed_codes = "9521234"
    with pytest.raises(Refused) as refused:
        save_row(register_of(TraceParty), parties.shop.party, actor=EDITOR, on=ON)
    assert str(refused.value) == (
        f"Thay đổi này làm 1 lệnh thu hồi đang có hiệu lực không còn hiệu lực, trong đó có lệnh thu hồi {NOODLES}. "
        "Xác nhận mã cho cả bên đã làm ra hàng trước, hoặc để một cơ quan quản lý hay bên sẽ là chủ mã khai thu hồi từng mặt hàng, "
        "hoặc để bên đã thu hồi khai kết thúc, rồi sửa."
    )


def test_a_code_passes_on_in_one_file_where_its_new_owner_recalls_too(parties, visitor):
    says(1, parties.grower, **SET[0])
    rows = [TraceParty.objects.get(pk=one.party.pk) for one in (parties.grower, parties.shop)]
    rows[0].confirmed_codes, rows[1].confirmed_codes = "", "9521234"
    with pytest.raises(Refused):
        save_rows(register_of(TraceParty), rows, actor=EDITOR, on=ON)
    says(2, parties.shop, **SET[0])
    save_rows(register_of(TraceParty), rows, actor=EDITOR, on=ON)
    assert is_recalled(visitor)


def test_an_object_stays_in_its_recalled_lot_when_a_code_is_confirmed(parties, visitor):
    """Who reported it as part of the lot would be trusted in that no more."""
    confirm(parties.grower, "")
    noodles(parties)
    says(1, parties.province, **SET[0])
    assert is_recalled(visitor, PACKET)
    assert edited(parties.shop, confirmed_codes="9521234") == ["confirmed_codes"]
    assert edited(parties.grower, confirmed_codes="9521234") == []
    assert is_recalled(visitor, PACKET)


def test_goods_stay_recalled_with_a_package_of_others(parties, visitor):
    send(parties.grower, commissioned(1, 11, None, GROWER, quantityList=None, epcList=[serial("B1")]))
    packs(2, 12, parties.grower, OTHERS_BOX, serial("B1"))
    send(parties.grower, observed(3, 20, "holding", GROWER, epcList=[OTHERS_BOX], **SET[0]))
    path = f"/01/{NOODLES_GTIN}/21/B1"
    assert is_recalled(visitor, path)
    assert edited(parties.shop, confirmed_codes="9521234") == []
    assert edited(parties.grower, confirmed_codes="") == ["confirmed_codes"]
    assert is_recalled(visitor, path)


def test_what_a_party_reported_before_it_was_an_authority_ends_no_recall(parties, visitor):
    noodles(parties)
    says(1, parties.province, **SET[0])
    send(
        parties.shop,
        observed(
            2,
            21,
            "storing",
            parties.shop.party.gln,
            quantityList=of(NOODLES),
            disposition="sellable_accessible",
        ),
    )
    assert edited(parties.shop, is_authority=True) == ["is_authority"]
    assert is_recalled(visitor)
    send(parties.province, observed(3, 22, "holding", PROVINCE, quantityList=of(NOODLES), **SET[0]))
    assert edited(parties.shop, is_authority=True) == []
    assert is_recalled(visitor)


@pytest.mark.both
def test_the_oldest_of_a_thousand_recalls_stands_in_the_way(parties, visitor):
    """The later ones ended."""
    things = [serial(f"T{number}") for number in range(1101)]
    send(parties.grower, commissioned(1, 11, None, GROWER, quantityList=None, epcList=things))
    for number, (day, some, fields) in enumerate(
        [(18, things[:1], SET[0]), (18, things[1:], SET[0]), (19, things[1:], UNSET)]
    ):
        send(parties.province, observed(10 + number, day, "holding", PROVINCE, epcList=some, **fields))
    assert edited(parties.province, is_authority=False) == ["is_authority"]
    assert is_recalled(visitor, f"/01/{NOODLES_GTIN}/21/T0")


def shipped(number, day, gln, receiver, *things):
    to = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{receiver}"}]
    return observed(number, day, "shipping", gln, epcList=list(things), destinationList=to)


@pytest.mark.parametrize("within", [[], [BOX], [BOX, OTHERS_BOX]], ids=["alone", "in a box", "in two"])
@pytest.mark.parametrize("named", ["object", "outermost package"])
@pytest.mark.parametrize("who", ["shop", "stranger"])
def test_a_gln_stays_while_a_recall_depends_on_whom_it_names(parties, visitor, who, named, within):
    """The grower ships it to the shop, which ships it to the buyer, who recalls it, or what it is in."""
    things = [serial("B1"), *within]
    send(parties.grower, commissioned(1, 11, None, GROWER, quantityList=None, epcList=things[:1]))
    for inner, outer in pairwise(things):
        packs(10 + things.index(outer), 12, parties.grower, outer, inner)
    send(parties.grower, shipped(2, 13, GROWER, SHOP, things[-1]))
    send(parties.shop, shipped(3, 14, SHOP, OTHER, things[-1]))
    recalled = things[0 if named == "object" else -1]
    path = f"/01/{NOODLES_GTIN}/21/B1"
    send(parties.stranger, observed(4, 20, "holding", OTHER, epcList=[recalled], **SET[0]))
    assert is_recalled(visitor, path)
    assert edited(getattr(parties, who), gln="9521238000019") == ["gln"]
    assert is_recalled(visitor, path)


@pytest.mark.parametrize("what", ["object", "box"])
def test_a_gln_stays_while_an_authority_recalls_what_its_party_packed(parties, visitor, what):
    send(parties.grower, commissioned(1, 11, None, GROWER, quantityList=None, epcList=[serial("B1")]))
    send(parties.grower, shipped(2, 12, GROWER, SHOP, serial("B1")))
    packs(3, 14, parties.shop, OTHERS_BOX, serial("B1"))
    named = serial("B1") if what == "object" else OTHERS_BOX
    send(parties.province, observed(4, 20, "holding", PROVINCE, epcList=[named], **SET[0]))
    path = f"/01/{NOODLES_GTIN}/21/B1"
    assert is_recalled(visitor, path)
    assert edited(parties.shop, gln="9521238000019") == ([] if what == "object" else ["gln"])
    assert is_recalled(visitor, path)


@pytest.mark.both
def test_a_gln_changes_where_no_recall_depends_on_it(parties, visitor):
    noodles(parties)
    says(1, parties.province, **SET[0])
    send(parties.shop, observed(2, 21, "receiving", SHOP, quantityList=of(NOODLES)))
    assert edited(parties.shop, gln="9521238000019") == []
    assert is_recalled(visitor)


def test_a_gln_stays_of_who_named_only_the_package_that_the_goods_were_in(parties, visitor):
    """The province recalls another box in which the goods are as well, packed by who got them through the shop."""
    send(parties.grower, commissioned(1, 11, None, GROWER, quantityList=None, epcList=[serial("B1")]))
    packs(2, 12, parties.grower, BOX, serial("B1"))
    send(parties.grower, shipped(3, 13, GROWER, SHOP, BOX))
    send(parties.shop, shipped(4, 14, SHOP, OTHER, BOX))
    packs(5, 15, parties.stranger, OTHERS_BOX, serial("B1"))
    send(parties.province, observed(6, 20, "holding", PROVINCE, epcList=[OTHERS_BOX], **SET[0]))
    path = f"/01/{NOODLES_GTIN}/21/B1"
    assert is_recalled(visitor, path)
    assert edited(parties.shop, gln="9521238000019") == ["gln"]
    assert is_recalled(visitor, path)


@pytest.mark.both
@pytest.mark.parametrize("is_new", [False, True])
def test_a_number_that_events_name_is_given_to_nobody_where_a_recall_depends_on_it(parties, visitor, is_new):
    """The grower shipped to a warehouse that is no party, for the buyer as owner: the party with its number would hold the goods."""
    warehouse = "9521238000019"
    to = [
        {"type": "location", "destination": f"https://id.gs1.org/414/{warehouse}"},
        {"type": "owning_party", "destination": f"https://id.gs1.org/417/{OTHER}"},
    ]
    send(parties.grower, commissioned(1, 11, None, GROWER, quantityList=None, epcList=[serial("B1")]))
    send(parties.grower, observed(2, 12, "shipping", GROWER, epcList=[serial("B1")], destinationList=to))
    send(parties.stranger, observed(4, 20, "holding", OTHER, epcList=[serial("B1")], **SET[0]))
    path = f"/01/{NOODLES_GTIN}/21/B1"
    assert is_recalled(visitor, path)
    assert _given_to(parties.shop, warehouse, is_new=is_new) == ["gln"]
    assert is_recalled(visitor, path)
    assert _given_to(parties.shop, "9521238000026", is_new=is_new) == []  # that no event names


def _given_to(speaker, gln, *, is_new):
    if not is_new:
        return edited(speaker, gln=gln)
    try:
        save_row(register_of(TraceParty), TracePartyFactory.build(gln=gln), actor=EDITOR, on=ON)
    except Refused as refused:
        return sorted(refused.fields)
    return []
