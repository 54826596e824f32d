"""A campaign with a failed sample: decided, sampled, refused while the conclusion on a place differs, notified, and counted."""

import pytest

from tests.e2e.by_words import Hands, Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
CHECK, PLACE, HEAD = "Xăng dầu trước Tết", "Công ty minh họa 06", "Ma Minh Họa 71"
PRODUCT = "Xăng RON 95-III"
DECISION, NOTICE = "Quyết định kiểm tra đo lường, chất lượng", "Thông báo kết quả kiểm tra"
FAILED, VIOLATING = ("mẫu kiểm tra chất lượng", "CL-08"), ("vi phạm qua kiểm tra chất lượng", "CL-15")
MOST_KEYS = 130


def plan(official):
    """By keyboard alone, with the one who leads it."""
    hands = Hands(official.page)
    hands.search("thêm cuộc kiểm", "Thêm cuộc kiểm tra")
    hands.is_at("Mã cuộc kiểm tra")
    hands.type("KTCL-91")
    hands.press("Tab")
    hands.type(CHECK)
    hands.press("Tab")
    hands.choose("Chất lượng sản phẩm, hàng hóa")
    hands.press("Tab")
    hands.choose("Xăng dầu")
    hands.press("Tab", "Tab")
    hands.type(day(9))
    hands.press("Enter")
    official.stored()
    hands.took(MOST_KEYS)


def test_from_the_decision_to_the_notice_and_the_figures(visitor, tmp_path):
    official = Official(visitor("tdc").page)
    before = official.figure(*FAILED), official.figure(*VIOLATING)

    plan(official)
    official.waits_for("Cuộc kiểm tra chưa ghi cơ sở nào. Bổ sung rồi lập quyết định.")
    official.add_below("Cơ sở được kiểm tra", {"Tổ chức, cơ sở": PLACE})
    official.add_below("Đoàn kiểm tra", {"Họ và tên": HEAD, "Nhiệm vụ": "Trưởng đoàn"})
    official.draft(DECISION)
    decision, words = official.issue(tmp_path)
    for each in (decision, CHECK, PLACE, HEAD, "Trưởng đoàn"):
        assert each in words

    # the place seemed to conform; the laboratory finds otherwise
    official.reopen("KTCL-91")
    official.follow("KTCL-91-A")
    official.change({"Ngày kiểm tra": day(0), "Kết luận": "Chấp hành tốt"})
    official.add_below("Mẫu kiểm tra chất lượng", {"Tên hàng hóa lấy mẫu": PRODUCT, "Ngày lấy mẫu": day(0)})
    official.reopen("KTCL-91")
    official.take("Ghi kiểm tra xong", {"Ngày bắt đầu kiểm tra": day(0), "Ngày kiểm tra xong": day(0)})
    official.waits_for("Còn 1 mẫu chưa có kết quả thử nghiệm.")
    official.follow("KTCL-91-A")
    official.follow(official.cell("Mẫu kiểm tra chất lượng", PRODUCT))
    official.change({"Ngày có kết quả": day(0), "Số phiếu kết quả thử nghiệm": "77/KQTN", "Mẫu đạt": "Không"})
    official.reopen("KTCL-91")
    official.waits_for("mẫu không đạt mà kết luận không phải “Có vi phạm”. Sửa kết luận của cơ sở.")
    official.follow("KTCL-91-A")
    official.change({"Kết luận": "Có vi phạm"})
    official.reopen("KTCL-91")
    official.take(
        "Ghi báo cáo kết quả", {"Ngày báo cáo kết quả": day(0), "Kết quả kiểm tra": "01 mẫu không đạt."}
    )
    official.draft(NOTICE)
    number, words = official.issue(tmp_path)
    for each in (number, decision, PLACE, "Có vi phạm", f"mẫu {PRODUCT}: không đạt"):
        assert each in words

    assert official.figure(*FAILED) == before[0] + 1
    official.lists(PRODUCT)
    assert official.figure(*VIOLATING) == before[1] + 1
    official.lists(PLACE)
