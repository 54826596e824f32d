"""Who was informed of a recall learns how it ended: on the page of its notice, by mail once, and by a letter."""

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from khcn.goods.documents import RECALL_ENDING_LETTER, RECALL_LETTER
from khcn.goods.jobs import mail_ending, mail_notice
from khcn.goods.models import RecallNotice, RecallNoticeLot, RecallStock
from khcn.goods.operations import recall_notices
from khcn.goods.operations.recalls import why_not_closed
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.documents.model import Paragraph, Table
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from tests.goods.test_diary import TODAY, take
from tests.goods.test_recalls import (
    answer_all,
    chain,
    department,
    editor,
    issue,
    lift,
    noodles,
    opened,
    shops,
    starch,
)

__all__ = ["chain", "department", "editor", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db
AGAIN = "Đợt thu hồi này đã hết ngày 14/09/2023. Lô hàng giao, bán, dùng lại được."


@pytest.fixture
def recall(chain, starch, shops, editor, department):
    """A recall of which one shop has its notice by mail, and the other one by telephone."""
    found = issued(opened(editor, starch), editor)
    mail_notice(found.notices.get(party__organisation=shops[0]).pk)
    take(found.notices.get(party__organisation=shops[1]), "call", editor, reason="Gặp chị Hoa")
    mail.outbox.clear()
    return found


def issued(recall, editor):
    take(recall, "scope", editor)
    issue(recall, editor)
    return recall


def run_endings():
    """Do the jobs about the end that were put down, all of them twice."""
    done = []
    for each in DBTaskResult.objects.order_by("enqueued_at"):
        name, options = each.args_kwargs["args"]
        if name == recall_notices.ENDING_MAIL_JOB:
            with acting(SYSTEM):
                mail_ending(**options)
                mail_ending(**options)
            done.append(options["notice"])
    return done


def of_shop(recall, shop):
    return recall.notices.get(party__organisation=shop)


def test_who_was_informed_learns_once_that_the_goods_may_be_used(recall, shops, editor):
    lift(recall)
    assert run_endings() == [of_shop(recall, shops[0]).pk]
    [message] = mail.outbox
    notice = of_shop(recall, shops[0])
    assert message.to == ["quay@vidu.vn"]
    assert message.subject == f"KẾT THÚC THU HỒI: Miến dong {notice.lots.get().lot_number} ({notice.code})"
    assert AGAIN in message.body
    assert (notice.ended_on, notice.ending, notice.ending_delivery) == (TODAY, AGAIN, "thư đến quay@vidu.vn")
    assert (notice.state, notice.delivery) == ("sent", "thư đến quay@vidu.vn")
    assert set(recall.notices.values_list("ending", flat=True)) == {AGAIN}


def test_its_page_says_so(client, tenant_of, recall, shops, editor):
    notice = of_shop(recall, shops[1])
    client.force_login(tenant_of(shops[1]))
    address = f"/goods/recall-notices/{notice.pk}/"
    assert AGAIN not in client.get(address).content.decode()
    lift(recall)
    assert AGAIN in client.get(address).content.decode()


def test_mail_that_fails_is_shown_and_not_sent_again(recall, shops, editor, monkeypatch):
    lift(recall)

    def refuse(self, **more):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        run_endings()
    assert of_shop(recall, shops[0]).ending_delivery == "không gửi được thư đến quay@vidu.vn"
    run_endings()
    assert mail.outbox == []


def test_who_was_never_informed_gets_no_mail(chain, starch, shops, editor, department):
    recall = issued(opened(editor, starch), editor)
    lift(recall)
    mail_notice(of_shop(recall, shops[0]).pk)
    assert (run_endings(), mail.outbox) == ([], [])


def test_mail_about_the_recall_that_was_on_its_way_is_followed_by_that_about_its_end(
    chain, starch, shops, editor, department, monkeypatch
):
    recall = issued(opened(editor, starch), editor)
    notice = of_shop(recall, shops[0])
    subjects = []

    def slow(self, **more):
        subjects.append(self.subject)
        if len(subjects) == 1:
            lift(recall)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", slow)
    mail_notice(notice.pk)
    assert run_endings() == [notice.pk]
    assert [each.partition(":")[0] for each in subjects] == ["THU HỒI", "KẾT THÚC THU HỒI"]


def test_the_end_of_a_drill_says_that_it_was_one(chain, starch, shops, editor):
    drill = issued(opened(editor, starch, is_drill=True), editor)
    mail_notice(of_shop(drill, shops[0]).pk)
    answer_all(drill, editor)
    take(drill, "close", editor)
    mail.outbox.clear()
    assert of_shop(drill, shops[0]).pk in run_endings()
    [message] = [each for each in mail.outbox if each.to == ["quay@vidu.vn"]]
    assert message.subject.startswith("[DIỄN TẬP] kết thúc thu hồi: ")
    assert "Diễn tập không đổi gì ở việc giao, bán, dùng lô hàng." in message.body


def test_goods_that_another_recall_stops_stay_stopped(recall, starch, shops, editor):
    other = issued(opened(editor, starch, code="TH-2023-02"), editor)
    lift(recall)
    notice = of_shop(recall, shops[0])
    assert notice.ending.startswith(
        "Đợt thu hồi này đã hết ngày 14/09/2023, nhưng lô hàng còn bị dừng theo đợt khác. Lô bị thu hồi từ ngày 14/09/2023 (đợt TH-2023-02)."
    )
    assert of_shop(other, shops[0]).ending == ""


def columns_of(kind, notice, editor):
    """Headings of the tables of a letter."""
    draft = draft_paper(kind=kind, record=notice, actor=editor, on=TODAY)
    data = issue_paper(paper=draft, actor=editor, on=TODAY).data
    composed = compose_document(read_layout(kind.template.read_bytes()), kind.variable_names, data)
    return [[each.title for each in block.columns] for block in composed.blocks if isinstance(block, Table)]


def test_a_letter_after_the_end_names_no_amounts_of_the_beginning(recall, shops, editor):
    """What a party had when it was informed has been destroyed or sent back since. The first letter stays in force."""
    notice = of_shop(recall, shops[1])
    names = ["TT", "Hàng hóa", "Số lô"]
    assert columns_of(RECALL_LETTER, notice, editor) == [[*names, "Còn giữ theo nhật ký"]]
    with pytest.raises(PaperRefused, match=r"chưa kết thúc"):
        columns_of(RECALL_ENDING_LETTER, notice, editor)
    lift(recall)
    notice.refresh_from_db()
    assert columns_of(RECALL_ENDING_LETTER, notice, editor) == [names]
    notice.refresh_from_db()
    assert (notice.letter_number, notice.ending_letter) == ("01/SKHCN-TĐC", "02/SKHCN-TĐC")
    with pytest.raises(PaperRefused, match=r"lập công văn thông báo kết thúc"):
        columns_of(RECALL_LETTER, of_shop(recall, shops[0]), editor)


def test_a_letter_after_the_end_says_that_it_is_over(recall, shops, editor):
    notice = of_shop(recall, shops[1])
    recall_notices.lettered(notice=notice, number="12/SKHCN-TĐC", actor=editor, on=TODAY)
    before = RECALL_LETTER.context(notice, TODAY)
    assert (before["kind_in_words"], before["ending"], bool(before["answer_to"])) == ("thu hồi", "", True)
    assert "12/SKHCN-TĐC" in RECALL_LETTER.had_already(notice, TODAY)
    lift(recall)
    notice.refresh_from_db()
    assert RECALL_ENDING_LETTER.had_already(notice, TODAY) == ""
    after = RECALL_ENDING_LETTER.context(notice, TODAY)
    assert (after["kind_in_words"], after["ending"], after["answer_to"]) == ("kết thúc thu hồi", AGAIN, "")
    recall_notices.lettered(notice=notice, number="15/SKHCN-TĐC", actor=editor, on=TODAY)
    assert (notice.letter_number, notice.ending_letter) == ("12/SKHCN-TĐC", "15/SKHCN-TĐC")
    assert "15/SKHCN-TĐC" in RECALL_ENDING_LETTER.had_already(notice, TODAY)
    recall_notices.letter_withdrawn(notice=notice, number="15/SKHCN-TĐC", actor=editor, on=TODAY)
    assert (notice.letter_number, notice.ending_letter) == ("12/SKHCN-TĐC", "")


def test_the_letter_after_the_end_says_why_it_ended(recall, starch, shops, editor):
    notice = of_shop(recall, shops[1])
    assert RECALL_LETTER.context(notice, TODAY)["ending_reason"] == ""
    lift(recall, reason=" Kiểm nghiệm đạt, phiếu số 12 ")
    notice.refresh_from_db()
    draft = draft_paper(kind=RECALL_ENDING_LETTER, record=notice, actor=editor, on=TODAY)
    data = issue_paper(paper=draft, actor=editor, on=TODAY).data
    kind = RECALL_ENDING_LETTER
    composed = compose_document(read_layout(kind.template.read_bytes()), kind.variable_names, data)
    texts = [
        "".join(run.text for run in each.runs) for each in composed.blocks if isinstance(each, Paragraph)
    ]
    assert texts[texts.index(AGAIN) + 1] == "Lý do: Kiểm nghiệm đạt, phiếu số 12"


@pytest.mark.parametrize(("remaining", "words"), [(2, "Quầy Lạ 2 kg"), (-1, "Quầy Lạ -1 kg")])
def test_a_holder_without_a_notice_whose_numbers_do_not_balance_stops_the_end(
    recall, editor, starch, remaining, words
):
    """More out than in is as open as what is left: the numbers do not balance."""
    RecallStock._base_manager.filter(recall=recall).update(remaining=0)
    RecallNotice._base_manager.filter(recall=recall).update(state="answered")
    RecallNoticeLot._base_manager.filter(notice__recall=recall).update(counted=0)
    with acting(SYSTEM):
        RecallStock.objects.create(
            recall=recall,
            run=1,
            lot_path=starch.public_path,
            lot_name="Tinh bột dong",
            lot_number=starch.number,
            steps=0,
            gln="9529999999999",
            holder="Quầy Lạ",
            unit="KGM",
            remaining=remaining,
        )
    assert why_not_closed(recall, actor=editor, on=TODAY) == f"Hàng còn chưa tiêu hủy hoặc trả về: {words}."
