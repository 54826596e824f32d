"""A licence whose renewal is late: applied for by keyboard, refused without an officer for safety, printed, and counted."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import Hands, Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
FACILITY, OFFICER, DEVICE = (
    "Trung tâm kiểm soát bệnh tật",
    "Triệu Minh Họa 70",
    "X-quang tổng hợp minh họa 11",
)
PRACTICE, LICENCE = "Sử dụng thiết bị X-quang chẩn đoán trong y tế", "MH-91/GP-SKHCN"
APPLICATION, PAPER = "hồ sơ cấp giấy phép bức xạ", "Giấy phép tiến hành công việc bức xạ"
RENEWED = "được gia hạn", "BX-04"
MOST_KEYS = 130


def apply(official):
    """By keyboard alone; what lapsed years ago is no renewal."""
    hands = Hands(official.page)
    hands.search("thêm hồ sơ cấp", f"Thêm {APPLICATION}")
    hands.is_at("Loại đề nghị")  # a code is proposed
    hands.choose("Gia hạn")
    hands.press("Tab")
    hands.take_first("kiểm soát")
    hands.press("Tab")
    hands.choose(PRACTICE)
    hands.press("Tab")
    hands.type(day(0))
    hands.press("Tab")
    hands.take_first("MH-17")
    hands.press("Enter")
    official.is_refused("Giấy phép MH-17/GP-SKHCN hết hiệu lực ngày 01/10/2023, trước ngày nhận hồ sơ")
    hands.took(MOST_KEYS)
    official.save({"Giấy phép đang có": "MH-91"})


def test_from_the_late_renewal_to_the_figure(visitor, tmp_path):
    official = Official(visitor("qlcn").page)
    before = official.figure(*RENEWED)

    # signed on paper, in force for twenty days more
    official.open("Giấy phép tiến hành công việc bức xạ", below="An toàn bức xạ")
    official.follow("Thêm mới")
    official.fill_row("Thiết bị, nguồn được cấp phép", 1, {"Số thứ tự": "1", "Thiết bị": DEVICE})
    official.save(
        {
            "Số giấy phép": LICENCE,
            "Cơ sở bức xạ": "kiểm soát",
            "Công việc bức xạ": PRACTICE,
            "Hình thức cấp": "Cấp mới",
            "Ngày cấp": day(1076),
            "Có giá trị đến ngày": day(-20),
        }
    )
    expect(official.datum("Nộp hồ sơ gia hạn giấy phép")).to_contain_text("quá hạn")
    due = re.search(r"[0-9/]{10}", official.datum("Nộp hồ sơ gia hạn giấy phép").inner_text())[0]

    apply(official)
    expect(official.main).to_contain_text(f"ngày: hạn nộp hồ sơ gia hạn là ngày {due}")
    official.take("Xác nhận hồ sơ hợp lệ", {"Ngày hồ sơ hợp lệ": day(0)})
    official.take("Ghi kết quả thẩm định", {"Ngày thẩm định": day(0)})
    official.waits_for("Cơ sở chưa có người phụ trách an toàn vào ngày này")
    code = official.datum("Mã hồ sơ").inner_text()
    official.add(
        "nhân viên bức xạ",
        {
            "Họ và tên": OFFICER,
            "Cơ sở bức xạ": "kiểm soát",
            "Nhiệm vụ": "Người phụ trách an toàn",
            "Làm việc từ ngày": day(300),
        },
    )
    official.reopen(code)
    official.draft(PAPER)
    number, words = official.issue(tmp_path)
    for each in (number, FACILITY, OFFICER, DEVICE, f"thay Giấy phép số {LICENCE}", "có giá trị đến ngày"):
        assert each in words

    assert official.figure(*RENEWED) == before + 1
    official.lists(number, FACILITY)
