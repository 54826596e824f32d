"""The public page: what it shows of a journey, in which words, and what it never shows."""

import base64
import gzip
import hashlib
import re

import pytest

from khcn.epcis.cbv import BIZ_STEP
from khcn.trace.queries import journey
from khcn.trace.queries.names.step_names import OF_FARMS, STANDARD, step_label
from tests.trace.public_given import (
    BOX,
    GROWER,
    NOODLES,
    NOODLES_GTIN,
    SHOP,
    commissioned,
    lot,
    named,
    noodles,
    observed,
    of,
    page,
    parties,
    send,
    steps,
    text,
    transformed,
    visitor,
)
from tests.trace.rest_given import OTHER

__all__ = ["parties", "visitor"]  # fixtures

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
PACKET = f"{LOT}/21/A1"
SMALL = 14 * 1024


# ------------------------------------------------------------------------------------------- what is shown


def test_a_packet_shows_its_whole_journey(parties, visitor):
    noodles(parties)
    named(parties)
    html = page(visitor, PACKET)
    assert steps(html) == [
        ("Thu hoạch", "01/09/2026"),
        ("Chế biến", "05/09/2026"),
        ("Chế biến", "10/09/2026"),
        ("Tạo lô hàng, gắn mã", "11/09/2026"),
        ("Đóng gói", "12/09/2026"),
        ("Gửi hàng đi", "13/09/2026"),
        ("Nhận hàng", "14/09/2026"),
        ("Mở bao gói", "15/09/2026"),
        ("Bán cho người dùng", "16/09/2026"),
    ]
    shown = text(html)
    for expected in (
        "Miến dong",
        "(01)\N{NO-BREAK SPACE}09521234000037".replace("\N{NO-BREAK SPACE}", " "),
        "Đơn vị sản xuất, kinh doanh Hợp tác xã Thử Nghiệm",
        "Số lô MIEN-1",
        "Số sê-ri A1",
        "Ngày sản xuất 10/09/2026",
        "Hạn sử dụng 10/09/2027",
        "Xuất xứ Việt Nam",
        "Xưởng miến Thôn 1, Na Rì",
        "Từ: Củ dong riềng (lô CU-1) Thành: Tinh bột dong riềng (lô BOT-1)",
        "Cửa hàng Thử Nghiệm",
    ):
        assert expected in shown


def test_a_lot_shows_what_its_maker_tells_and_not_where_it_was_sold(parties, visitor):
    noodles(parties)
    send(
        parties.grower,
        observed(20, 17, "shipping", GROWER, quantityList=of(NOODLES)),
    )
    send(parties.shop, observed(21, 18, "receiving", SHOP, quantityList=of(NOODLES)))
    html = page(visitor, LOT)
    assert steps(html) == [
        ("Thu hoạch", "01/09/2026"),
        ("Chế biến", "05/09/2026"),
        ("Chế biến", "10/09/2026"),
        ("Gửi hàng đi", "17/09/2026"),
    ]
    assert "Cửa hàng" not in html
    assert SHOP not in html


def test_a_product_is_shown_without_a_journey(parties, visitor):
    noodles(parties)
    named(parties)
    html = page(visitor, f"/01/{NOODLES_GTIN}")
    assert steps(html) == []
    assert "Hợp tác xã Thử Nghiệm" in html
    assert "Ngày sản xuất" not in html
    assert "MIEN-1" not in html


def test_english_is_a_choice(parties, visitor):
    noodles(parties)
    for answer in (
        visitor.get(PACKET + "?lang=en"),
        visitor.get(PACKET, headers={"Accept-Language": "en-GB,en;q=0.9,vi;q=0.5"}),
    ):
        assert answer["Content-Language"] == "en"
        html = answer.content.decode()
        assert '<html lang="en">' in html
        assert [label for label, _day in re.findall(r"<h3>(.*?) <small>(\S+),", html)][:2] == [
            "Harvesting",
            "Processing",
        ]
        assert 'href="?lang=vi"' in html
    for answer in (
        visitor.get(PACKET),
        visitor.get(PACKET, headers={"Accept-Language": "fr,vi;q=0.5,en;q=0.2"}),
        visitor.get(PACKET + "?lang=vi", headers={"Accept-Language": "en"}),
        visitor.get(PACKET + "?lang=xx"),
    ):
        assert answer["Content-Language"] == "vi"
        assert 'href="?lang=en"' in answer.content.decode()


def test_every_standard_step_has_words_in_both_languages():
    assert STANDARD.keys() == BIZ_STEP.words
    for words in (*STANDARD.values(), *OF_FARMS.values()):
        assert words.vi
        assert words.en
        assert words.vi != words.en
    assert len({words.vi for words in STANDARD.values()}) == len(STANDARD)


@pytest.mark.parametrize(
    ("biz_step", "event_type", "action", "expected"),
    [
        ("shipping", "ObjectEvent", "OBSERVE", "Gửi hàng đi"),
        ("https://ref.gs1.org/cbv/BizStep-packing", "AggregationEvent", "ADD", "Đóng gói"),
        ("", "TransformationEvent", "", "Chế biến"),
        ("commissioning", "TransformationEvent", "", "Chế biến"),
        ("packing", "TransformationEvent", "", "Đóng gói"),
        ("https://example.org/buoc/Harvesting", "ObjectEvent", "ADD", "Thu hoạch"),
        ("urn:example:harvesting", "ObjectEvent", "ADD", "Thu hoạch"),
        ("https://example.org/khong-biet", "ObjectEvent", "OBSERVE", "Ghi nhận"),
        ("https://example.org/khong-biet", "AggregationEvent", "DELETE", "Mở bao gói"),
        ("", "ObjectEvent", "ADD", "Tạo lô hàng, gắn mã"),
    ],
)
def test_what_a_step_is_called(biz_step, event_type, action, expected):
    assert step_label(biz_step, event_type, action).vi == expected


def test_like_steps_of_one_day_and_place_are_one(parties, visitor):
    others = [lot("09521234000013", f"CU-{number}") for number in range(1, 31)]
    send(
        parties.grower,
        *(commissioned(100 + place_, 1, one, GROWER) for place_, one in enumerate(others)),
        transformed(3, 10, others, [NOODLES]),
    )
    html = page(visitor, LOT)
    assert steps(html) == [("Tạo lô hàng, gắn mã", "01/09/2026"), ("Chế biến", "10/09/2026")]
    assert html.count("CU-30") == 2


def test_an_address_is_written_once(parties, visitor):
    noodles(parties)
    named(parties)
    html = page(visitor, PACKET)
    assert html.count("Thôn 1, Na Rì") == 2  # of the producer, and where the place first comes up


# ------------------------------------------------------------------------------------------- what is missing


def test_a_lot_that_nobody_captured_of_a_known_product(parties, visitor):
    noodles(parties)
    named(parties)
    html = page(visitor, f"/01/{NOODLES_GTIN}/10/KHONG-CO")
    shown = text(html)
    assert "Chưa có dữ liệu truy xuất cho lô này" in shown
    assert "Miến dong" in shown
    assert "Số lô KHONG-CO" in shown
    assert steps(html) == []


def test_a_serial_number_that_nobody_captured(parties, visitor):
    noodles(parties)
    shown = text(page(visitor, f"{LOT}/21/GIA"))
    assert "Chưa ai ghi nhận số sê-ri này" in shown
    assert "Ngày sản xuất 10/09/2026" in shown


def test_a_serial_number_of_another_lot_than_the_label_says(parties, visitor):
    noodles(parties)
    assert "không thuộc lô ghi trên nhãn" in text(page(visitor, f"/01/{NOODLES_GTIN}/10/KHAC/21/A1"))
    assert "không thuộc lô ghi trên nhãn" not in text(page(visitor, PACKET))
    assert "Số lô MIEN-1" in text(page(visitor, f"/01/{NOODLES_GTIN}/21/A1"))


def test_nothing_known_is_shown_honestly(parties, visitor):
    noodles(parties)
    html = page(visitor, "/01/09521234999997/10/X", 404)
    assert "Chưa có dữ liệu truy xuất cho mã này" in html
    assert "(01)" in html


def test_missing_master_data_leave_the_gln_and_say_what_is_owed(parties, visitor):
    send(
        parties.grower,
        observed(1, 1, "shipping", OTHER, quantityList=of(NOODLES)),
        commissioned(2, 2, NOODLES, SHOP),
    )
    shown = text(page(visitor, LOT))
    assert "Sản phẩm chưa có tên" in shown
    assert "Ngày sản xuất chưa có thông tin" in shown
    assert "Người lạ" in shown  # the party whose GLN it is
    send(parties.grower, observed(3, 3, "shipping", "9529999000019", quantityList=of(NOODLES)))
    assert "GLN 9529999000019" in text(page(visitor, LOT))


def test_a_recall_comes_first_and_can_be_lifted(parties, visitor):
    noodles(parties)
    assert "THU HỒI" not in page(visitor, PACKET)
    send(parties.shop, observed(30, 20, "holding", SHOP, quantityList=of(NOODLES), disposition="recalled"))
    assert "THU HỒI" not in page(visitor, LOT)  # a shop cannot recall what another made
    send(
        parties.grower, observed(31, 21, "holding", GROWER, quantityList=of(NOODLES), disposition="recalled")
    )
    for path in (LOT, PACKET):
        html = page(visitor, path)
        assert html.index("THU HỒI") < html.index("<h1>")
    send(
        parties.province, observed(32, 22, "holding", GROWER, quantityList=of(NOODLES), disposition="active")
    )
    assert "THU HỒI" not in page(visitor, LOT)


def test_an_event_declared_wrong_is_left_out_if_its_own_party_says_so(parties, visitor):
    noodles(parties)
    wrong = observed(40, 20, "storing", GROWER, quantityList=of(NOODLES))
    also = observed(41, 21, "inspecting", GROWER, quantityList=of(NOODLES))
    send(parties.grower, wrong, also)
    declaration = {"declarationTime": "2026-09-25T08:00:00.000+07:00", "reason": "incorrect_data"}
    send(parties.grower, {**wrong, "errorDeclaration": declaration})
    send(parties.stranger, {**also, "errorDeclaration": declaration})
    found = [label for label, _day in steps(page(visitor, LOT))]
    assert "Lưu kho" not in found
    assert found.count("Kiểm tra chất lượng") == 1


# ------------------------------------------------------------------------------------------- how it is made


def test_the_page_is_small_without_script_cookie_or_session_and_may_be_cached(parties, visitor):
    noodles(parties)
    named(parties)
    visitor.cookies["sessionid"] = "x" * 32
    answer = visitor.get(PACKET)
    assert len(answer.content) <= SMALL
    assert answer.cookies == {}
    # of one object; the page of its lot may be stored by any cache
    assert answer["Cache-Control"] == "private, max-age=2"
    assert visitor.get(LOT)["Cache-Control"] == "public, max-age=2"
    assert "Cookie" not in answer["Vary"]
    assert {"Accept", "Accept-Language"} <= {each.strip() for each in answer["Vary"].split(",")}
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert "<script" not in html
    assert "style=" not in html
    assert "javascript:" not in html
    packed = visitor.get(PACKET, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == answer.content
    for etag in (answer["ETag"], packed["ETag"]):
        for encoding in ("gzip", "identity"):
            again = visitor.get(PACKET, headers={"If-None-Match": etag, "Accept-Encoding": encoding})
            assert (again.status_code, again.content) == (304, b"")


def test_the_style_is_the_one_that_the_policy_allows(parties, visitor):
    noodles(parties)
    answer = visitor.get(PACKET)
    style = re.search(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer["Content-Security-Policy"]


def test_a_chain_of_two_hundred_events_fits_the_first_packets(parties, visitor):
    chain = [lot("09521234000013", f"LO-{number}") for number in range(200)]
    words = sorted(BIZ_STEP.words - {"commissioning", "creating_class_instance", "other"})
    events = [commissioned(1, 1, chain[0], GROWER)]
    for number in range(1, 200):
        day, hour = 1 + number // 10, number % 10
        events.append(
            transformed(
                number + 1, day, [chain[number - 1]], [chain[number]],
                eventTime=f"2026-09-{day:02d}T{10 + hour:02d}:00:00.000+07:00",
                bizStep=words[number % len(words)],
            )
        )  # fmt: skip
    send(parties.grower, *events)
    answer = visitor.get("/01/09521234000013/10/LO-199", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) <= SMALL
    assert len(steps(gzip.decompress(answer.content).decode())) == 200


def test_a_past_too_long_for_a_page_is_shown_to_be_so(parties, visitor, monkeypatch):
    noodles(parties)
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", 2)
    html = page(visitor, LOT)
    assert "rất nhiều nguồn" in html
    assert steps(html) == [
        ("Thu hoạch", "01/09/2026"),
        ("Chế biến", "05/09/2026"),
        ("Chế biến", "10/09/2026"),
    ]


def test_queries_do_not_grow_with_the_chain(parties, visitor, django_assert_max_num_queries):
    noodles(parties)
    named(parties)
    page(visitor, PACKET)  # the name of the province is read once a minute
    with django_assert_max_num_queries(41):
        page(visitor, PACKET)


def test_a_pallet_is_named_and_its_contents_are_not_reported(parties, visitor):
    noodles(parties)
    shown = text(page(visitor, BOX.removeprefix("https://id.gs1.org")))
    assert "Mã đơn vị giao vận (SSCC)" in shown
    assert "dành cho các bên trong chuỗi" in shown
    assert "MIEN-1" not in shown
