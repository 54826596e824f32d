"""A lot number with slashes, ``A/21/B``, is one lot, and not a serial number in a lot."""

import pytest

from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.views.label_address import segments_of
from tests.trace.public_given import (
    GROWER,
    NOODLES_GTIN,
    Parties,
    commissioned,
    lot,
    observed,
    of,
    send,
    text,
    visitor,
)

__all__ = ["visitor"]  # a fixture
PATH = f"/01/{NOODLES_GTIN}/10/A%2F21%2FB"
LINK = lot(NOODLES_GTIN, "A%2F21%2FB")
SPELLINGS = [
    LINK,
    LINK.replace("%2F", "%2f"),
    LINK.replace("https://id.gs1.org", "HTTPS://ID.GS1.ORG"),
    "urn:epc:class:lgtin:9521234.000003.A%2F21%2FB",
]


@pytest.fixture
def grower(db):
    return Parties().grower


def received(visitor, path):
    """An answer to a request whose target arrives as the server gives it: decoded, and as it was."""
    return visitor.get(path, REQUEST_URI=path)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_lot_with_slashes_has_a_page_and_a_history(grower, visitor, spelling):
    assert is_lot(LINK)
    send(
        grower,
        commissioned(1, 1, spelling, GROWER),
        observed(2, 2, "storing", GROWER, quantityList=of(LINK)),
    )
    for path in (PATH, PATH.replace("%2F", "%2f"), f"{PATH}?lang=vi"):
        shown = text(received(visitor, path).content.decode())
        assert "A/21/B" in shown
        assert "Lưu kho" in shown
    assert len(grower.events(f"/events?MATCH_anyEPCClass={LINK.replace('%', '%25')}")) == 2


def test_the_same_address_without_encoding_is_a_serial_number_in_a_lot(grower, visitor):
    """Both decode to one path, and each has its own stored answer."""
    send(grower, commissioned(1, 1, LINK, GROWER))
    plain = f"/01/{NOODLES_GTIN}/10/A/21/B"
    for _again in range(2):
        assert "Chưa ai ghi nhận số sê-ri này" not in text(received(visitor, PATH).content.decode())
        assert "Chưa ai ghi nhận số sê-ri này" in text(received(visitor, plain).content.decode())


@pytest.mark.parametrize(
    ("path", "target", "segments"),
    [
        ("/01/1/10/A/B", "/01/1/10/A%2FB?x=/", ["", "01", "1", "10", "A/B"]),
        ("/01/1/10/A/B", "/01/1/10/A/B", ["", "01", "1", "10", "A", "B"]),
        ("/01/1/10/A/B", "", ["", "01", "1", "10", "A", "B"]),
        ("/01/1/10/A/B", "https://khac.example/01/1/10/A%2FB", ["", "01", "1", "10", "A", "B"]),
        ("/01/1/10/lô", "/01/1/10/l%C3%B4", ["", "01", "1", "10", "lô"]),
    ],
)
def test_segments(path, target, segments):
    assert segments_of(path, target) == segments
