import uuid
from datetime import UTC, date, datetime, timedelta

import factory

from khcn.epcis.ids.check import check_digit
from khcn.goods import models
from khcn.goods.models.label_serials import new_key
from khcn.reference.models import AdminLevel
from tests.factories.base import RecordFactory
from tests.factories.parties import ProducerFactory
from tests.factories.reference import AdminUnitFactory
from tests.factories.trace import TracePartyFactory


def a_gtin(number):
    body = f"952{number:09d}"
    return body + check_digit(body)


def a_sscc(number):
    body = f"029990000{number:08d}"
    return body + check_digit(body)


class ProductGroupFactory(RecordFactory):
    class Meta:
        model = models.ProductGroup

    code = factory.Sequence(lambda n: f"NHOM-{n}")
    name = factory.Sequence(lambda n: f"Miến dong loại {n}")


class ParticipationRequestFactory(RecordFactory):
    class Meta:
        model = models.ParticipationRequest

    code = factory.Sequence(lambda n: f"DK-{n:06d}")
    received_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))
    name = factory.Sequence(lambda n: f"Hợp tác xã Minh Họa số {n}")
    kind = "cooperative"
    admin_unit = factory.SubFactory(AdminUnitFactory, level=AdminLevel.COMMUNE)
    goods = "Miến dong"
    contact_name = "Người Liên Hệ Minh Họa"
    phone = "0209 3870 000"
    party = None
    decided_on = factory.LazyAttribute(lambda own: own.received_on if own.party else None)


class ProcessStepFactory(RecordFactory):
    class Meta:
        model = models.ProcessStep

    group = factory.SubFactory(ProductGroupFactory)
    code = factory.Sequence(lambda n: f"BUOC-{n}")
    ordinal = factory.Sequence(lambda n: n % 90 + 1)
    name = factory.Sequence(lambda n: f"Công đoạn {n}")
    kind = "make"  # which alone may have a yield
    valid_from = date(2019, 1, 1)


class LocationFactory(RecordFactory):
    class Meta:
        model = models.Location

    organisation = factory.SubFactory(ProducerFactory)
    code = factory.Sequence(lambda n: f"X{n}")
    name = factory.Sequence(lambda n: f"Xưởng số {n}")
    kind = "processing"
    admin_unit = factory.SubFactory(AdminUnitFactory, level=AdminLevel.COMMUNE)
    since_on = date(2019, 5, 10)


class TradeItemFactory(RecordFactory):
    class Meta:
        model = models.TradeItem

    organisation = factory.SubFactory(ProducerFactory)
    gtin = factory.Sequence(a_gtin)
    name = factory.Sequence(lambda n: f"Miến dong số {n}")
    group = factory.SubFactory(ProductGroupFactory)
    unit = "KGM"


class LotFactory(RecordFactory):
    class Meta:
        model = models.Lot

    item = factory.SubFactory(TradeItemFactory)
    number = factory.Sequence(lambda n: f"MD-{n}")
    made_on = date(2022, 5, 10)


class LotEntryFactory(RecordFactory):
    """A row as it is stored, without its event: tests that look at events enter their rows."""

    class Meta:
        model = models.LotEntry

    lot = factory.SubFactory(LotFactory)
    kind = "harvest"
    done_on = date(2022, 5, 10)
    location = factory.SubFactory(
        LocationFactory,
        organisation=factory.LazyAttribute(lambda row: row.factory_parent.lot.item.organisation),
    )
    amount = 100
    ordinal = factory.Sequence(lambda n: n)


class PackageFactory(RecordFactory):
    """A crate, without events."""

    class Meta:
        model = models.Package

    sscc = factory.Sequence(a_sscc)
    kind = "box"
    organisation = factory.SubFactory(ProducerFactory)
    packed_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))


class PackageLineFactory(RecordFactory):
    """Goods in a crate, without their event."""

    class Meta:
        model = models.PackageLine

    inner = None
    lot = factory.Maybe("inner", None, factory.SubFactory(LotFactory))
    package = factory.SubFactory(
        PackageFactory, organisation=factory.SelfAttribute("..lot.item.organisation")
    )
    ordinal = factory.Sequence(lambda n: n + 1)
    amount = factory.Maybe("inner", None, 10)
    location = factory.SubFactory(
        LocationFactory, organisation=factory.SelfAttribute("..package.organisation")
    )
    packed_on = factory.SelfAttribute("package.packed_on")


class ShipmentFactory(RecordFactory):
    """Goods that are coming, without their events."""

    class Meta:
        model = models.Shipment
        skip_postgeneration_save = True

    @factory.post_generation
    def harvest(self, create, extracted, **more):
        """What is sent was there."""
        LotEntryFactory(lot=self.entry.lot)

    entry = factory.SubFactory(LotEntryFactory, kind="ship", receiver=factory.SubFactory(ProducerFactory))
    code = factory.Sequence(lambda n: f"GH-{n}")
    sender = factory.SelfAttribute("entry.lot.item.organisation")
    receiver = factory.SelfAttribute("entry.receiver")
    item_name = factory.SelfAttribute("entry.lot.item.name")
    gtin = factory.SelfAttribute("entry.lot.item.gtin")
    lot_number = factory.SelfAttribute("entry.lot.number")
    lot_path = factory.SelfAttribute("entry.lot.public_path")
    made_on = factory.SelfAttribute("entry.lot.made_on")
    unit = "KGM"
    amount = 100
    sent_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))


class GoodsRecallFactory(RecordFactory):
    class Meta:
        model = models.GoodsRecall

    code = factory.Sequence(lambda n: f"TH-{n}")
    title = factory.Sequence(lambda n: f"Miến dong lẫn dị vật {n}")
    reason = "Có mạt kim loại"
    opened_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))
    begins_with = "lot"
    lot = factory.SubFactory(LotFactory)


class RecallStockFactory(RecordFactory):
    class Meta:
        model = models.RecallStock

    recall = factory.SubFactory(GoodsRecallFactory)
    run = 1
    lot_path = factory.Sequence(lambda n: f"/01/09520000000000/10/{n}")
    lot_name = "Miến dong"
    lot_number = factory.Sequence(lambda n: f"MD-{n}")
    steps = 0
    gln = "9520000000000"
    holder = factory.Sequence(lambda n: f"Quầy số {n}")
    unit = "KGM"
    made = 100
    remaining = 100


class RecallNoticeFactory(RecordFactory):
    class Meta:
        model = models.RecallNotice

    recall = factory.SubFactory(GoodsRecallFactory)
    organisation = factory.SubFactory(ProducerFactory)

    @factory.lazy_attribute
    def party(self):
        stored = self.organisation and self.organisation.trace_parties.first()
        return stored or TracePartyFactory(organisation=self.organisation)

    code = factory.Sequence(lambda n: f"TH-1/{n}")
    tier = 1
    is_drill = False
    reason = "Có mạt kim loại"
    goods = factory.Sequence(lambda n: f"Miến dong MD-{n}")
    issued_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))


class RecallNoticeLotFactory(RecordFactory):
    class Meta:
        model = models.RecallNoticeLot

    notice = factory.SubFactory(RecallNoticeFactory)
    lot_name = "Miến dong"
    lot_number = factory.Sequence(lambda n: f"MD-{n}")
    lot_path = factory.Sequence(lambda n: f"/01/09520000000000/10/{n}")
    unit = "KGM"


class PartyFindingFactory(RecordFactory):
    class Meta:
        model = models.PartyFinding

    party = factory.SubFactory(TracePartyFactory)
    kind = "stale"
    subject = factory.Sequence(lambda n: f"/01/09520000000000/10/{n}")
    words = factory.Sequence(lambda n: f"Báo lần cuối {n} ngày trước")
    found_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))


class LabelScanFactory(RecordFactory):
    class Meta:
        model = models.LabelScan

    item = factory.SubFactory(TradeItemFactory)
    lot = factory.SubFactory(LotFactory, item=factory.SelfAttribute("..item"))
    path = factory.SelfAttribute("lot.public_path")
    scanned_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))
    scans = 3


class LabelPrintFactory(RecordFactory):
    class Meta:
        model = models.LabelPrint
        skip_postgeneration_save = True

    @factory.post_generation
    def diary(self, create, extracted, **more):
        """Labels are of lots that have one."""
        LotEntryFactory(lot=self.lot)

    lot = factory.SubFactory(LotFactory)
    printed_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))
    layout = "a4_24"
    copies = 24
    has_serials = False
    serial_key = factory.LazyAttribute(lambda own: new_key() if own.has_serials else "")
    note = "In lại cho lô hàng giao sau"
    ordinal = factory.Sequence(lambda n: n)


class LabelVoidFactory(RecordFactory):
    class Meta:
        model = models.LabelVoid

    printing = factory.SubFactory(LabelPrintFactory, has_serials=True)
    ordinal = factory.Sequence(lambda n: n + 1)
    first = 3
    last = 5
    voided_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))
    reason = "Tờ nhãn bị ướt"


class ProductCertificateFactory(RecordFactory):
    class Meta:
        model = models.ProductCertificate

    organisation = factory.SubFactory(ProducerFactory)
    kind = "vietgap"
    number = factory.Sequence(lambda n: f"VG-{n}")
    issuer = "Trung tâm chứng nhận"
    issued_on = date(2022, 5, 10)


class LabelFeedbackFactory(RecordFactory):
    class Meta:
        model = models.LabelFeedback

    code = factory.Sequence(lambda n: f"PA-{n}")
    lot = factory.SubFactory(LotFactory)
    label = factory.Sequence(lambda n: f"(01) 09521234000037 (10) L{n}")
    kind = "right"
    received_on = date(2023, 5, 10)


class OutboxAccountFactory(RecordFactory):
    class Meta:
        model = models.OutboxAccount

    organisation = factory.SubFactory(ProducerFactory)
    agreed_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))
    portal_code = factory.Sequence(lambda n: f"TC-{n}")


class OutboxMessageFactory(RecordFactory):
    """A message without its file: tests that look at what is sent have it made."""

    class Meta:
        model = models.OutboxMessage

    lot = factory.SubFactory(LotFactory)
    organisation = factory.SelfAttribute("lot.item.organisation")
    code = factory.Sequence(lambda n: f"CQG-{n}")
    number = 1
    kind = "publish"
    status = "waiting"
    key = factory.LazyFunction(uuid.uuid4)
    content_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    made_on = factory.Sequence(lambda n: date(2023, 5, 10) + timedelta(days=n % 100))


class OutboxAttemptFactory(RecordFactory):
    class Meta:
        model = models.OutboxAttempt

    message = factory.SubFactory(OutboxMessageFactory)
    number = factory.Sequence(lambda n: n + 1)
    begun_at = factory.Sequence(lambda n: datetime(2023, 5, 10, 1, tzinfo=UTC) + timedelta(minutes=n))
    address = "https://cong-quoc-gia.example/api"
    body_sha256 = factory.Sequence(lambda n: f"{n:064x}")
