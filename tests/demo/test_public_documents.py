"""What the public gets of the demonstration: the goods of the report, a label of each verdict, whole chains, and both documents of every lot,
valid.
"""

import io
import json
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from khcn.config.demo.dealings import deal
from khcn.config.demo.goods import demo_labels, publish_lots
from khcn.config.demo.tracing import capture_chain
from khcn.config.management.commands.demo import Command
from khcn.goods.models import (
    GoodsRecall,
    LabelVoid,
    Lot,
    LotEntry,
    PartyFinding,
    ProductGroup,
    Shipment,
    TradeItem,
)
from khcn.trace.models import Event, EventObject
from tests.demo.conftest import ENTERED
from tests.trace.open_documents import open_documents
from tests.trace.public_given import page, text

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

ADDRESS = "http://127.0.0.1:8000"
VERDICTS = {
    "còn hạn / good": ("good", "Mã đúng, còn hạn sử dụng"),
    "hết hạn / expired": ("expired", "Đã hết hạn sử dụng"),
    "chưa công bố / not published": ("unpublished", "Chưa công bố"),
    "thu hồi / recalled": ("recalled", "Đang bị thu hồi"),
    "không có / unknown": ("unknown_lot", "Không có trong hệ thống"),
    "nhãn đã hủy / void label": ("void_label", "Nhãn đã hủy"),
    "nghi sao chép / maybe copied": ("copied", "Có thể là nhãn sao chép"),
}
GOODS = {
    "Bí xanh thơm Bắc Kạn": ["Bí xanh thơm Bắc Kạn"],
    'Miến dong (seed: "Miền đông")': ["Miến dong sợi nhỏ"],
    "Chè Thạch đen": ["Chè Thạch đen"],
    "Rượu thóc xã Tân Lập": ["Rượu thóc Tân Lập"],
    "Chè Shan tuyết Chợ Mới": ["Chè Shan tuyết Chợ Mới"],
    "Nấm Linh chi, nấm Vân chi": ["Nấm linh chi khô", "Nấm vân chi khô"],
    "Nấm Sò, nấm Mộc nhĩ": ["Nấm sò tươi", "Mộc nhĩ khô"],
    "Thạch đen Na Rì": ["Thạch đen Na Rì khô"],
    "Cam sành": ["Cam sành"],
    "Củ kiệu": ["Củ kiệu tươi"],
    "Gừng trâu, dưa chuột giống Nhật Bản": ["Gừng trâu", "Dưa chuột giống Nhật Bản"],
    "Vịt bầu cổ xanh; vịt siêu thịt": ["Vịt bầu cổ xanh", "Vịt siêu thịt thương phẩm"],
    "Hồng LT-1 (hồng không hạt)": ["Hồng không hạt"],
    "Quýt, mơ; mơ vàng": ["Quýt Bắc Kạn", "Mơ vàng"],
    "Lợn địa phương / lợn bản địa bằng thảo dược": ["Thịt lợn bản địa"],
    "Hoài Sơn, Địa Hoàng": ["Hoài sơn khô", "Địa hoàng khô"],
    "Cà gai leo": ["Cà gai leo khô"],
    "Chuối tây": ["Chuối tây"],
    "Khoai lang sấy dẻo; cam sấy dẻo; cam sấy lạnh": [
        "Khoai lang sấy dẻo",
        "Cam sấy dẻo",
        "Cam sấy lạnh",
    ],
}
"""What the report names, as the study of the domain lists it, and the products of it here."""

NOT_SOLD_TO_CONSUMERS = {
    "Bò Mông": "the project was suspended",
    "Chế phẩm BiO-BK1, BiO-BK2, BiO-BK3": "a trial, for farmers",
    "Dâu tây; lan Kim Tuyến; Bạch đàn; Keo (cây giống)": "seedlings, in the register of production of the centre",
    "Lan Phi Điệp; lan Hạc Vỹ": "plants of a garden, the same",
    "Lúa (mô hình NĐ 35/2015)": "a model field",
    "Xăng dầu": "fuel, whose quality is checked",
    "Vật liệu xây dựng (mẫu)": "samples that were tested",
}
COOPERATIVES = {
    "Hợp tác xã Nông nghiệp Ngọc Hải",
    "Hợp tác xã Phương Đông",
    "Hợp tác xã Thành Công",
    "Hợp tác xã An Bình",
}


@pytest.fixture(scope="module")
def shop_window(demo_year, django_db_blocker):
    """The demonstration as `./khcn demo` leaves it for the public, taken back afterwards; and the labels that it prints."""
    with django_db_blocker.unblock(), transaction.atomic():
        deal(folder=settings.DEMO / "goods", on=ENTERED)
        publish_lots(folder=settings.DEMO / "pictures", on=ENTERED, at=timezone.now())
        capture_chain(folder=settings.DEMO / "trace", at=timezone.now())
        command = Command(stdout=io.StringIO())
        labels = demo_labels(folder=settings.DEMO / "goods", on=timezone.localdate())
        command.write_labels(labels, ADDRESS, "tem.png")
        printed = dict(
            re.findall(rf"^  (\S.*?) {{2,}}{ADDRESS}(/\S+)$", command.stdout.getvalue(), re.MULTILINE)
        )
        yield SimpleNamespace(labels=printed)
        transaction.set_rollback(True)


def test_each_printed_label_has_its_verdict(shop_window):
    assert shop_window.labels.keys() == VERDICTS.keys()
    visitor = Client()
    for words, path in shop_window.labels.items():
        status, title = VERDICTS[words]
        html = page(visitor, path)
        assert re.search(r"<strong>(.*?)</strong>", html)[1] == title, words
        passport, _document = open_documents(visitor, path)
        assert passport["status"] == status
        assert passport["verdicts"][0]["title"] == title


def test_every_lot_is_a_valid_passport_and_epcis_document(shop_window):
    """Those of producers who enter them here, published or not, and those that programs report."""
    made = Lot.objects.filter(source_path="")  # a received one has the page of its maker
    lots = {lot.public_path: lot.published_on is not None for lot in made}
    things = EventObject.objects.filter(thing__regex=r"^https://id\.gs1\.org/01/\d{14}/(10|21)/").values_list(
        "thing", flat=True
    )
    reported = {thing.removeprefix("https://id.gs1.org") for thing in things.distinct()}
    visitor = Client()
    found = {}
    for path in sorted({*lots, *reported, *shop_window.labels.values()}):
        for language in ("vi", "en"):
            passport, document = open_documents(visitor, path, lang=language)
            assert passport["is_illustrative"] or passport["status"] in {"unpublished", "unreported_lot"}
            found[path] = len(document["epcisBody"]["eventList"])
    assert len(lots) == 49
    assert len(found) > len(lots) + 15
    assert {path for path, is_published in lots.items() if found[path] == 0 and is_published} == set()
    assert {path for path, is_published in lots.items() if found[path] and not is_published} == set()


def test_each_good_and_each_cooperative_of_the_report_has_a_published_lot(shop_window):
    published = Lot.objects.published()
    products = set(published.values_list("item__name", flat=True))
    assert {name for names in GOODS.values() for name in names} - products == set()
    makers = set(published.values_list("item__organisation__name", flat=True))
    assert COOPERATIVES - makers == set()


def test_the_list_of_the_report_is_that_of_the_study(shared_dir):
    named = json.loads((shared_dir / "domain" / "named.json").read_text("utf-8"))
    assert GOODS.keys() | NOT_SOLD_TO_CONSUMERS.keys() == {each["name_vi"] for each in named["products"]}
    cooperatives = {each["name_vi"] for each in named["organisations"] if each["kind"] == "hợp tác xã"}
    assert cooperatives == COOPERATIVES


def test_each_group_of_goods_has_a_process(shop_window):
    assert [group.code for group in ProductGroup.objects.all() if not group.steps.exists()] == []


@pytest.mark.parametrize(
    ("product", "producer", "material"),
    [
        ("Miến dong sợi nhỏ", "Hợp tác xã Miến dong Minh Họa", "Tinh bột dong riềng"),
        ("Chè Shan tuyết Minh Họa", "Hợp tác xã Chè Shan tuyết Minh Họa", "Búp chè Shan tuyết tươi"),
        ("Mộc nhĩ khô", "Hợp tác xã Thành Công", "Mộc nhĩ tươi"),
        (
            "Khoai lang sấy dẻo",
            "Trung tâm Ứng dụng KH-CN và Tiêu chuẩn đo lường chất lượng",
            "Khoai lang tươi",
        ),
    ],
)
def test_a_whole_chain_of_each_good_of_the_report(shop_window, product, producer, material):
    lot = Lot.objects.published().filter(item__name=product).earliest("made_on")
    passport, _document = open_documents(Client(), lot.public_path)
    assert passport["is_illustrative"]
    assert passport["producer"]["name"] == producer
    words = [one["words"]["vi"] for one in passport["traceability"]["steps"]]
    made_of = {goods["name"] for one in passport["traceability"]["steps"] for goods in one["made_of"]}
    sold = words.index("Bán cho người dùng")  # some goes on to a shop after that
    assert (words[0], words[sold - 2 : sold]) == ("Thu hoạch", ["Kiểm tra chất lượng", "Đóng gói"])
    assert material in made_of
    assert "Dữ liệu minh họa" in text(page(Client(), lot.public_path))


def test_numbers_of_goods_are_nobodys(shop_window):
    """Of GS1's range for demonstrations, or of the range for use inside a system, which pages call that."""
    items = TradeItem.objects.all()
    assert {item.gtin[:3] for item in items} == {"952", "290"}
    assert all(item.illustrative and item.has_internal_number == item.gtin.startswith("29") for item in items)


def test_nothing_private_of_the_chain_is_in_its_documents(shop_window):
    shown = json.dumps(open_documents(Client(), shop_window.labels["hết hạn / expired"]), ensure_ascii=False)
    for secret in ("5200", "2950", "2010", "TM-0412", "PX-0023", "2000 m2", "phân chuồng", "MH-0147", "09521200000000001", "MD2301100002"):  # fmt: skip
        assert secret not in shown


def test_goods_go_from_one_party_to_another(shop_window):
    shipments = Shipment.objects.order_by("sent_on", "lot_number")
    found = [(each.lot_number, each.state, each.amount - (each.received_amount or 0)) for each in shipments]
    assert found == [
        ("QUYT-221220", "differs", 6),
        ("TDK-221226", "settled", 2),
        ("MDS-221220", "received", 0),
        ("CAM-230110", "received", 0),
        ("KIEU-230215", "received", 0),
        ("BICH-230301", "received", 0),
        ("DUA-230510", "received", 0),
    ]


@pytest.mark.parametrize(
    ("number", "first", "material"),
    [
        ("TRA-230106", "Hợp tác xã minh họa 07", "Thạch đen Na Rì khô, bao 20 kg"),
        ("CSD-230116", "Hợp tác xã minh họa 11", "Cam sành"),
        (
            "NS-230410",
            "Trung tâm Ứng dụng KH-CN và Tiêu chuẩn đo lường chất lượng",
            "Bịch phôi nấm sò, bịch 1,2 kg",
        ),
    ],
)
def test_a_chain_of_two_parties_is_one_journey(shop_window, number, first, material):
    passport, _document = open_documents(Client(), Lot.objects.get(number=number).public_path)
    steps = passport["traceability"]["steps"]
    assert material in {goods["name"] for one in steps for goods in one["made_of"]}
    assert first in json.dumps(steps, ensure_ascii=False)


def test_a_recall_is_over_and_its_numbers_balance(shop_window):
    recall = GoodsRecall.objects.get()
    assert (recall.state, recall.gaps) == ("closed", "")
    assert {notice.state for notice in recall.notices.all()} == {"answered"}
    last = {each.holder: each for each in recall.stocks.order_by("run", "pk")}.values()
    assert sorted((each.sold, each.destroyed, each.remaining) for each in last) == [(15, 65, 0), (90, 30, 0)]
    html = text(page(Client(), recall.lot.public_path))
    assert recall.reason.rstrip(".") in html


def test_a_void_label_and_a_copied_one_wait_for_the_department(shop_window):
    void = LabelVoid.objects.get()
    assert (void.first, void.last, void.printing.copies) == (24, 24, 24)
    finding = PartyFinding.objects.get(kind="copied", over_on__isnull=True)
    assert finding.lot.number == "RUOU-230228"
    assert re.search(r": [56] nơi, 6 lượt", finding.words)  # two of six networks may have one number


def test_again_it_changes_nothing(shop_window):
    def rows():
        models = (Event, GoodsRecall, LabelVoid, Lot, LotEntry, PartyFinding, Shipment, TradeItem)
        return [model.objects.count() for model in models]

    before = rows()
    deal(folder=settings.DEMO / "goods", on=ENTERED)
    labels = demo_labels(folder=settings.DEMO / "goods", on=timezone.localdate())
    assert rows() == before
    assert labels.copied == shop_window.labels["nghi sao chép / maybe copied"]


def test_all_of_it_is_marked_as_invented(shop_window):
    for model in (GoodsRecall, LabelVoid, Lot, LotEntry, Shipment):
        assert [row for row in model.objects.all() if not row.illustrative] == [], model
