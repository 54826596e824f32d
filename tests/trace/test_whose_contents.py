"""What is in a package: by no report of his own does a stranger take a recall from it, or put recalled goods into it."""

import pytest

from khcn.epcis.ids.check import check_digit
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    STARCH_GTIN,
    commissioned,
    confirm,
    lot,
    observed,
    of,
    page,
    parties,  # noqa: F401 -- a fixture
    send,
    serial,
    text,
    transformed,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, SHOP
from tests.trace.test_public_packages import made, packed, to
from tests.trace.test_recalled_contents import holding, in_walk
from tests.trace.test_whose_package import says

SET = {"persistentDisposition": {"set": ["recalled"]}}
PACKET, BAD, GOOD = serial("A1"), serial("HONG"), serial("TOT")
FOREIGN_GTIN = "09521239999992"
FOREIGN, FOREIGN_LOT = f"https://id.gs1.org/01/{FOREIGN_GTIN}/21/LA", lot(FOREIGN_GTIN, "LA")
CASE = f"https://id.gs1.org/01/{STARCH_GTIN}/21/T1"
PRODUCT = lot(NOODLES_GTIN, "SP-1")


def sscc(place, company="9521234"):
    body = f"0{company}{place:09d}"
    return f"https://id.gs1.org/00/{body}{check_digit(body)}"


def crate(place):
    body = f"9521234{place:05d}"
    return f"https://id.gs1.org/8003/0{body}{check_digit(body)}X"


BOX, PALLET, CRATE = sscc(1), sscc(2), crate(1)


def take_overs():
    """Reports of a stranger that a package is his, after its packer's: as created, as output, as filled or packed by him."""
    for place, one in enumerate((BOX, CASE, CRATE, PALLET)):
        yield made(40 + place, 1, one, OTHER, **to(GROWER))
        yield transformed(
            50 + place, 1, [FOREIGN_LOT], [], OTHER, outputQuantityList=None, outputEPCList=[one]
        )
        yield transformed(60 + place, 1, [], [], OTHER, inputQuantityList=None, outputQuantityList=None,
                          inputEPCList=[FOREIGN], outputEPCList=[one], transformationID="urn:vidu:1")  # fmt: skip
        yield packed(70 + place, 1, one, OTHER, childEPCs=[serial("LA")], **to(GROWER))
        yield packed(80 + place, 1, sscc(9), OTHER, childEPCs=[one], **to(GROWER))
        yield packed(90 + place, 28, one, OTHER, action="DELETE")
        yield observed(100 + place, 28, "shipping", OTHER, epcList=[one], **to(GROWER))


@pytest.mark.parametrize("codes", ["9521234", ""])
def test_who_says_that_a_package_is_his_takes_no_recall_from_it(parties, codes):  # noqa: F811 -- the fixture's value
    confirm(parties.grower, codes)
    send(
        parties.grower,
        commissioned(1, 1, NOODLES, GROWER),
        made(2, 1, PACKET, GROWER, ilmd={"cbvmda:lotNumber": "MIEN-1"}),
        packed(3, 2, BOX, GROWER, childEPCs=[PACKET], childQuantityList=of(NOODLES)),
        packed(4, 2, CASE, GROWER, childQuantityList=of(NOODLES)),
        packed(5, 2, CRATE, GROWER, childQuantityList=of(NOODLES)),
        packed(6, 3, PALLET, GROWER, childEPCs=[BOX, CASE, CRATE]),
        observed(7, 4, "shipping", GROWER, epcList=[PALLET], **to(SHOP)),
    )  # fmt: skip
    says(10, 5, parties.province, things=(NOODLES,), **SET)
    packages = (BOX, CASE, CRATE, PALLET)
    assert holding(*packages) == [[NOODLES]] * 4
    walked = [in_walk(parties.province, one) for one in packages]
    assert [{one[0] for one in found} for found in walked] == [{BOX}, {CASE}, {CRATE}, set(packages)]
    for event in take_overs():
        send(parties.stranger, event)
    assert holding(*packages) == [[NOODLES]] * 4
    assert [in_walk(parties.province, one) for one in packages] == walked


@pytest.mark.parametrize("codes", ["9521234", ""])
def test_a_stranger_puts_no_recalled_goods_into_anothers_package_that_he_addresses_to_its_party(
    parties,  # noqa: F811 -- the fixture's value
    visitor,  # noqa: F811 -- the fixture's value
    codes,
):
    """The package of a party, also one in another, and one that it made something of, which the shop had sent it."""
    confirm(parties.grower, codes)
    sent = sscc(5, "9521235")  # a code without confirmed party
    send(
        parties.shop,
        made(1, 1, serial("S1"), SHOP),
        packed(2, 2, sent, SHOP, childEPCs=[serial("S1")], **to(GROWER)),
    )
    send(
        parties.grower,
        made(3, 1, CASE, GROWER),
        made(4, 1, BAD, GROWER),
        made(5, 1, GOOD, GROWER),
        packed(6, 2, BOX, GROWER, childEPCs=[GOOD]),
        packed(7, 3, PALLET, GROWER, childEPCs=[BOX, CASE]),
        transformed(8, 4, [], [PRODUCT], inputQuantityList=None, inputEPCList=[sent]),
    )
    says(10, 5, parties.province, BAD, **SET)
    send(parties.stranger, made(11, 1, FOREIGN, OTHER))
    says(12, 2, parties.stranger, FOREIGN, **SET)
    packages = (CASE, BOX, PALLET)
    product = PRODUCT.removeprefix("https://id.gs1.org")
    before = text(page(visitor, product))
    assert "Cửa hàng Thử Nghiệm" in before
    assert holding(*packages) == [[], [], []]
    for place, one in enumerate((*packages, sent)):
        for number, inner in enumerate((BAD, FOREIGN)):
            for gln in (GROWER, SHOP):
                send(
                    parties.stranger,
                    packed(
                        100 + 20 * place + 2 * number + (gln == SHOP),
                        3,
                        one,
                        OTHER,
                        childEPCs=[inner],
                        **to(gln),
                    ),
                )
        send(parties.stranger, made(200 + place, 3, one, OTHER, **to(GROWER)))
    says(300, 3, parties.stranger, BOX, CASE, **SET)
    assert holding(*packages) == [[], [], []]
    assert [in_walk(parties.province, one) for one in packages] == [[], [], []]
    assert text(page(visitor, product)) == before
    assert "THU HỒI" not in page(visitor, GOOD.removeprefix("https://id.gs1.org"))
    # whom the maker gives the case puts something into it
    send(parties.grower, observed(400, 6, "shipping", GROWER, epcList=[CASE], **to(SHOP)))
    send(parties.shop, packed(401, 7, CASE, SHOP, childEPCs=[BAD]))
    assert holding(*packages) == [[BAD], [], [BAD]]
