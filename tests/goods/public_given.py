"""A published lot with its picture, a certificate and an entry with a photograph; and the same of another producer, unpublished."""

from datetime import UTC, date, datetime

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach
from tests.factories.goods import LocationFactory, LotFactory, ProductCertificateFactory, TradeItemFactory
from tests.goods.test_diary import MADE, of, take, write
from tests.kernel.png_points import png_of

AT = datetime(2023, 9, 14, 5, tzinfo=UTC)
PICTURE, PHOTO = png_of((0, 90, 40), 8, 8), png_of((90, 0, 40), 8, 8)


def put(record, content, name):
    with acting(SYSTEM):
        return attach(record=record, content=content, name=name, actor=SYSTEM, at=AT).file.sha256


def made_lot(**item):
    usual = {
        "organisation__address": "Xã Bằng Phúc",
        "brand": "Hiệu Nương Cao",
        "standards": "TCCS 01:2023",
        "is_without_expiry": True,
    }
    return LotFactory(item=TradeItemFactory(**{**usual, **item}), made_on=MADE)


def complete(lot, *, picture=PICTURE, photo=PHOTO):
    """The lot with all that a published page needs, and the hashes of its two pictures."""
    actor = of(lot.item.organisation)
    entry = write(lot, LocationFactory(organisation=lot.item.organisation), "harvest", 10, actor)
    certificate = ProductCertificateFactory(
        organisation=lot.item.organisation, item=lot.item, number="VG-77", valid_until=date(2023, 12, 31)
    )
    party = lot.item.organisation.trace_parties.get()
    with acting(SYSTEM):
        party.confirmed_codes = lot.item.number
        party.save()
    return entry, certificate, put(lot.item, picture, "san-pham.png"), put(entry, photo, "nuong.png")


def publish(lot):
    take(lot, "publish", of(lot.item.organisation))
