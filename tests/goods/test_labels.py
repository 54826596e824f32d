"""Sheets of labels: what a telephone reads of each, and who prints them."""

import shutil
import subprocess
from datetime import date

import pytest
import zxingcpp
from django.conf import settings
from django.urls import reverse

from khcn.epcis.ids.label_paths import path_of_code
from khcn.goods import documents
from khcn.goods.documents import render_labels
from khcn.goods.enums import SHEETS, SIZES, LabelLayout
from khcn.goods.models import LabelPrint
from khcn.goods.rules import check_key_text
from khcn.goods.views import label_sheets
from khcn.kernel.refusals import Refused
from tests.factories.goods import LabelPrintFactory, LotEntryFactory, LotFactory
from tests.goods.test_diary import TODAY, enter, of
from tests.web.conftest import words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def pages_of(pdf, folder, dots=200):
    """The pages as grey pixels, at the 200 dots per inch of a cheap printer."""
    folder.mkdir(exist_ok=True)
    (folder / "labels.pdf").write_bytes(pdf)
    draw = [shutil.which("pdftoppm"), "-gray", "-r", str(dots), folder / "labels.pdf", folder / "page"]
    subprocess.run(draw, check=True)
    for file in sorted(folder.glob("page*.pgm")):
        _kind, size, _depth, points = file.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        yield memoryview(points).cast("B", (height, width))


@pytest.mark.parametrize(
    ("layout", "copies", "pages"),
    [("a4_24", 30, 2), ("a4_8", 8, 1), ("roll", 3, 3), ("roll5030", 2, 2), ("roll4060", 2, 2)],
)
def test_a_telephone_reads_every_label(tmp_path, layout, copies, pages):
    lot = LotEntryFactory(lot__number="MD/23-01", lot__item__name="Miến dong " + "rất dài " * 12).lot
    printed = LabelPrintFactory(lot=lot, layout=layout, copies=copies)
    drawn = list(pages_of(render_labels(printed), tmp_path))
    found = [each.text for page in drawn for each in zxingcpp.read_barcodes(page)]
    assert (len(drawn), len(found)) == (pages, copies)
    assert set(found) == {f"{settings.PUBLIC_URL}/01/{lot.item.number}/10/MD%2F23-01"}


@pytest.mark.parametrize("layout", LabelLayout.values)
@pytest.mark.parametrize(
    "number", ["LONGEST-LOT-NUMBER20", "MD-230110"]
)  # the second would fit into a low strip
def test_a_scanner_reads_number_days_and_lot_of_every_label(tmp_path, layout, number):
    lot = LotEntryFactory(
        lot__number=number,
        lot__expires_on=date(2024, 5, 31),
        lot__item__name="Miến dong " + "rất dài " * 12,
    ).lot
    printed = LabelPrintFactory(lot=lot, layout=layout, copies=3, has_data_matrix=True)
    found = [
        each for page in pages_of(render_labels(printed), tmp_path) for each in zxingcpp.read_barcodes(page)
    ]
    text = f"(01){lot.item.number}(11)220510(17)240531(10){number}"
    matrices = [each for each in found if each.format == zxingcpp.BarcodeFormat.DataMatrix]
    assert [(each.text, each.symbology_identifier) for each in matrices] == [(text, "]d2")] * 3
    assert len(found) == 6
    for each in matrices:
        place = each.position
        wide, high = place.top_right.x - place.top_left.x, place.bottom_left.y - place.top_left.y
        assert abs(wide - high) <= 3


@pytest.mark.parametrize(
    "number", ["A(21)B", "MD(2)", "LO(10)X", "a/b", "50%", "(", "<(01)>", "\"'()*+,:;=?!&"]
)
def test_both_codes_have_every_lot_number_that_is_allowed_as_it_is(tmp_path, number):
    check_key_text(number)
    lot = LotEntryFactory(lot__number=number).lot
    printed = LabelPrintFactory(lot=lot, layout="roll", copies=1, has_data_matrix=True, has_serials=True)
    [page] = pages_of(render_labels(printed), tmp_path)
    found = {each.format: each for each in zxingcpp.read_barcodes(page)}
    matrix = found[zxingcpp.BarcodeFormat.DataMatrix]
    [serial] = printed.serials
    digits = f"01{lot.item.number}11220510"
    assert (matrix.symbology_identifier, matrix.bytes) == (
        "]d2",
        f"{digits}10{number}\x1d21{serial}".encode(),
    )
    read = path_of_code(matrix.symbology_identifier + matrix.bytes.decode())
    assert found[zxingcpp.BarcodeFormat.QRCode].text == settings.PUBLIC_URL + read


def test_a_fault_of_the_encoder_is_no_busy_server(client, tenant_of, monkeypatch, caplog):
    printed = LabelPrintFactory(lot=LotEntryFactory(lot__number="MD-7").lot, has_data_matrix=True)
    monkeypatch.setattr(documents, "elements_of", lambda *_given: "[1]no element")
    client.force_login(tenant_of(printed.lot.item.organisation))
    answer = client.get(reverse("label-sheets", args=[printed.pk]))
    words = answer.content.decode()
    assert (answer.status_code, "Máy chủ đang bận" in words) == (500, False)
    assert "Phần mềm không dựng được tờ nhãn của lượt in này" in words
    assert "MD-7" in words
    [logged] = [each for each in caplog.records if each.name == "khcn.goods.documents"]
    assert logged.getMessage() == f"the labels of printing {printed.pk} cannot be drawn"


@pytest.mark.parametrize("layout", LabelLayout.values)
def test_each_label_has_its_own_number_in_both_codes(tmp_path, layout):
    lot = LotEntryFactory(
        lot__number="LONGEST-LOT-NUMBER20",
        lot__expires_on=date(2024, 5, 31),
        lot__item__name="Miến dong " * 9,
    ).lot
    printed = LabelPrintFactory(lot=lot, layout=layout, copies=3, has_data_matrix=True, has_serials=True)
    found = [
        each.text
        for page in pages_of(render_labels(printed), tmp_path)
        for each in zxingcpp.read_barcodes(page)
    ]
    number = lot.item.number
    assert sorted(found) == sorted(
        text
        for serial in printed.serials
        for text in (
            f"{settings.PUBLIC_URL}/01/{number}/10/LONGEST-LOT-NUMBER20/21/{serial}",
            f"(01){number}(11)220510(17)240531(10)LONGEST-LOT-NUMBER20(21){serial}",
        )
    )


@pytest.mark.parametrize("layout", LabelLayout.values)
@pytest.mark.parametrize("has_serials", [False, True])
def test_labels_damaged_by_a_twentieth_are_read(tmp_path, layout, has_serials):
    printed = LabelPrintFactory(layout=layout, copies=1, has_data_matrix=True, has_serials=has_serials)
    [page] = pages_of(render_labels(printed), tmp_path)
    symbols = zxingcpp.read_barcodes(page)
    assert len(symbols) == 2
    for symbol in symbols:
        assert symbol.text in [each.text for each in zxingcpp.read_barcodes(damaged(page, symbol))]


@pytest.mark.parametrize("layout", LabelLayout.values)
@pytest.mark.parametrize("has_data_matrix", [False, True])
def test_capitals_have_all_their_marks(tmp_path, monkeypatch, layout, has_data_matrix):
    lot = LotEntryFactory(lot__number="A1", lot__item__name="ỂỖ Ậ Chè").lot
    printed = LabelPrintFactory(lot=lot, layout=layout, copies=1, has_data_matrix=has_data_matrix)
    [page] = pages_of(render_labels(printed), tmp_path / "printed", 300)
    whole = tmp_path / "whole.typ"
    whole.write_text(documents._TEMPLATE.read_text().replace("clip: true", "clip: false"))
    monkeypatch.setattr(documents, "_TEMPLATE", whole)
    [uncut] = pages_of(render_labels(printed), tmp_path / "whole", 300)
    # less than a quarter of the way from white to black is the edge of a clipped part, and no mark of a letter
    pairs = zip(bytes(page), bytes(uncut), strict=True)
    assert page.shape == uncut.shape
    assert not [one for one, other in pairs if abs(one - other) > 64]


@pytest.mark.parametrize("layout", sorted(SHEETS))
def test_nothing_is_where_printers_leave_a_sheet_blank(tmp_path, layout):
    lot = LotEntryFactory(
        lot__number="LONGEST-LOT-NUMBER20",
        lot__expires_on=date(2024, 5, 31),
        lot__item__name="MIẾN DONG ỂỖ " * 9,
    ).lot
    columns, rows, _width, _height = SIZES[layout]
    printed = LabelPrintFactory(
        lot=lot, layout=layout, copies=columns * rows, has_data_matrix=True, has_serials=True
    )
    [page] = pages_of(render_labels(printed), tmp_path, 254)  # ten dots are a millimetre
    height, width = page.shape
    dark = [number for number, point in enumerate(bytes(page)) if point < 128]
    across = [number % width for number in dark]
    assert (min(across) >= 49, max(across) < width - 49) == (True, True)
    assert (min(dark) // width >= 49, max(dark) // width < height - 49) == (True, True)


@pytest.mark.parametrize(
    "layout", ["a4_24", "a4_8", "roll", "roll4060"]
)  # the small one takes the level that its width allows
def test_a_quarter_of_a_code_may_be_lost(tmp_path, settings, layout):
    settings.PUBLIC_URL = "https://truyxuat.tinh.example"
    lot = LotEntryFactory(lot__number="LONGEST-LOT-NUMBER20").lot
    printed = LabelPrintFactory(lot=lot, layout=layout, copies=1, has_serials=True, has_data_matrix=True)
    [page] = pages_of(render_labels(printed), tmp_path)
    found = {each.format: each for each in zxingcpp.read_barcodes(page)}
    assert found[zxingcpp.BarcodeFormat.QRCode].ec_level == "Q"


def damaged(page, symbol):
    """The page with a black square on a twentieth of a symbol."""
    height, width = page.shape
    points = bytearray(page)
    corner, across = symbol.position.top_left, symbol.position.top_right.x - symbol.position.top_left.x
    side = int(across * 0.05**0.5)  # of a square that covers a twentieth of the symbol
    left, top = corner.x + across // 2 - side // 2, corner.y + across // 2 - side // 2
    for row in range(top, top + side):
        points[row * width + left : row * width + left + side] = bytes(side)
    return memoryview(points).cast("B", (height, width))


@pytest.mark.parametrize("kind", [None, "work", "check"])
def test_labels_of_a_lot_that_the_diary_does_not_make_are_refused(kind):
    """Their pages would say that the label may be false."""
    lot = LotFactory() if kind is None else LotEntryFactory(kind=kind).lot
    with pytest.raises(Refused, match="chưa ghi việc thu hoạch hay chế biến ra lô này"):
        enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=1), of(lot.item.organisation))


def test_a_second_printing_says_why():
    lot = LotEntryFactory().lot
    actor = of(lot.item.organisation)
    enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=1), actor)
    with pytest.raises(Refused, match="Hãy ghi lý do in lại"):
        enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=2), actor)
    enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=2, note="Nhãn nhòe"), actor)


def test_more_labels_than_packets_say_why():
    """A second sheet for the other packets is no reprint; of what is void as many again are a reason that is written."""
    made = LotEntryFactory(lot__item__unit="PA", kind="make", amount=30)
    lot, actor = made.lot, of(made.lot.item.organisation)
    for copies in (24, 6):
        enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=copies), actor)
    words = "Lô có 30 gói, đã in 30 nhãn; thêm 1 nhãn là nhiều hơn số hàng"
    with pytest.raises(Refused, match=words):
        enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=1), actor)
    enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=1, note="Một nhãn rách"), actor)


def test_the_sheets_are_a_file_of_who_may_read_the_printing(client, tenant_of):
    printed = LabelPrintFactory()
    address = reverse("label-sheets", args=[printed.pk])
    client.force_login(tenant_of(printed.lot.item.organisation))
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    client.force_login(tenant_of(LotFactory().item.organisation))
    assert client.get(address).status_code == 404


def test_one_account_has_one_sheet_drawn_at_a_time(client, tenant_of, monkeypatch):
    """A sheet of many labels takes ten seconds of a place that imports and sign-ins wait for too."""
    monkeypatch.setattr(label_sheets, "render_labels", lambda _printed: b"%PDF-")
    own, other = LabelPrintFactory(), LabelPrintFactory()
    busy, free = (tenant_of(each.lot.item.organisation) for each in (own, other))
    with label_sheets.TURNS.one(busy.pk):
        client.force_login(busy)
        answer = client.get(reverse("label-sheets", args=[own.pk]))
        assert (answer.status_code, answer["Retry-After"]) == (429, "5")
        assert "Tờ nhãn mở trước đang được dựng" in words(answer)
        client.force_login(free)
        assert client.get(reverse("label-sheets", args=[other.pk])).status_code == 200
    client.force_login(busy)
    label_sheets.TURNS.spend(busy.pk, 61)
    assert client.get(reverse("label-sheets", args=[own.pk])).status_code == 429
    label_sheets.TURNS.clear()
    assert client.get(reverse("label-sheets", args=[own.pk])).status_code == 200
