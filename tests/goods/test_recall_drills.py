"""What holders get of a drill asks them to count and to answer, and orders nothing else: sales go on."""

import re

import pytest
from django.core import mail

from khcn.goods.documents import RECALL_LETTER
from khcn.goods.jobs import mail_notice
from khcn.goods.workflow import NOTICE_FLOW
from khcn.kernel.documents.model import Paragraph
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from tests.factories.reference import RuleParameterFactory
from tests.goods.test_diary import TODAY, take
from tests.goods.test_recalls import (
    chain,
    department,
    editor,
    issue,
    noodles,
    opened,
    shops,
    starch,
)

__all__ = ["chain", "department", "editor", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db

DRILL = (
    "Đây là DIỄN TẬP theo tình huống giả định, không phải thu hồi thật. Hàng vẫn bán, giao, dùng bình thường, trừ lô đang bị dừng theo "
    "đợt thu hồi thật."
)
STOP = re.compile("(?i)ngừng|thực hiện ngay|lý do|để riêng")


@pytest.fixture
def start(chain, starch, shops, editor, department):
    """Start a recall or a drill; gives the notice to the first shop."""
    RuleParameterFactory(code="goods.recall_answer_days", value=3, unit="working_day")

    def started(**given):
        recall = issue(take(opened(editor, starch, **given), "scope", editor), editor)
        return recall.notices.get(party__organisation=shops[0])

    return started


def letter_of(notice, editor):
    """The paragraphs of the letter about a notice, its subject first and its closing last."""
    draft = draft_paper(kind=RECALL_LETTER, record=notice, actor=editor, on=TODAY)
    data = issue_paper(paper=draft, actor=editor, on=TODAY).data
    composed = compose_document(
        read_layout(RECALL_LETTER.template.read_bytes()), RECALL_LETTER.variable_names, data
    )
    texts = [
        "".join(run.text for run in each.runs) for each in composed.blocks if isinstance(each, Paragraph)
    ]
    return [composed.subject, *texts, "".join(run.text for run in composed.closing)]


def mail_of(notice):
    mail.outbox.clear()
    mail_notice(notice.pk)
    [message] = mail.outbox
    return message


def test_the_letter_of_a_drill_asks_for_numbers_only(start, editor):
    notice = start(is_drill=True)
    party = notice.party.name
    subject, first, second, supposed, asked, *_more, closing = letter_of(notice, editor)
    assert subject == f"thông báo DIỄN TẬP thu hồi {notice.goods}"
    assert first == DRILL
    assert second.startswith("Sở Khoa học và Công nghệ thông báo DIỄN TẬP thu hồi hàng hóa")
    assert supposed == f"Tình huống giả định: {notice.reason}"
    assert asked == (
        "Đề nghị đếm số còn giữ của từng lô hàng trên; trả lời Sở chậm nhất ngày 19/9/2023 trên hệ thống truy xuất nguồn gốc hoặc bằng "
        "văn bản, nêu số đã bán, số còn giữ và nơi đã giao tiếp."
    )
    assert closing == f"Sở Khoa học và Công nghệ đề nghị {party} trả lời đúng hạn./."
    assert STOP.findall(f"{subject} {first} {second} {asked} {closing}") == []


def test_the_letter_of_a_recall_orders_to_stop(start, editor):
    notice = start()
    subject, _basis, first, why, asked, *_more, closing = letter_of(notice, editor)
    assert subject == f"thông báo thu hồi {notice.goods}"
    assert first.startswith("Sở Khoa học và Công nghệ thông báo thu hồi hàng hóa")
    assert why == f"Lý do thu hồi: {notice.reason}"
    assert asked.startswith(
        "Đề nghị ngừng bán, giao, sử dụng các lô hàng trên; để riêng và đếm số còn giữ của từng lô; trả lời Sở chậm nhất ngày 19/9/2023"
    )
    assert closing.endswith("thực hiện ngay./.")


def test_the_mail_of_a_drill_asks_for_numbers_only(start):
    notice = start(is_drill=True)
    message = mail_of(notice)
    assert message.subject == f"[DIỄN TẬP] thu hồi: {notice.goods} ({notice.code})"
    lines = message.body.splitlines()
    assert lines[2] == DRILL
    assert lines[-3:-1] == [
        f"Tình huống giả định: {notice.reason}",
        "Đếm số còn giữ của các lô này và trả lời chậm nhất ngày 19/09/2023 tại:",
    ]
    assert STOP.findall(message.body) == []


def test_the_mail_of_a_recall_orders_to_stop(start):
    notice = start()
    message = mail_of(notice)
    assert message.subject == f"THU HỒI: {notice.goods} ({notice.code})"
    assert "DIỄN TẬP" not in message.body
    assert message.body.splitlines()[-2].startswith("Ngừng bán, giao, dùng các lô này; đếm số còn giữ")


def test_the_button_of_an_answer_is_right_for_both_kinds():
    """Steps have one label for all records."""
    assert str(NOTICE_FLOW.by_name["answer"].label) == "Trả lời, báo số còn giữ"
