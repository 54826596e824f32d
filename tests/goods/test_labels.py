"""Sheets of labels: what a telephone reads of each, and who prints them."""

import shutil
import subprocess
from datetime import date

import pytest
import zxingcpp
from django.conf import settings
from django.urls import reverse

from khcn.goods.documents import render_labels
from khcn.goods.enums import LabelLayout
from khcn.goods.models import LabelPrint
from khcn.kernel.refusals import Refused
from tests.factories.goods import LabelPrintFactory, LotEntryFactory, LotFactory
from tests.goods.test_diary import TODAY, enter, of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def pages_of(pdf, folder):
    """The pages as grey pixels, at the 200 dots per inch of a cheap printer."""
    (folder / "labels.pdf").write_bytes(pdf)
    draw = [shutil.which("pdftoppm"), "-gray", "-r", "200", folder / "labels.pdf", folder / "page"]
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
