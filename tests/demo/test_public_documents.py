"""What the public gets of the demonstration: a label of each verdict, whole chains, and both documents of every lot, valid."""

import io
import json
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from khcn.config.demo.goods import demo_labels, publish_lots
from khcn.config.demo.tracing import capture_chain
from khcn.config.management.commands.demo import Command
from khcn.goods.models import Lot, TradeItem
from khcn.trace.models import EventObject
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
}


@pytest.fixture(scope="module")
def shop_window(demo_year, django_db_blocker):
    """The demonstration as `./khcn demo` leaves it for the public, taken back afterwards; and the labels that it prints."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_lots(folder=settings.DEMO / "pictures", on=ENTERED, at=timezone.now())
        capture_chain(folder=settings.DEMO / "trace", at=timezone.now())
        command = Command(stdout=io.StringIO())
        command.write_labels(demo_labels(on=timezone.localdate()), ADDRESS, "tem.png")
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
    lots = {lot.public_path: lot.published_on is not None for lot in Lot.objects.all()}
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
    assert len(lots) == 13
    assert len(found) > len(lots) + 15
    assert {path for path, is_published in lots.items() if found[path] == 0 and is_published} == set()
    assert {path for path, is_published in lots.items() if found[path] and not is_published} == set()


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
    assert (words[0], words[-2:]) == ("Thu hoạch", ["Kiểm tra chất lượng", "Bán cho người dùng"])
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
