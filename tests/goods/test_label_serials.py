"""Numbers of single labels: they cannot be guessed, are printed again, made void, and the page of a label says what they are."""

import json
import random
import re

import pytest
from django.urls import reverse

from khcn.goods.models import LabelPrint, LabelVoid
from khcn.goods.models.label_serials import ALPHABET, LENGTH, new_key, place_of, serial_of
from khcn.goods.operations import labels
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import ScanDay, ScanNetwork
from khcn.trace.operations.scan_buffer import SCANS
from khcn.trace.operations.scan_writing import write_scans
from tests.factories.base import an_actor
from tests.factories.goods import LabelPrintFactory, LotEntryFactory, LotFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.public_given import complete, made_lot, publish
from tests.goods.test_diary import TODAY, enter, of, take
from tests.goods.test_recalls import opened
from tests.trace.public_given import page, text, visitor
from tests.trace.test_scans import rules, scan

__all__ = ["rules", "visitor"]  # fixtures

KEY = "00112233445566778899aabbccddeeff"
GOOD, VOID, UNKNOWN, UNREPORTED = "Mã đúng", "Nhãn đã hủy", "Nhãn không có trong sổ in", "Chưa rõ nguồn gốc"


def test_a_number_is_found_at_its_place_by_its_own_key_alone():
    serials = [serial_of(KEY, place) for place in range(1, 2001)]
    assert serials[:2] == ["C7QCSTHZX45Y", "SWXCGZ0TPFVT"]  # printed labels stay good in later releases
    assert [place_of(KEY, each) for each in serials] == list(range(1, 2001))
    assert {place_of(new_key(), each) for each in serials} == {None}


def test_numbers_near_a_printed_one_and_random_ones_are_of_no_label():
    serial = serial_of(KEY, 7)
    near = [
        serial[:at] + sign + serial[at + 1 :]
        for at in range(LENGTH)
        for sign in ALPHABET
        if sign != serial[at]
    ]
    drawn = random.Random(14)
    guessed = ["".join(drawn.choices(ALPHABET, k=LENGTH)) for _ in range(20_000)]
    assert {place_of(KEY, each) for each in [*near, *guessed]} == {None}


@pytest.mark.parametrize("typed", ["", "7", "C7QCSTHZX45", "C7QCSTHZX45YY", "C7QCSTHZX45*", "Đ7QCSTHZX45Y"])
def test_what_is_no_number_is_of_no_label(typed):
    assert place_of(KEY, typed) is None


def test_small_letters_and_letters_that_look_like_digits_are_read():
    serial = serial_of(KEY, 3)
    assert (place_of(KEY, serial.lower()), place_of(KEY, "bs4bOb84a4yl")) == (3, 3)


@pytest.fixture
def lot(db):
    lot = made_lot()
    complete(lot)
    publish(lot)
    return lot


@pytest.fixture
def owner(lot):
    return of(lot.item.organisation)


def printing(lot, actor, copies=10, **more):
    return enter(
        LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=copies, has_serials=True, **more), actor
    )


def verdict(visitor, lot, serial):
    """The first words of the page of a label."""
    shown = text(page(visitor, f"{lot.public_path}/21/{serial}"))
    return next(words for words in (VOID, UNKNOWN, UNREPORTED, GOOD) if words in shown)


def test_a_printed_label_is_good_a_void_one_is_not_and_another_is_unknown(visitor, lot, owner):
    printed = printing(lot, owner)
    serials = printed.serials
    assert verdict(visitor, lot, serials[4]) == GOOD
    take(printed, "void", owner, first="4", last=serials[5], reason="Cuộn nhãn bị mất")
    assert [verdict(visitor, lot, serials[at]) for at in (2, 3, 5, 6)] == [GOOD, VOID, VOID, GOOD]
    assert verdict(visitor, lot, serial_of(printed.serial_key, 11)) == UNKNOWN  # the printing has ten
    assert verdict(visitor, lot, "0" * LENGTH) == UNKNOWN
    listed = [
        'content="noindex"' not in page(visitor, f"{lot.public_path}/21/{each}")
        for each in (serials[2], serials[3], "0" * LENGTH)
    ]
    assert listed == [True, False, False]
    assert GOOD in text(page(visitor, lot.public_path))  # what a label without a number says stays


def test_all_spellings_of_a_number_are_looked_up_as_one_label(visitor, lot, owner, rules):
    """Else copies of a label, each spelled in a way of its own, would never be seen together."""
    SCANS.clear()
    serial = printing(lot, owner).serials[0]
    spelled = [serial, serial.lower(), serial.translate(str.maketrans("01", "OL")), serial.capitalize()]
    for number, each in enumerate(spelled):
        scan(visitor, f"{lot.public_path}/21/{each}", f"203.0.{number}.7")
    write_scans()
    assert {*ScanNetwork.objects.values_list("thing", flat=True)} == {f"/01/{lot.item.number}/21/{serial}"}
    assert ScanDay.objects.get().scans == len(spelled)


def test_machines_are_answered_alike(visitor, lot, owner):
    printed = printing(lot, owner)
    take(printed, "void", owner, first="1", last="1", reason="Hỏng")
    for serial, words in (
        (printed.serials[0], "đã hủy nhãn này"),
        ("0" * LENGTH, "chưa in nhãn nào mang số này"),
    ):
        data = visitor.get(f"{lot.public_path}/21/{serial}", headers={"Accept": "application/ld+json"}).json()
        assert any(words in each for each in data["rdfs:comment"])
    titles = {
        serial: json.loads(visitor.get(f"{lot.public_path}/21/{serial}?linkType=linkset").content)["linkset"][
            0
        ]["https://ref.gs1.org/voc/defaultLink"][0]["title"]
        for serial in (printed.serials[0], printed.serials[1], "0" * LENGTH)
    }
    assert list(titles.values()) == [
        "Nhãn đã hủy. Trang thông tin",
        "Trang thông tin",
        "Nhãn không có trong sổ in. Trang thông tin",
    ]


def test_numbers_count_under_their_own_lot_alone(visitor, lot, owner):
    other = LotFactory(item=lot.item, made_on=lot.made_on, published_on=TODAY)
    LotEntryFactory(lot=other)
    assert verdict(visitor, lot, printing(other, owner).serials[0]) == UNREPORTED  # the lot has no numbers
    printing(lot, owner)
    assert verdict(visitor, lot, LabelPrint.objects.get(lot=other).serials[0]) == UNKNOWN


def test_labels_of_who_passes_goods_on_are_good_and_make_none_of_the_makers_unknown(visitor, lot):
    passed_on = LotFactory(source_path=lot.public_path)
    printed = LabelPrintFactory(lot=passed_on, has_serials=True)
    assert verdict(visitor, lot, printed.serials[0]) == GOOD
    assert verdict(visitor, lot, "0" * LENGTH) == UNREPORTED


def test_labels_of_who_does_not_speak_for_the_code_count_nothing(visitor, lot, owner):
    printed = printing(lot, owner)
    party = lot.item.organisation.trace_parties.get()
    with acting(SYSTEM):
        party.confirmed_codes = ""
        party.save()
    TracePartyFactory(confirmed_codes=lot.item.number)
    for serial in (printed.serials[0], "0" * LENGTH):
        assert verdict(visitor, lot, serial) == UNREPORTED


def test_labels_are_printed_again_with_the_same_numbers(visitor, lot, owner):
    printed = printing(lot, owner)
    take(
        printed,
        "reprint",
        owner,
        first=printed.serials[1].lower(),
        last="4",
        paper="a4_8",
        reason="Tờ bị nhòe",
    )
    again = LabelPrint.objects.get(repeats=printed)
    assert (again.serials, again.copies, again.layout) == (printed.serials[1:4], 3, "a4_8")
    assert (again.note, again.ordinal, again.serial_key) == ("Tờ bị nhòe", 2, "")
    assert verdict(visitor, lot, again.serials[0]) == GOOD
    with pytest.raises(Refused, match="Hãy mở lượt số 1"):
        take(again, "reprint", owner, first="1", last="1", paper="roll", reason="x")


def test_labels_of_a_stopped_lot_are_not_printed_again(lot, owner):
    printed = printing(lot, owner)
    department = an_actor(unit_code="TDC")
    recall = opened(department, lot)
    take(recall, "scope", department)
    take(recall, "pause", department, reason="Chờ kết quả kiểm nghiệm")
    with pytest.raises(Refused, match="tạm giữ"):
        take(printed, "reprint", owner, first="1", last="1", paper="roll", reason="x")


def test_a_reprint_begins_with_all_labels_and_leads_to_the_new_sheet_and_a_void_begins_with_none(
    lot, owner, client, tenant_of
):
    printed = printing(lot, owner)
    client.force_login(tenant_of(lot.item.organisation))
    register = register_of(LabelPrint)
    shown = client.get(register.detail_url(printed.pk)).content.decode()
    [dialog] = set(re.findall(r'"(/goods/label-prints/\d+/[^"]*reprint[^"]*)"', shown))
    assert re.search(r'name="last"[^>]* value="10"', client.get(dialog).content.decode())
    void = client.get(dialog.replace("/reprint/", "/void/")).content.decode()
    assert 'name="last"' in void
    assert not re.search(r'name="(first|last)"[^>]* value=', void)  # one key more would make all of them void
    address = f"/api/goods/label-prints/{printed.pk}/"
    answer = client.post(
        f"{address}actions/reprint/",
        {"first": "2", "last": printed.serials[2], "paper": "roll", "reason": "Nhòe"},
        content_type="application/json",
        headers={"If-Match": client.get(address)["ETag"]},
    )
    assert answer.status_code == 200, answer.content
    assert LabelPrint.objects.get(repeats=printed).serials == printed.serials[1:3]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("0", "3", "từ 1 đến 10"),
        ("1", "11", "từ 1 đến 10"),
        ("một", "3", "từ 1 đến 10"),
        ("5", "4", "Nhãn cuối đứng trước"),
        ("0" * LENGTH, "4", "không thuộc lượt in này"),
        ("2", "4", "Nhãn thứ 3 đến 3 đã hủy ngày 14/09/2023"),
    ],
)
def test_what_cannot_be_printed_again_is_refused(lot, owner, first, last, words):
    printed = printing(lot, owner)
    take(printed, "void", owner, first="3", last="3", reason="Hỏng")
    with pytest.raises(Refused, match=words):
        take(printed, "reprint", owner, first=first, last=last, paper="roll", reason="Nhòe")
    assert not LabelPrint.objects.filter(repeats=printed).exists()


def test_void_labels_are_on_no_sheet(lot, owner, client, tenant_of):
    printed = printing(lot, owner, copies=4)
    take(printed, "void", owner, first="2", last="3", reason="Hỏng")
    assert printed.standing_serials == [printed.serials[0], printed.serials[3]]
    client.force_login(tenant_of(lot.item.organisation))
    address = reverse("label-sheets", args=[printed.pk])
    assert client.get(address).content.count(b"/Type/Page/") == 2  # of a roll each label is a page
    take(printed, "void", owner, first="1", last="4", reason="Hỏng cả cuộn")
    assert client.get(address).status_code == 404
    shown = client.get(register_of(LabelPrint).detail_url(printed.pk)).content.decode()
    assert "Mọi nhãn của lượt in này đã hủy" in shown
    assert address not in shown


def test_labels_made_void_by_mistake_count_again(visitor, lot, owner):
    printed = printing(lot, owner)
    take(printed, "void", owner, first="1", last="10", reason="Nhầm lượt")
    with pytest.raises(Refused, match="đã hủy rồi"):
        take(printed, "void", owner, first="2", last="3", reason="Hỏng")
    take(LabelVoid.objects.get(), "restore", owner, reason="Hủy nhầm lượt in")
    assert verdict(visitor, lot, printed.serials[2]) == GOOD
    with pytest.raises(Refused, match="đã dùng lại từ ngày 14/09/2023"):
        take(LabelVoid.objects.get(), "restore", owner, reason="Lần nữa")


def test_labels_without_numbers_are_neither_void_nor_printed_again_singly(lot, owner):
    printed = enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=5), owner)
    for name, more in (("void", {}), ("reprint", {"paper": "roll"})):
        with pytest.raises(Refused, match="không có số riêng"):
            take(printed, name, owner, first="1", last="2", reason="Hỏng", **more)


def test_a_lot_has_a_bounded_number_of_printings_with_numbers(lot, owner, monkeypatch):
    monkeypatch.setattr(labels, "MOST_WITH_SERIALS", 1)
    printing(lot, owner)
    with pytest.raises(Refused, match="chỉ in được ở 1 lượt đầu của lô"):
        printing(lot, owner, note="Thêm hàng")


def test_the_key_of_a_printing_is_in_no_log_list_or_answer(lot, owner, client, tenant_of):
    printed = printing(lot, owner)
    assert len(printed.serial_key) == 32
    logged = json.dumps([entry.after for entry in ChangeEntry.objects.all()], default=str)
    assert '"has_serials": true' in logged
    assert printed.serial_key not in logged
    client.force_login(tenant_of(lot.item.organisation))
    register = register_of(LabelPrint)
    for address in (register.detail_url(printed.pk), f"/api/goods/label-prints/{printed.pk}/"):
        answer = client.get(address, headers={"Accept": "application/json, text/html"})
        assert answer.status_code == 200
        assert printed.serial_key not in answer.content.decode()
