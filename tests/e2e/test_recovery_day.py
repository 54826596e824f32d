"""A line of the inspection plan: decided, concluded with money to be recovered, recovered, and counted."""

import pytest

from tests.e2e.by_words import Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
SUBJECT, BODY, HEAD = "Việc dùng kinh phí đề tài", "Đơn vị sự nghiệp minh họa 05", "Ma Minh Họa 71"
FINDING = "Chi sai nguồn"
DECISION, CONCLUSION = "Quyết định kiểm tra của Sở", "Kết luận kiểm tra của Sở"
CONCLUDED, PAID = ("đã ban hành kết luận", "TTR-03"), ("đã thu hồi", "TTR-09")


def plan(official):
    """A plan of the year with one line, which is opened; its code."""
    official.open("Kế hoạch thanh tra, kiểm tra", below="Thanh tra")
    official.follow("Thêm mới")
    official.save(
        {
            "Số, ký hiệu": "91/KH-TTr",
            "Trích yếu": "Kế hoạch kiểm tra",
            "Năm": day(0)[-4:],
            "Ngày phê duyệt": day(0),
        }
    )
    official.begin_below("Các cuộc theo kế hoạch")
    official.fill_row("Đoàn thanh tra", 1, {"Họ và tên": HEAD, "Nhiệm vụ": "Trưởng đoàn"})
    official.save(
        {
            "Nội dung thanh tra": SUBJECT,
            "Hình thức": "Kiểm tra chuyên ngành",
            "Lĩnh vực": "Nhiệm vụ khoa học và công nghệ",
            "Ngày dự kiến bắt đầu": day(0),
            "Thời kỳ được thanh tra": "năm 2022",
            "Thời hạn thanh tra (ngày làm việc)": "5",
        }
    )
    code = official.cell("Các cuộc theo kế hoạch", SUBJECT)
    official.follow(code)
    return code


def test_from_the_plan_to_the_money(visitor, tmp_path):
    official = Official(visitor("thanhtra").page)
    figures = (CONCLUDED, PAID)
    before = [official.figure(*each) for each in figures]

    code = plan(official)
    official.waits_for("Cuộc thanh tra chưa ghi đối tượng. Bổ sung rồi lập quyết định.")
    official.add_below("Đối tượng thanh tra", {"Loại đối tượng": "Đơn vị", "Tổ chức, đơn vị": BODY})
    official.draft(DECISION)
    decision, words = official.issue(tmp_path)
    for each in (decision, SUBJECT, BODY, HEAD, "91/KH-TTr", "5 ngày làm việc"):
        assert each in words

    official.reopen(code)
    official.take("Ghi công bố quyết định", {"Ngày công bố quyết định": day(0)})
    official.take("Ghi kết thúc trực tiếp", {"Ngày kết thúc trực tiếp": day(0)})
    official.follow(f"{code}-A")
    finding = {"Số thứ tự": "1", "Nội dung phát hiện": FINDING, "Kiến nghị": "Thu hồi nộp ngân sách"}
    official.begin_below("Phát hiện, kiến nghị")
    official.fill(finding | {"Số tiền kiến nghị (đồng)": "0"})
    official.press()
    official.is_refused("Thu hồi, giảm trừ thì ghi số tiền")
    official.save({"Số tiền kiến nghị (đồng)": "12.000.000"})
    official.reopen(code)
    official.take(
        "Ghi báo cáo kết quả", {"Ngày báo cáo kết quả": day(0), "Kết quả thanh tra": "Có khoản chi sai."}
    )
    official.draft(CONCLUSION)
    conclusion, words = official.issue(tmp_path)
    for each in (conclusion, decision, BODY, FINDING, "12.000.000"):
        assert each in words

    official.reopen(f"{code}-A")
    official.follow(official.cell("Phát hiện, kiến nghị", FINDING))
    official.begin_below("Các lần thực hiện")
    official.fill({"Ngày thực hiện": day(0), "Số tiền đã thực hiện (đồng)": "20.000.000"})
    official.press()
    official.is_refused("Kiến nghị 12.000.000")
    official.save({"Số tiền đã thực hiện (đồng)": "12.000.000"})
    grown = [official.figure(*each) - count for each, count in zip(figures, before, strict=True)]
    assert grown == [1, 12_000_000]
    official.lists(f"{code}-A1")
