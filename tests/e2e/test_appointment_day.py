"""A deputy head is appointed: by whom, to which post, in which words, by a decision of the department; the figure counts the post."""

import pytest

from tests.e2e.by_words import Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PERSON, UNIT, POST = "Triệu Minh Họa 70", "Phòng Quản lý khoa học", "Phó Trưởng phòng"
PAPER = "Quyết định bổ nhiệm, bổ nhiệm lại"
APPOINTED = "phó trưởng phòng", "VP-09"


def test_from_the_proposal_to_the_decision_and_the_figure(visitor, tmp_path):
    official = Official(visitor("vanphong").page)
    before = official.figure(*APPOINTED)

    official.open("Biến động nhân sự", below="Tổ chức cán bộ, thi đua, cải cách hành chính")
    official.follow("Thêm mới")
    official.fill(
        {
            "Loại biến động": "Bổ nhiệm",
            "Họ và tên": PERSON,
            "Đối tượng": "Công chức",
            "Đơn vị": UNIT,
            "Cấp quyết định": "Giám đốc Sở",
            "Ngày có hiệu lực": day(0),
        }
    )
    official.press()
    official.is_refused("Bổ nhiệm, thôi giữ chức vụ thì chọn chức vụ.")
    official.save({"Chức vụ": "Phó Trưởng phòng và tương đương"})
    official.waits_for("Ghi tên chức vụ như ở quyết định, ví dụ: Chánh Văn phòng, rồi lập quyết định.")
    code = official.datum("Mã biến động").inner_text()
    official.change({"Tên chức vụ ghi ở quyết định": POST})
    official.draft(PAPER)
    number, words = official.issue(tmp_path)
    for each in (
        number,
        f"{PERSON} giữ chức vụ {POST}",
        UNIT,
        "Thời hạn giữ chức vụ đến hết ngày",
    ):
        assert each in words

    assert official.figure(*APPOINTED) == before + 1
    official.lists(code)
