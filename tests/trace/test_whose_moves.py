"""A correction that moves an object to another lot moves it to the recalls of that lot; what is withdrawn after a recall ends none."""

import pytest

from tests.trace.public_given import GROWER, SHOP, commissioned, confirm, of, send
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_making import GTIN, ITEM, LOT, OWN_LOT, PATH, parties
from tests.trace.test_whose_package import FIT, SET, declare_wrong, packs, recalled, says, to

__all__ = ["parties"]
ROOT = "https://id.gs1.org"
PALLET, BOX = "https://id.gs1.org/00/095212360000000035", "https://id.gs1.org/00/095212360000000042"
LOT_PATH = LOT.removeprefix(ROOT)


def made_in(number, name, **fields):
    return commissioned(
        number, 1, None, GROWER, quantityList=None, epcList=[ITEM], ilmd={"cbvmda:lotNumber": name}, **fields
    )


def corrected(speaker, wrong, *right):
    """The party declares its event wrong and names the events in its place (EPCIS 2.0, 7.4.1.2)."""
    declaration = {
        "declarationTime": "2026-09-25T08:00:00.000+07:00",
        "reason": "incorrect_data",
        "correctiveEventIDs": [one["eventID"] for one in right],
    }
    send(speaker, {**wrong, "errorDeclaration": declaration})


@pytest.mark.parametrize("first", ["correction", "declaration"])
@pytest.mark.parametrize("recall", ["before", "after"])
@pytest.mark.parametrize("codes", ["", GTIN], ids=["code without owner", "code of the maker"])
@pytest.mark.parametrize("who", ["grower", "province"])
def test_an_object_that_a_correction_moves_is_of_the_recalls_of_its_new_lot(
    parties, who, codes, recall, first
):
    confirm(parties.grower, codes)
    send(parties.grower, *(commissioned(50 + n, 1, thing, GROWER) for n, thing in enumerate((LOT, OWN_LOT))))
    wrong, right = made_in(60, "L1"), made_in(61, "L2")
    send(parties.grower, wrong)
    packs(62, 2, parties.grower, BOX, ITEM)
    speaker = getattr(parties, who)

    def moves():
        if first == "correction":
            send(parties.grower, right)
            corrected(parties.grower, wrong, right)
        else:
            corrected(parties.grower, wrong, right)
            send(parties.grower, right)

    def recalled_in_walks():
        walks = [walked(parties.province, "upstream", ITEM)]
        walks += [walked(parties.province, "downstream", one) for one in (LOT, OWN_LOT)]
        return [sorted({one[:2] for one in walk if one[2] in {"lot", "object"}}) for walk in walks]

    if recall == "after":
        moves()
    says(70, 10, speaker, things=(LOT,), **SET)
    if recall == "before":
        assert recalled(PATH) == [True]
        moves()
    assert recalled(PATH) == [False]
    assert recalled_in_walks() == [[], [(LOT, LOT)], []]
    says(71, 11, speaker, things=(LOT,), **FIT)
    says(72, 11, speaker, things=(OWN_LOT,), **SET)
    assert recalled(PATH) == [True]
    of_its_lot = sorted([(OWN_LOT, OWN_LOT), (ITEM, OWN_LOT)])
    assert recalled_in_walks() == [of_its_lot, [], of_its_lot]


@pytest.mark.parametrize("codes", ["", GTIN], ids=["code without owner", "code of the maker"])
@pytest.mark.parametrize("packer", ["grower", "shop"])
def test_a_lot_stays_recalled_with_its_package_when_its_maker_withdraws_it(parties, packer, codes):
    """No party owns the pallet's code: only the authority ends the recall that it set."""
    confirm(parties.grower, codes)
    creation = commissioned(60, 1, LOT, GROWER)
    send(parties.grower, creation)
    says(61, 2, parties.grower, things=(LOT,), **to(SHOP))
    packs(62, 3, getattr(parties, packer), PALLET, LOT)
    says(63, 10, parties.province, PALLET, **SET)
    assert recalled(LOT_PATH) == ["part"]
    declare_wrong(parties.grower, creation)
    assert recalled(LOT_PATH) == ["part"]
    found = [one[:2] for one in walked(parties.province, "upstream", LOT)]
    assert found == [(LOT, PALLET)]
    says(64, 11, parties.province, PALLET, **FIT)
    says(65, 12, parties.province, PALLET, **SET)  # who had withdrawn it before this recall is not its maker
    assert recalled(LOT_PATH) == (["part"] if codes and packer == "grower" else [False])


@pytest.mark.parametrize("inside", ["lot", "object"])
def test_what_is_in_a_package_stays_recalled_when_who_packed_it_withdraws_the_package(parties, inside):
    confirm(parties.grower, "")
    if inside == "lot":
        send(parties.grower, commissioned(60, 1, LOT, GROWER))
        packed = {"childQuantityList": of(LOT)}
    else:
        send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[ITEM]))
        packed = {"childEPCs": [ITEM]}
    first = {
        "type": "AggregationEvent",
        "eventID": "urn:uuid:00000000-0000-4000-9000-000000000061",
        "eventTime": "2026-09-02T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "parentID": BOX,
        **packed,
    }
    send(parties.grower, first)
    packs(62, 3, parties.grower, PALLET, BOX)
    says(63, 10, parties.province, PALLET, **SET)
    path = LOT_PATH if inside == "lot" else PATH
    stays = ["part"] if inside == "lot" else [True]
    upstream = walked(parties.province, "upstream", BOX)
    assert recalled(path) == stays
    assert (BOX, PALLET) in [one[:2] for one in upstream]
    declare_wrong(parties.grower, first)
    assert recalled(path) == stays
    upstream = walked(parties.province, "upstream", BOX)
    assert (BOX, PALLET) in [one[:2] for one in upstream]
