"""Who has recalled goods gets one text message, through a real gateway that takes, refuses, breaks down and comes back."""

import json
import logging
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.utils import timezone

from khcn.goods.jobs import mail_notice
from khcn.goods.models import RecallMessage
from khcn.goods.operations.text_messages import sending
from khcn.goods.operations.text_messages.sending import send_next_text, send_waiting_texts
from khcn.goods.operations.text_messages.texts import link_of
from khcn.goods.work import notice_work
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.jobs.recurring import JobContext
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.trace.operations import webhook_client
from tests.factories.reference import RuleParameterFactory
from tests.goods.sms_gateway import KEY, gateway
from tests.goods.test_diary import TODAY, of, take
from tests.goods.test_recall_decisions import an_officer
from tests.goods.test_recalls import (
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
LATER = timedelta(minutes=1)


@pytest.fixture
def fake(settings):
    with gateway() as one:
        settings.WEBHOOK_PRIVATE = True
        settings.SMS_GATEWAY = one.settings()
        settings.PUBLIC_URL = "https://khcn.example.vn"
        settings.DEPARTMENT_TELEPHONE = "0209 3870 123"
        yield one


@pytest.fixture
def start(fake, chain, starch, shops, editor, department):
    """Start a recall or a drill; gives the notice to the shop without a mailbox, which has a mobile telephone."""
    RuleParameterFactory(code="goods.recall_answer_days", value=3, unit="working_day")
    with acting(SYSTEM):
        for shop, phone in zip(shops, ("0209 3870 999", "0912.345.678"), strict=True):
            shop.phone = phone
            shop.save()

    def started(**given):
        recall = issue(take(opened(editor, starch, **given), "scope", editor), editor)
        return recall.notices.get(party__organisation=shops[1])

    return started


def send(after=LATER):
    """Everything that is due some time from now; returns that moment."""
    at = timezone.now() + after
    while send_next_text(at=at, clock=lambda: at):
        pass
    return at


def outcome(notice):
    notice.refresh_from_db()
    return notice.state, notice.sms_status, notice.sms_note


def test_who_has_a_mobile_number_is_informed_once_with_goods_lot_and_link(start, fake, noodles):
    notice = start()
    assert outcome(notice) == ("waiting", "waiting", "đến 0912 345 678")
    at = send()
    send(timedelta(days=2))
    text = (
        f"THU HỒI: Miến dong, lô {noodles.number}. Ngừng bán, giao, dùng; đếm hàng còn giữ, trả lời chậm nhất 19/09/2023: "
        f"{link_of(notice)} Gọi Sở KH&CN: 0209 3870 123"
    )
    assert fake.texts == [("84912345678", text)]
    assert outcome(notice) == ("sent", "sent", "đến 0912 345 678")
    assert notice.sms_at == at
    [got] = fake.received
    assert got.document["from"] == "SO KHCN"
    assert got.headers["Content-Type"] == "application/json"


def test_where_no_gateway_is_set_nothing_is_asked_for_and_the_page_says_so(
    settings, start, fake, client, editor
):
    settings.SMS_GATEWAY = None
    notice = start()
    assert outcome(notice) == ("waiting", "", "")
    assert RecallMessage.objects.count() == 0
    assert not send_waiting_texts(JobContext(lambda: timezone.now() + LATER))
    assert notice.sms_advice.startswith("Máy chủ chưa nối cổng tin nhắn")
    with pytest.raises(Refused, match="Máy chủ chưa nối cổng tin nhắn"):
        take(notice, "text", editor)


def test_the_job_sends_what_waits(start, fake):
    start()
    assert not send_waiting_texts(JobContext(lambda: timezone.now() + LATER))
    assert len(fake.texts) == 1


def test_who_has_no_mobile_number_has_a_notice_that_says_so_until_there_is_one(
    start, fake, shops, editor, starch
):
    notice = start().recall.notices.get(party__organisation=shops[0])
    assert outcome(notice) == ("waiting", "no_number", "“0209 3870 999” không phải số di động")
    maker = notice.recall.notices.get(party__organisation=starch.item.organisation)
    assert outcome(maker) == ("waiting", "no_number", "tổ chức chưa ghi điện thoại")
    with pytest.raises(Refused, match="Ghi số di động vào ô điện thoại của tổ chức trước"):
        take(notice, "text", editor)
    shops[0].phone = "0209 3870 999; +84 (0)38 765 4321"
    with acting(SYSTEM):
        shops[0].save()
    with pytest.raises(NotPermitted):
        take(notice, "text", of(shops[0]))
    take(notice, "text", editor)
    with pytest.raises(Refused, match="Tin nhắn đang chờ gửi"):
        take(notice, "text", editor)
    send()
    assert sorted(number for number, _words in fake.texts) == ["84387654321", "84912345678"]
    assert outcome(notice) == ("sent", "sent", "đến 0387 654 321")


def test_a_person_sends_another_one_under_another_reference(start, fake, editor):
    notice = start()
    send()
    take(notice, "text", editor)
    assert outcome(notice) == ("sent", "waiting", "đến 0912 345 678")
    send()
    assert len(fake.sent) == 2
    assert outcome(notice) == ("sent", "sent", "đến 0912 345 678")


@pytest.mark.parametrize("is_mail_first", [True, False])
def test_who_has_a_mailbox_gets_mail_as_well(start, fake, is_mail_first):
    notice = start()
    with acting(SYSTEM):
        notice.email = "quay2@vidu.vn"
        notice.save()
    if is_mail_first:
        mail_notice(notice.pk)
    send()
    mail_notice(notice.pk)
    mail_notice(notice.pk)
    assert (len(mail.outbox), len(fake.texts)) == (1, 1)
    assert outcome(notice)[:2] == ("sent", "sent")
    assert notice.delivery == "thư đến quay2@vidu.vn"
    assert link_of(notice) in mail.outbox[0].body


def test_a_drill_goes_out_as_it_is_mailed_and_says_so(start, fake, noodles):
    notice = start(is_drill=True)
    send()
    [(_number, text)] = fake.texts
    assert text == (
        f"DIỄN TẬP THU HỒI, không phải thật: Miến dong, lô {noodles.number}. Đếm hàng còn giữ, trả lời chậm nhất 19/09/2023: "
        f"{link_of(notice)} Gọi Sở KH&CN: 0209 3870 123"
    )


def test_what_was_read_or_is_over_before_its_turn_is_not_sent(start, fake, shops):
    notice = start()
    take(notice, "read", of(shops[1]))
    send()
    assert outcome(notice) == ("seen", "not_needed", "bên này đã đọc thông báo trước khi gửi")
    assert fake.received == []


def test_of_a_recall_that_is_over_only_who_was_informed_learns(start, fake):
    notice = start()
    lift(notice.recall)
    send()
    assert outcome(notice) == ("waiting", "not_needed", "đợt thu hồi kết thúc trước khi gửi")
    assert (fake.received, notice.ending_sms) == ([], "")


def test_who_was_informed_learns_once_that_it_is_over(start, fake, noodles):
    notice = start()
    send()
    lift(notice.recall)
    notice.refresh_from_db()
    assert notice.ending_sms == "chờ gửi"
    send()
    send(timedelta(days=2))
    _first, (number, text) = fake.texts
    assert number == "84912345678"
    assert text.startswith(
        f"KẾT THÚC THU HỒI: Miến dong, lô {noodles.number}. Xem lô nào được bán, dùng lại tại: https://"
    )
    notice.refresh_from_db()
    assert notice.ending_sms == "tin nhắn đến 0912 345 678"


def test_a_recall_that_ends_while_the_message_is_on_its_way_is_reported_as_over(start, fake, monkeypatch):
    notice = start()
    asked = sending.send_text

    def ended_meanwhile(*arguments):
        monkeypatch.setattr(sending, "send_text", asked)
        lift(notice.recall)
        return asked(*arguments)

    monkeypatch.setattr(sending, "send_text", ended_meanwhile)
    send()
    assert [text.partition(":")[0] for _number, text in fake.texts] == ["THU HỒI", "KẾT THÚC THU HỒI"]


# ------------------------------------------------------------------------------------------ what the gateway answers


def test_what_is_refused_is_shown_in_the_words_of_the_gateway_and_not_sent_again(start, fake, editor):
    notice = start()
    fake.answer = lambda got: (400, {}, f"Brandname chưa đăng ký {KEY} {'x' * 3000}".encode())
    send()
    send(timedelta(days=2))
    assert len(fake.received) == 1
    state, status, words = outcome(notice)
    assert (state, status) == ("failed", "refused")
    assert words.startswith("đến 0912 345 678: HTTP 400 – Brandname chưa đăng ký *** xxx")
    assert len(words) == 200 + len("đến 0912 345 678: ")
    assert notice.goods in {each.title for each in notice_work(editor, TODAY).items}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b'{"result":{"code":"100"}}', "sent"),
        (b'{"result":{"code":100}}', "sent"),
        (b'{"result":{"code":"103","note":"H\xe1\xba\xbft ti\xe1\xbb\x81n"}}', "refused"),
        (b'{"result":"100"}', "refused"),
        (b"<html>", "refused"),
        (b"[" * 16_000, "refused"),
        (b"", "refused"),
    ],
)
def test_a_field_of_the_answer_says_whether_it_was_taken(start, fake, settings, answer, status):
    settings.SMS_GATEWAY = fake.settings(success="result.code=100")
    notice = start()
    fake.answer = lambda got: (200, {}, answer)
    send()
    assert outcome(notice)[1] == status


def test_an_answer_of_json_is_shown_as_people_read_it(start, fake, settings):
    settings.SMS_GATEWAY = fake.settings(success="CodeResult=100")
    notice = start()
    note = json.dumps(f"Số dư không đủ {KEY}")
    answer = f'{{"CodeResult":103,"SMSID":"","more":[{{"ErrorMessage":{note}}}, null]}}'
    fake.answer = lambda got: (200, {}, answer.encode())
    send()
    assert outcome(notice) == (
        "failed",
        "refused",
        "đến 0912 345 678: CodeResult: 103; ErrorMessage: Số dư không đủ ***",
    )


@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_a_gateway_that_is_busy_is_asked_again_after_growing_pauses(start, fake, status):
    notice = start()
    inner = fake.receiver.url("/inner")
    fake.answer = lambda got: (status, {"Location": inner} if status == 302 else {})
    pauses = []
    at = timezone.now() + LATER
    for _turn in range(4):
        assert send_next_text(at=at, clock=lambda: at)  # noqa: B023 -- called at once
        due = RecallMessage.objects.get().due_at
        assert not send_next_text(at=due - timedelta(seconds=1), clock=lambda: at)  # noqa: B023
        pauses.append(due - at)
        at = due
    assert all(1.9 < later / earlier < 4.6 for earlier, later in pairwise(pauses))
    assert len({each.body for each in fake.received}) == 1
    assert fake.receiver.at("/inner") == []
    state, found, words = outcome(notice)
    assert (state, found) == ("waiting", "waiting")
    assert words.startswith("đến 0912 345 678 chưa được: ")
    fake.answer = None
    send(timedelta(hours=6))
    assert outcome(notice) == ("sent", "sent", "đến 0912 345 678")


def test_after_a_day_somebody_has_to_call(start, fake, editor):
    notice = start()
    fake.answer = lambda got: (500, {})
    send()
    assert outcome(notice)[1] == "waiting"
    send(timedelta(hours=25))
    assert outcome(notice) == (
        "failed",
        "failed",
        "24 giờ không gửi được; lần cuối: đến 0912 345 678 chưa được: HTTP 500",
    )
    assert len(fake.received) == 1
    take(notice, "text", editor)
    fake.answer = None
    send()
    assert outcome(notice)[:2] == ("sent", "sent")


def test_a_gateway_that_cannot_take_one_is_left_alone_with_the_others(start, fake, shops, editor):
    notice = start()
    shops[0].phone = "0387654321"
    with acting(SYSTEM):
        shops[0].save()
    take(notice.recall.notices.get(party__organisation=shops[0]), "text", editor)
    fake.answer = lambda got: (503, {"Retry-After": "7200"})
    at = send()
    assert len(fake.received) == 1
    fake.answer = None
    assert not send_next_text(at=at + timedelta(seconds=29), clock=lambda: at)
    assert send_next_text(at=at + timedelta(seconds=30), clock=lambda: at)
    assert not send_next_text(at=at + timedelta(hours=1), clock=lambda: at)
    assert send_next_text(at=at + timedelta(hours=2, seconds=1), clock=lambda: at)


# ------------------------------------------------------------------------------------------ the network, and two at once


def test_a_gateway_that_is_slow_away_or_floods(start, fake, monkeypatch, settings):
    monkeypatch.setattr(webhook_client, "RESPONSE_TIMEOUT", 0.5)
    notice = start()
    fake.answer = lambda got: (200, {}) if time.sleep(2) is None else None
    send()
    away = "đến 0912 345 678 chưa được: không nối được tới cổng, hoặc cổng không trả lời kịp"
    assert outcome(notice) == ("waiting", "waiting", away)
    settings.SMS_GATEWAY = fake.settings(url="http://127.0.0.1:1/")
    send(timedelta(hours=1))
    assert outcome(notice) == ("waiting", "waiting", away)
    settings.SMS_GATEWAY = fake.settings()
    fake.answer = lambda got: (200, {}, b"a" * 3_000_000)
    send(timedelta(hours=5))
    assert outcome(notice) == ("sent", "sent", "đến 0912 345 678")


def test_nothing_goes_to_inner_machines_unless_the_operator_allows_it(start, fake, settings):
    settings.WEBHOOK_PRIVATE = False
    notice = start()
    send()
    assert fake.received == []
    assert outcome(notice)[1] == "waiting"


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"hai\ndong"])
def test_without_a_key_that_can_be_read_nothing_leaves(start, fake, settings, tmp_path, content):
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    settings.SMS_GATEWAY = fake.settings(key="", key_file=file)
    notice = start()
    send()
    assert fake.received == []
    assert outcome(notice)[2] == "đến 0912 345 678 chưa được: máy chủ không đọc được khóa của cổng tin nhắn"
    file.write_text(f"{KEY}\n")
    send(timedelta(hours=1))
    assert outcome(notice)[1] == "sent"


def test_a_key_in_the_body_goes_in_no_header_and_is_not_read_as_a_form(start, fake, settings):
    body = '{"p":"{phone}","t":"{text} {khac}","k":["{key}"]}'
    settings.SMS_GATEWAY = fake.settings(key="{text}", body=body, phone_form="0")
    fake.answer = lambda got: (200, {})
    start()
    send()
    [got] = fake.received
    assert "Authorization" not in got.headers
    found = json.loads(got.body)
    assert (found["p"], found["k"], found["t"][-7:]) == ("0912345678", ["{text}"], " {khac}")


def test_of_two_workers_one_sends(start, fake, monkeypatch):
    """The other one looks while the first asks the gateway, and when it read the queue before the first took the message."""
    start()
    at = timezone.now() + LATER
    others = []
    asked, lease = sending.send_text, sending._lease

    def another_meanwhile(*arguments):
        others.append(send_next_text(at=at, clock=lambda: at))
        return asked(*arguments)

    monkeypatch.setattr(sending, "send_text", another_meanwhile)
    stale = RecallMessage.objects.get()
    assert send_next_text(at=at, clock=lambda: at)
    assert others == [False]
    assert not sending.LEASE.acquire(RecallMessage.objects.filter(is_open=True, due_at__lte=at), stale, at=at)
    assert lease(at) is None
    assert len(fake.received) == 1


def test_a_worker_that_is_killed_before_it_noted_the_answer_asks_again_under_the_same_reference(
    start, fake, monkeypatch
):
    notice = start()
    note = sending._note

    class Killed(BaseException):
        pass

    def killed(*_arguments):
        raise Killed

    monkeypatch.setattr(sending, "_note", killed)
    at = timezone.now() + LATER
    with pytest.raises(Killed):
        send_next_text(at=at, clock=lambda: at)
    monkeypatch.setattr(sending, "_note", note)
    assert not send_next_text(at=at, clock=lambda: at)
    send(LATER + sending.LEASE.length)
    assert (len(fake.received), len(fake.texts)) == (2, 1)
    assert outcome(notice)[1] == "sent"


def test_the_log_has_neither_the_number_nor_the_key_nor_the_answer(start, fake, caplog):
    start()
    fake.answer = lambda got: (400, {}, b"84912345678 not reachable")
    with caplog.at_level(logging.DEBUG):
        send()
    assert "to +8491…678: refused, HTTP 400" in caplog.text
    for secret in ("912345678", "912 345 678", KEY, "not reachable"):
        assert secret not in caplog.text


def test_what_to_do_is_on_the_page_for_the_department_alone(client, start, fake, shops, tenant_of):
    notice = start()
    fake.answer = lambda got: (400, {}, b"Het tien")
    send()
    address = f"/goods/recall-notices/{notice.pk}/"
    client.force_login(tenant_of(shops[1]))
    own = client.get(address).content.decode()
    assert [words in own for words in ("bị từ chối", "Het tien", "Gọi điện rồi bấm")] == [True, False, False]
    client.force_login(an_officer())
    shown = client.get(address).content.decode()
    assert [words in shown for words in ("bị từ chối", "Het tien", "Gọi điện rồi bấm")] == [True, True, True]


def test_without_a_gateway_the_page_of_the_recall_says_so(client, start, settings):
    notice = start()
    client.force_login(an_officer())
    address = f"/goods/recalls/{notice.recall_id}/"
    assert "không có SMS" not in client.get(address).content.decode()
    settings.SMS_GATEWAY = None
    assert "không có SMS" in client.get(address).content.decode()
