"""The nine-month form of 2023 over the data of a later year: its sentences that the registers make untrue are to be read again."""

import re

import pytest

from khcn.kernel.indicators import PeriodKind
from khcn.reference.models import ReportingRegime
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

UNTRUE = [
    ("on_time_beside_late", "A.III.2.a", ("NT-07",), "đảm bảo tiến độ"),
    ("done_of_nothing", "A.III.2.a", ("DC-01",), "hoàn thiện thủ tục đề nghị dừng thực hiện 0"),
    ("done_of_nothing", "A.III.2.a", ("DC-02", "DC-03", "DC-04", "MH-01"), "Trong quá trình thực hiện, kịp thời"),
    ("done_of_nothing", "A.III.2.a", ("DC-05",), "tham mưu 0 lượt điều chỉnh thuyết minh"),
    ("done_of_nothing", "A.III.2.a", ("NT-03",), "Tổ chức nghiệm thu cấp tỉnh 0"),
    ("done_of_nothing", "A.III.2.a", ("NV-09", "NV-10"), "Nhiệm vụ thực hiện từ năm 2026 (0"),
    ("done_of_nothing", "A.III.2.a", ("NV-14",), "Hội đồng Khoa học và Công nghệ tỉnh xác định được 0"),
    ("done_of_nothing", "A.III.4.b", ("NS-01",), "Triển khai hỗ trợ doanh nghiệp nâng cao năng suất và chất lượng"),
    ("done_of_nothing", "A.III.5.a", ("TTR-09",), "Kết quả thực hiện kết luận, quyết định xử phạt"),
    ("done_of_nothing", "A.III.6", ("VP-04",), "Hoàn thành quy trình điều động, bổ nhiệm 0"),
    ("done_of_nothing", "A.III.6", ("TT-05",), "Hoàn thành rà soát, đánh giá TTHC, kết quả có 0"),
    ("done_of_nothing", "A.III.6", ("HS-02", "HS-15", "HS-13"), "Số hồ sơ TTHC đã giải quyết đúng hạn, trước hạn là 0/0"),
    (
        "done_of_nothing",
        "A.III.6",
        ("HS-01", "HS-02", "HS-06", "HS-08", "HS-09"),
        "Trong 9 tháng đầu năm 2026, tiếp nhận 0 hồ sơ TTHC",
    ),
    ("done_of_nothing", "A.III.6", ("KHTC-08",), "Hoàn thiện hồ sơ gửi Sở Tài chính xem xét, thẩm định bán 0"),
    ("done_of_nothing", "A.III.7", ("UD-18",), "Kết quả thực hiện 0 nhiệm vụ"),
    ("done_of_nothing", "A.III.7", ("UD-20",), "Đối với mô hình sản xuất lúa"),
    ("done_of_nothing", "A.III.7", ("UD-26",), "0 đề tài được phê duyệt thuyết minh"),
    ("done_of_nothing", "C.1", ("NV-09",), "Các nhiệm vụ thực hiện từ năm 2026 (0 nhiệm vụ): Theo dõi"),
]  # fmt: skip


CHOICE = re.compile(r"\{\{neu_co\}\}(.*?)\{\{neu_khong\}\}.*?\{\{het\}\}")


def untrue_in(body):
    period = ReportingRegime.objects.get(code="BC-DINH-KY").period(PeriodKind.NINE_MONTHS, 2026)
    return [
        each
        for each in run_checks(resolve(source_from_form(parse_form(body), period)))
        if each.code in {"done_of_nothing", "on_time_beside_late"}
    ]


def test_words_for_nothing_leave_no_sentence_about_what_was_done_of_nothing(demo_year):
    found = untrue_in(shipped_bodies()["bao-cao-9-thang"])
    assert [(each.code, each.codes) for each in found] == [("on_time_beside_late", ("NT-07",))]


def test_sentences_of_2023_that_the_registers_of_2026_make_untrue(demo_year):
    """As somebody types them who gives no words for nothing."""
    found = untrue_in(CHOICE.sub(r"\1", shipped_bodies()["bao-cao-9-thang"]))
    assert [(each.code, each.section_1, each.codes) for each in found] == [each[:3] for each in UNTRUE]
    begun = zip(found, UNTRUE, strict=True)
    assert [each.value_1 for each, (*_rest, words) in begun if not each.value_1.startswith(words)] == []
    late, *others = found
    assert (late.value_2, len(late.records)) == ("23 nhiệm vụ", 23)
    assert {each.severity for each in found} == {"warning"}
    assert all(each.value_2.count(": 0") == len(each.codes) for each in others)
