"""Numbers as people write them, and words that fit in three parts of a text message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.goods.operations.text_messages.phone_numbers import masked_number, mobile_number, shown_number
from khcn.goods.operations.text_messages.texts import (
    MOST_PARTS,
    TooLongError,
    link_of,
    parts_of,
    text_of,
    without_diacritics,
)
from khcn.kernel.actors import SYSTEM, acting
from tests.factories.goods import RecallNoticeFactory, RecallNoticeLotFactory
from tests.goods.sms_gateway import gateway

SIGNS = st.text(alphabet=" .-()\u00a0–", max_size=2)
NINE = st.builds("".join, st.tuples(st.sampled_from("35789"), st.text("0123456789", min_size=8, max_size=8)))
PREFIXES = st.sampled_from(["0", "84", "+84", "0084", "+84 (0)", "+84 0", "(+84) "])


@given(NINE, PREFIXES, st.lists(SIGNS, min_size=9, max_size=9))
def test_a_mobile_number_is_one_number_however_it_is_grouped(digits, prefix, signs):
    written = prefix + "".join(sign + digit for sign, digit in zip(signs, digits, strict=True))
    assert mobile_number(written) == f"+84{digits}"
    assert mobile_number(f"Chị Hoa: {written}; 0209 3870 123") == f"+84{digits}"
    assert mobile_number(shown_number(mobile_number(written))) == f"+84{digits}"
    assert masked_number(f"+84{digits}") == f"+84{digits[:2]}…{digits[-3:]}"


@given(st.text(max_size=60))
def test_of_any_text_there_is_a_number_or_none(text):
    found = mobile_number(text)
    assert found == "" or (len(found) == 12 and found[:3] == "+84" and found[3] in "35789")


@given(NINE, st.text("0123456789", min_size=1, max_size=3))
def test_more_digits_are_another_number(digits, more):
    assert mobile_number(f"0{digits}{more}") == ""


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("", ""),
        ("0209 3870 123", ""),
        ("1900 1234", ""),
        ("0168 765 4321", ""),  # eleven digits, as before 2018
        ("0168 7654 321", ""),
        ("0912 345 67", ""),
        ("0912 345 678 9", ""),
        ("912345678", ""),
        ("+1 912 345 6789", ""),
        ("09123456780912345678", ""),
        ("0912345678 - 0387654321", "+84912345678"),
        ("0209 3870 123 / 0387654321", "+84387654321"),
        ("ĐT: ０９１２ ３４５ ６７８", "+84912345678"),
    ],
)
def test_what_is_a_mobile_number_and_what_is_not(written, number):
    assert mobile_number(written) == number


@pytest.fixture
def notice(settings):
    settings.PUBLIC_URL = "https://truy-xuat.so-khcn.tinh-minh-hoa.example.vn"
    settings.DEPARTMENT_TELEPHONE = "0209 3870 123"
    return RecallNoticeLotFactory(lot_name="Miến dong Minh Họa", lot_number="MD-230110").notice


@pytest.fixture
def plain(settings):
    with gateway() as one:
        settings.SMS_GATEWAY = one.settings(with_diacritics=False)


pytestmark = pytest.mark.django_db


def test_a_long_name_is_cut_and_the_lot_and_the_link_stay(notice):
    row = notice.lots.get()
    with acting(SYSTEM):
        row.lot_name = "Miến dong sạch truyền thống " * 10
        row.save()
        RecallNoticeLotFactory(notice=notice)
    text = text_of(notice, is_ending=False)
    assert parts_of(text) == MOST_PARTS
    assert text.startswith("THU HỒI: Miến dong sạch")
    assert "…, lô MD-230110 và 1 lô khác. " in text
    assert f" {link_of(notice)} Gọi Sở KH&CN: 0209 3870 123" in text


def test_without_diacritics_all_letters_have_seven_bits(notice, plain):
    text = text_of(notice, is_ending=False)
    assert text == (
        f"THU HOI: Mien dong Minh Hoa, lo MD-230110. Ngung ban, giao, dung; tra loi tai: {link_of(notice)} Goi So KH&CN: 0209 3870 123"
    )
    assert parts_of(text) == 2


def test_an_address_that_leaves_no_room_is_refused(notice, settings):
    settings.PUBLIC_URL = f"https://{'x' * 190}.vn"
    with pytest.raises(TooLongError):
        text_of(notice, is_ending=False)


def test_a_name_leads_nobody_to_another_address(notice):
    row = notice.lots.get()
    with acting(SYSTEM):
        row.lot_name = "Miến\u2028 http://xau.example/a www.xau.example xau.example ngon"
        row.save()
    text = text_of(notice, is_ending=False)
    assert text.startswith("THU HỒI: Miến xau example ngon, lô MD-230110. ")


@pytest.mark.parametrize(
    ("name", "lot", "shown"),
    [
        ("Miến xau．example", "A1", "Miến xau example, lô A1. "),
        ("Miến xau․example", "A1", "Miến xau example, lô A1. "),
        ("Miến xau。example", "A1", "Miến xau example, lô A1. "),
        ("Miến 203.0.113.9/tra-loi ngon", "A1", "Miến ngon, lô A1. "),
        ("Miến ２０３．０．１１３．９ ngon", "A1", "Miến ngon, lô A1. "),
        ("Miến, gọi 0912 345 678 ngay", "A1", "Miến, gọi ngay, lô A1. "),
        ("Miến +84.912.345.678", "A1", "Miến, lô A1. "),
        ("Miến gọi 1900 6868", "A1", "Miến gọi, lô A1. "),
        ("Miến 0,5 kg 1.000 sợi 2023", "20230514", "Miến 0,5 kg 1.000 sợi 2023, lô 20230514. "),
        ("Nước mắm 40 độ 500.50 ml", "A1", "Nước mắm 40 độ 500.50 ml, lô A1. "),
        ("Miến", "xau.example/x", "Miến, lô xau-example/x. "),
        ("Miến", "http://xau.vn", "Miến, lô . "),
        ("Miến", "L.2023.05/A", "Miến, lô L.2023.05/A. "),
    ],
)
def test_neither_the_name_nor_the_lot_is_an_address_or_a_telephone_number(notice, name, lot, shown):
    row = notice.lots.get()
    with acting(SYSTEM):
        row.lot_name, row.lot_number = name, lot
        row.save()
    assert text_of(notice, is_ending=False).startswith(f"THU HỒI: {shown}")


@given(
    name=st.text(max_size=280),
    lot=st.text(st.sampled_from("ABCĐ0123456789-./"), min_size=1, max_size=20),
    is_ending=st.booleans(),
    is_drill=st.booleans(),
    with_diacritics=st.booleans(),
)
def test_whatever_goods_are_called_it_fits_in_three_parts(name, lot, is_ending, is_drill, with_diacritics):
    notice = _Notice(name, lot, is_drill=is_drill)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("khcn.goods.operations.text_messages.texts.link_of", lambda each: LONG_LINK)
        patch.setattr("khcn.goods.operations.text_messages.texts.settings", _Settings(with_diacritics))
        text = text_of(notice, is_ending=is_ending)
    assert parts_of(text) <= MOST_PARTS
    assert LONG_LINK in text
    assert text.isprintable()
    assert with_diacritics or text.isascii()
    assert "THU H" in text


LONG_LINK = f"https://truy-xuat-nguon-goc.so-khcn.tinh.gov.vn/goods/recall-notices/{2**63 - 1}/"


class _Settings:
    DEPARTMENT_TELEPHONE = "0209 3870 123"

    def __init__(self, with_diacritics):
        self.SMS_GATEWAY = self
        self.with_diacritics = with_diacritics


class _Notice:
    answer_by = None

    def __init__(self, name, number, *, is_drill):
        self.is_drill, self.lots, self.goods = is_drill, self, name
        self.lot_name, self.lot_number = name, number

    def order_by(self, _name):
        return [self, self]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("THU HỒI: Miến dong Đức Xuân", "THU HOI: Mien dong Duc Xuan"),
        ("Hồi", "Hoi"),
        ("“Nước mắm” – 500 ml…", '"Nuoc mam" - 500 ml...'),
        ("a[1]~米🌾", "a(1)~"),
        ("ĐÂY", "DAY"),
    ],
)
def test_diacritics_go_and_capitals_stay(text, plain):
    assert without_diacritics(text) == plain


@pytest.mark.parametrize(("length", "parts"), [(160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)])
def test_parts_of_plain_letters(length, parts):
    assert parts_of("a" * length) == parts


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_parts_of_letters_with_diacritics(length, parts):
    assert parts_of("ồ" * length) == parts
    assert parts_of("🌾" * (length // 2) + "ồ" * (length % 2)) == parts


def test_a_notice_without_rows_of_lots_names_its_goods():
    notice = RecallNoticeFactory(goods="Miến dong MD-1")
    assert text_of(notice, is_ending=True).startswith("KẾT THÚC THU HỒI: Miến dong MD-1. ")
