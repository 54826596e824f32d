"""An initiative with three authors: their shares must make a hundred; recognised by the province, certified, and counted three times."""

import pytest

from tests.e2e.by_words import Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
ROUND, TITLE = "Đợt xét cuối năm", "Bẫy đèn năng lượng mặt trời cho vườn quýt"
AUTHORS = {"Trần Minh Họa 73": "40", "Lê Minh Họa 74": "30", "Ma Minh Họa 71": "20"}
DECISION, PAPER = "2091/QĐ-UBND", "Giấy chứng nhận sáng kiến"
BY_AUTHOR = "lượt tác giả", "SK-03"


def test_from_three_authors_to_the_certificate_and_the_figures(visitor, tmp_path):
    official = Official(visitor("qlcn").page)
    before = official.figure(*BY_AUTHOR)

    official.open("Đợt xét sáng kiến", below="Sở hữu trí tuệ, sáng kiến, cuộc thi")
    official.follow("Thêm mới")
    official.save(
        {"Tên đợt xét": ROUND, "Cấp xét": "Cấp tỉnh", "Năm": day(0)[-4:], "Ngày Hội đồng họp": day(10)}
    )
    official.begin_below("Sáng kiến")
    for place, (name, share) in enumerate(AUTHORS.items(), start=1):
        official.fill_row(
            "Tác giả", place, {"Số thứ tự": str(place), "Tác giả": name, "Tỷ lệ đóng góp": share}
        )
    official.save(
        {"Tên sáng kiến": TITLE, "Ngày nhận đơn": day(40), "Hiệu quả áp dụng": "Giảm một nửa số lần phun."}
    )
    official.follow(TITLE)
    official.take("Chấp nhận đơn", {"Ngày chấp nhận đơn": day(35)})

    # ninety of a hundred
    official.waits_for("Tỷ lệ đóng góp của các tác giả cộng lại là 90 %, phải bằng 100 %. Bấm “Sửa”")
    official.follow("Sửa")
    official.fill_row("Tác giả", 3, {"Tỷ lệ đóng góp": "30"})
    official.save({})
    official.take("Ghi kết luận của Hội đồng", {"Ngày Hội đồng kết luận": day(10)})
    official.take(
        "Ghi quyết định công nhận", {"Số quyết định công nhận": DECISION, "Ngày quyết định": day(0)}
    )

    official.draft(PAPER)
    number, words = official.issue(tmp_path)
    for each in (number, TITLE, *AUTHORS, "40 %", DECISION, "Giảm một nửa"):
        assert each in words

    assert official.figure(*BY_AUTHOR) == before + 3
    for name in AUTHORS:
        official.lists(name, TITLE)
