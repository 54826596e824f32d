"""The chain of demo/trace, captured through the interface: twice the same, whole on the public page, nothing private."""

import json
import re
import struct
import zlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
import zxingcpp
from django.conf import settings
from django.db import transaction

from khcn.config.demo.loading import import_division
from khcn.config.demo.tracing import LABEL, CapturedChain, DemoDataError, capture_chain, write_label
from khcn.config.demo.workbooks import division_files
from khcn.kernel.audit.models import ChangeEntry
from khcn.trace.models import ApiKey, Event, TraceParty
from khcn.trace.queries import downstream, upstream
from khcn.trace.store import EVERYTHING
from tests.demo.conftest import CUT_OFF, rows_of
from tests.factories.parties import OrganisationFactory
from tests.trace.public_given import page, steps, text, visitor
from tests.trace.rest_given import AT

__all__ = ["visitor"]  # fixtures

pytestmark = pytest.mark.django_db

FOLDER = settings.DEMO / "trace"
EVENTS = 25
LOT = LABEL.rpartition("/21/")[0]
NOODLES = "https://id.gs1.org" + LOT


@pytest.fixture(scope="module")
def chain(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), transaction.atomic():
        for name in {row["Tổ chức"] for row in rows_of(settings.DEMO / "trace.traceparty.csv")} - {""}:
            OrganisationFactory(name=name)
        parties = ("trace.traceparty",)
        division = next(each for each in division_files(settings.DEMO) if {*parties} <= {*each.registers})
        import_division(
            folder=settings.DEMO,
            division=replace(division, registers=parties),
            output=tmp_path_factory.mktemp("excel"),
            on=CUT_OFF,
        )
        first = capture_chain(folder=FOLDER, at=AT)
        second = capture_chain(folder=FOLDER, at=AT)
        yield SimpleNamespace(first=first, second=second)
        transaction.set_rollback(True)


def documents():
    return [json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))]


def test_twice_is_the_same_as_once(chain):
    assert chain.first == CapturedChain(EVENTS, 0)
    assert chain.second == CapturedChain(0, EVENTS)
    assert Event.objects.count() == EVENTS


def test_the_parties_came_through_the_register_and_stand_in_the_change_log(chain):
    parties = TraceParty.objects.all()
    assert {party.gln for party in parties} > {
        document["sender"].rpartition("/")[2] for document in documents()
    }
    assert all(party.illustrative for party in parties)
    for party in parties:
        assert ChangeEntry.objects.filter(model="trace.traceparty", object_id=str(party.pk)).exists()


def test_no_key_is_left_behind(chain):
    assert ApiKey.objects.count() > 0
    assert not ApiKey.objects.filter(revoked_at__isnull=True).exists()


def test_codes_are_of_the_prefix_for_demonstrations():
    text_of_all = " ".join(file.read_text("utf-8") for file in FOLDER.glob("*.json"))
    numbers = re.findall(r"/(?:01|414|417|00)/(\d+)", text_of_all)
    assert len(numbers) > 50
    assert {re.match(r"(?:00?)?(952)", number)[1] for number in numbers} == {"952"}


def test_the_graph_goes_from_three_fields_to_the_shop(chain):
    back = [thing.id for thing in upstream("https://id.gs1.org" + LABEL, EVERYTHING).things]
    assert len(back) == 6  # the packet, its lot, the starch, three lots of roots
    assert NOODLES in back
    roots = next(thing for thing in back if "CU-MH2" in thing)
    forth = [thing.id for thing in downstream(roots, EVERYTHING).things]
    assert len(forth) == 4 + 12  # roots, starch, noodles, the box, and twelve packets


def test_the_page_shows_all_steps(chain, visitor):
    html = page(visitor, LABEL)
    assert [label for label, _day in steps(html)] == [
        "Trồng",
        "Bón phân",
        "Thu hoạch",
        "Gửi hàng đi",
        "Nhận hàng",
        "Chế biến",
        "Kiểm tra chất lượng",
        "Chế biến",
        "Lưu kho",
        "Tạo lô hàng, gắn mã",
        "Đóng gói",
        "Gửi hàng đi",
        "Nhận hàng",
        "Mở bao gói",
        "Bày hàng",
        "Bán cho người dùng",
    ]
    shown = text(html)
    for expected in (
        "Dữ liệu minh họa",
        "Miến dong, gói 500 g",
        "Hợp tác xã Miến dong Minh Họa Thôn Minh Họa, xã Côn Minh, huyện Na Rì, tỉnh Bắc Kạn",
        "Số lô MD-230110",
        "Số sê-ri MD2301100001",
        "Ngày sản xuất 10/01/2023",
        "Hạn sử dụng 10/01/2025",
        "Lưu kho 11/01/2023",  # and not the year that was entered wrong
        "Cửa hàng nông sản Minh Họa",
    ):
        assert expected in shown
    assert len(html.encode()) <= 14 * 1024


def test_the_page_holds_nothing_private(chain, visitor):
    html = page(visitor, LABEL).partition("</style>")[2]
    for secret in (
        "5200",
        "2950",
        "2010",
        "TM-0412",
        "PX-0023",
        "2000 m2",
        "phân chuồng",
        "MH-0147",
        "09521200000000001",
    ):
        assert any(secret in file.read_text("utf-8") for file in FOLDER.glob("*.json"))
        assert secret not in html
    assert "MD2301100002" not in html
    assert "urn:uuid" not in html


def test_a_document_of_nobody_stops_the_demonstration(db, tmp_path):
    (tmp_path / "1.json").write_text(
        json.dumps({**documents()[0], "sender": "https://id.gs1.org/417/9521999000017"})
    )
    with pytest.raises(DemoDataError, match="9521999000017"):
        capture_chain(folder=tmp_path, at=AT)


def test_a_faulty_document_stops_it_too(chain, tmp_path):
    faulty = documents()[0]
    faulty["epcisBody"]["eventList"][0]["eventTime"] = "hôm qua"
    (tmp_path / "1.json").write_text(json.dumps(faulty))
    with pytest.raises(DemoDataError, match=r"1\.json"):
        capture_chain(folder=tmp_path, at=AT)
    assert not ApiKey.objects.filter(revoked_at__isnull=True).exists()


def grey(png):
    """The pixels of a black and white PNG, a byte for each."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth = struct.unpack(">IIB", content[:9])
        elif kind == b"IDAT":
            data += content
        place += 12 + length
    raw = zlib.decompress(data)
    stride = (width * depth + 7) // 8 + 1
    rows, above = [], bytes(stride - 1)
    for start in range(0, len(raw), stride):
        line = raw[start + 1 : start + stride]
        assert raw[start] in {0, 2}  # as it is, or the difference from the line above
        if raw[start] == 2:
            line = bytes((byte + over) % 256 for byte, over in zip(line, above, strict=True))
        above = line
        bits = "".join(f"{byte:08b}" for byte in line)
        rows.append(bytes(255 * int(bit) for bit in bits[:width]))
    assert len(rows) == height
    return memoryview(b"".join(rows)).cast("B", (height, width))


def test_a_telephone_reads_the_label(tmp_path):
    picture = write_label(output=tmp_path / "out", address="https://truyxuat.example.vn")
    assert picture.name == "tem-mien-dong.png"
    assert picture.with_suffix(".svg").read_text().startswith("<?xml")
    (found,) = zxingcpp.read_barcodes(grey(picture.read_bytes()))
    assert found.text == "https://truyxuat.example.vn" + LABEL
