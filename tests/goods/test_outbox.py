"""What goes to the national portal: made when a lot changes, sent once, said again after a correction; nothing leaves without the switch."""

import hashlib
import json
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone

from khcn.goods.documents import address_of
from khcn.goods.models import OutboxAttempt, OutboxCredential, OutboxDispatch
from khcn.goods.operations.outbox import sending
from khcn.goods.operations.outbox.credentials import set_credential
from khcn.goods.operations.outbox.mapping import mapping_on
from khcn.goods.operations.outbox.messages import look_at_all_lots, note_lot
from khcn.goods.operations.outbox.sending import send_next, send_waiting
from khcn.goods.operations.outbox.sources import SOURCES, Subject
from khcn.goods.operations.outbox.switch import SWITCH_RULE
from khcn.goods.rules import internal_gtin
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.jobs.recurring import JobContext
from khcn.kernel.province import province_key
from khcn.kernel.registers.registry import register_of
from khcn.reference.models import AdminLevel
from khcn.trace.operations import webhook_client
from tests.factories.goods import LotFactory, OutboxAccountFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.factories.reference import AdminUnitFactory, LegalDocumentFactory, RuleParameterFactory
from tests.goods.portal_receiver import portal
from tests.goods.test_diary import MADE, of, write
from tests.goods.test_publication import complete

pytestmark = pytest.mark.django_db
SECRET = "khoa-cua-htx-0123456789"
LATER = timedelta(minutes=1)
ON = date(2024, 9, 14)  # the table of the portal is of June of that year


@pytest.fixture(autouse=True)
def province():
    AdminUnitFactory(level=AdminLevel.PROVINCE, code=province_key(), full_name="Tỉnh Minh Họa")


@pytest.fixture
def lot():
    item = TradeItemFactory(
        name="Miến dong Minh Họa",
        organisation__address="Xã Bằng Phúc",
        brand="Minh Họa",
        standards="TCCS 01",
        is_without_expiry=True,
    )
    return LotFactory(item=item, number="MD-1", made_on=MADE)


@pytest.fixture
def account(lot):
    made = OutboxAccountFactory(organisation=lot.item.organisation, agreed_on=ON)
    set_credential(account=made, secret=SECRET, actor=SYSTEM, at=timezone.now())
    return made


@pytest.fixture
def published(lot, account):
    actor = complete(lot)
    take(lot, "publish", actor)
    note_lot(lot.pk, actor=SYSTEM, on=ON)
    return lot


@pytest.fixture
def fake():
    with portal(SECRET) as one:
        yield one


@pytest.fixture
def switched_on(settings, fake):
    settings.NATIONAL_PORTAL_URL = fake.url
    settings.WEBHOOK_PRIVATE = True
    RuleParameterFactory(
        code=SWITCH_RULE, value=1, unit="other", valid_from=ON, legal_document=LegalDocumentFactory()
    )
    return fake


def take(record, name, actor, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=ON)
    record.refresh_from_db()


def send(after=LATER):
    """Everything that is due some time from now; returns that moment."""
    at = timezone.now() + after
    while send_next(at=at, clock=lambda: at):
        pass
    return at


def statuses(lot):
    return [(each.kind, each.status) for each in lot.outbox.order_by("number")]


def test_a_published_lot_is_reported_with_its_ten_elements_and_events(published, switched_on):
    send()
    assert switched_on.received[0].headers["Content-Type"] == "application/json"
    [report] = switched_on.documents()
    assert (report["viec"], report["lanGui"], report["theoGiaDinh"]) == ("CONG_BO", 1, True)
    lot = report["lo"]
    assert (lot["tenSanPham"], lot["soLo"], lot["maGTIN"]) == (
        "Miến dong Minh Họa", "MD-1", published.item.number,
    )  # fmt: skip
    assert (lot["maTruyXuat"], "maNoiBo" in lot) == (address_of(published), False)
    [work] = lot["congViec"]
    assert work["congViec"] == "THU_HOACH"
    [event] = report["epcis"]["epcisBody"]["eventList"]
    assert event["eventID"] == f"urn:uuid:{published.entries.get().event}"
    assert work["maTruyVetDiaDiem"] == event["readPoint"]["id"]
    assert statuses(published) == [("publish", "sent")]


def test_a_number_of_our_own_is_marked_as_none_of_gs1():
    marks = [
        SOURCES["is_internal"](Subject(LotFactory(item__gtin=gtin), None, mapping_on(ON), ON))
        for gtin in (internal_gtin("06", 4), "9521400000014")
    ]
    assert marks == [True, False]


# ------------------------------------------------------------------------------------------ the switch


def test_nothing_leaves_without_the_switch(published, fake, settings):
    """The address, the department's decision with its paper, the producer's agreement and its key: each alone keeps all at home."""
    settings.WEBHOOK_PRIVATE = True
    context = JobContext(lambda: timezone.now() + LATER)

    def nothing_left():
        return send_waiting(context) is False and not fake.received and not OutboxAttempt.objects.exists()

    rule = RuleParameterFactory(
        code=SWITCH_RULE, value=1, unit="other", legal_document=LegalDocumentFactory()
    )
    assert nothing_left()  # no address
    settings.NATIONAL_PORTAL_URL = fake.url
    decision = rule.legal_document
    for values in (
        {"value": 0},
        {"legal_document": None},
        {"illustrative": ["value"]},
        {"valid_from": date(2100, 1, 1)},
    ):
        with acting(SYSTEM):
            for name, value in values.items():
                setattr(rule, name, value)
            rule.save()
        assert nothing_left(), values
        with acting(SYSTEM):
            rule.value, rule.legal_document, rule.illustrative = 1, decision, []
            rule.valid_from = ON
            rule.save()
    OutboxCredential.objects.update(refused_at=timezone.now())
    assert nothing_left()
    OutboxCredential.objects.update(refused_at=None)
    send_waiting(context)
    assert len(fake.received) == 1


def test_who_has_not_agreed_has_no_messages(lot):
    take(lot, "publish", complete(lot))
    assert look_at_all_lots(actor=SYSTEM, on=ON) == 0
    OutboxAccountFactory(organisation=lot.item.organisation, agreed_on=ON + timedelta(days=1))
    assert look_at_all_lots(actor=SYSTEM, on=ON) == 0
    assert look_at_all_lots(actor=SYSTEM, on=ON + timedelta(days=1)) == 1


def test_who_withdraws_its_agreement_is_reported_of_no_more(published, account, switched_on):
    take(account, "end", of(account.organisation), reason="Không muốn nữa")
    send()
    assert (switched_on.received, statuses(published)) == ([], [("publish", "cancelled")])
    assert not OutboxCredential.objects.exists()
    assert look_at_all_lots(actor=SYSTEM, on=ON) == 0


# ------------------------------------------------------------------------------------------ corrections


def correct(lot, name, value):
    with acting(SYSTEM):
        setattr(lot.item, name, value)
        lot.item.save()
    return note_lot(lot.pk, actor=SYSTEM, on=ON)


def test_a_correction_is_reported_anew_and_what_is_the_same_is_not(published, switched_on):
    send()
    assert look_at_all_lots(actor=SYSTEM, on=ON) == 0
    correct(published, "brand", "Thương hiệu mới")
    send()
    first, second = switched_on.documents()
    assert (first["lo"]["thuongHieu"], second["lo"]["thuongHieu"]) == ("Minh Họa", "Thương hiệu mới")
    assert (second["viec"], second["lanGui"]) == ("CAP_NHAT", 2)
    assert statuses(published) == [("publish", "sent"), ("change", "sent")]


def test_a_correction_before_the_sending_takes_the_place_of_the_first(published, switched_on):
    correct(published, "brand", "Thương hiệu mới")
    send()
    [report] = switched_on.documents()
    assert (report["viec"], report["lo"]["thuongHieu"]) == ("CONG_BO", "Thương hiệu mới")
    assert statuses(published) == [("publish", "replaced"), ("publish", "sent")]


def test_an_entry_that_was_wrong_is_not_reported_any_more(published, switched_on):
    send()
    actor = of(published.item.organisation)
    old = published.entries.get()
    write(published, old.location, "harvest", 7, actor)
    take(old, "declare-wrong", actor, reason="Ghi nhầm cân")
    note_lot(published.pk, actor=SYSTEM, on=ON)
    send()
    events = switched_on.documents()[-1]["epcis"]["epcisBody"]["eventList"]
    [stands] = published.entries.filter(wrong_on__isnull=True)
    assert [(each["eventID"], each["quantityList"][0]["quantity"]) for each in events] == [
        (f"urn:uuid:{stands.event}", 7)
    ]


def test_a_lot_that_is_withdrawn_is_reported_by_its_codes_alone(published, switched_on):
    send()
    take(published, "withdraw-publication", of(published.item.organisation), reason="Nhãn sai")
    note_lot(published.pk, actor=SYSTEM, on=ON)
    send()
    report = switched_on.documents()[-1]
    assert (report["viec"], report["conCongBo"]) == ("NGUNG_CONG_BO", False)
    assert set(report["lo"]) == {"maGTIN", "soLo", "maTruyXuat"}
    assert "epcis" not in report


def test_of_a_lot_that_the_portal_never_had_no_withdrawal_is_reported(published, switched_on):
    actor = of(published.item.organisation)
    take(published, "withdraw-publication", actor, reason="Nhãn sai")
    note_lot(published.pk, actor=SYSTEM, on=ON)
    send()
    assert (switched_on.received, statuses(published)) == ([], [("publish", "replaced")])
    take(published, "publish", actor)
    note_lot(published.pk, actor=SYSTEM, on=ON)
    send()
    assert statuses(published) == [("publish", "replaced"), ("publish", "sent")]


def test_what_lacks_a_required_element_waits_until_it_is_there(published, switched_on):
    correct(published, "standards", "")
    assert published.outbox.last().lacks == "10. tieuChuan"
    send()
    assert switched_on.received == []
    correct(published, "standards", "TCCS 02")
    send()
    assert [each["lo"]["tieuChuan"] for each in switched_on.documents()] == ["TCCS 02"]


def test_entries_that_name_another_party_are_not_sent(published, switched_on):
    """The sender and the receiver alone report to whom goods went."""
    actor = of(published.item.organisation)
    place = published.entries.get().location
    buyer = ProducerFactory(name="Cửa hàng Bí Mật").trace_parties.get()
    write(published, place, "ship", 2, actor, partner=buyer)
    write(published, place, "sell", 1, actor)
    note_lot(published.pk, actor=SYSTEM, on=ON)
    send()
    [body] = [each.body.decode() for each in switched_on.received]
    assert buyer.gln not in body
    assert "retail_selling" not in body
    assert len(json.loads(body)["epcis"]["epcisBody"]["eventList"]) == 1


# ------------------------------------------------------------------------------------------ what the portal answers


def test_each_time_is_noted_with_hash_answer_and_moment(published, switched_on):
    switched_on.answer = lambda got: (422, {}, f"Thiếu mã vùng trồng; khóa {SECRET}".encode())
    at = send()
    [attempt] = OutboxAttempt.objects.all()
    message = published.outbox.get()
    assert attempt.body_sha256 == hashlib.sha256(switched_on.received[0].body).hexdigest()
    assert (attempt.outcome, attempt.http_status, attempt.ended_at) == ("refused", 422, at)
    assert attempt.answer == message.answer == "HTTP 422 – Thiếu mã vùng trồng; khóa ***"
    assert message.status == "refused"
    send(timedelta(days=2))
    assert len(switched_on.received) == 1  # what is refused is not sent again by itself


def test_what_was_refused_is_sent_again_when_somebody_says_so(published, switched_on):
    switched_on.answer = lambda got: (400, {})
    send()
    switched_on.answer = None
    take(published.outbox.get(), "send-again", of(published.item.organisation))
    send()
    assert statuses(published) == [("publish", "replaced"), ("change", "sent")]


def test_a_key_that_is_refused_is_not_used_until_another_is_entered(published, account, switched_on):
    switched_on.keys = {"khoa-moi"}
    send()
    send(timedelta(days=2))
    assert [each.headers["Authorization"] for each in switched_on.received] == [f"Bearer {SECRET}"]
    assert statuses(published) == [("publish", "retry")]
    set_credential(account=account, secret="khoa-moi", actor=SYSTEM, at=timezone.now())
    send(timedelta(days=2))
    assert statuses(published) == [("publish", "sent")]


@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_a_portal_that_is_busy_is_asked_again_after_growing_pauses(published, switched_on, status):
    headers = {"Location": "http://127.0.0.1:1/inner"} if status == 302 else {}
    switched_on.answer = lambda got: (status, headers)
    pauses = []
    at = timezone.now() + LATER
    for _turn in range(4):
        assert send_next(at=at, clock=lambda: at)  # noqa: B023 -- called at once
        due = OutboxDispatch.objects.get().due_at
        assert not send_next(at=due - timedelta(seconds=1), clock=lambda: at)  # noqa: B023
        pauses.append(due - at)
        at = due
    assert all(2.6 < later / earlier < 6.1 for earlier, later in pairwise(pauses))
    assert len({(each.body, each.headers["Idempotency-Key"]) for each in switched_on.received}) == 1
    assert statuses(published) == [("publish", "retry")]


def test_the_portal_says_how_long_to_wait(published, switched_on):
    switched_on.answer = lambda got: (429, {"Retry-After": "7200"})
    at = send()
    assert OutboxDispatch.objects.get().due_at == at + timedelta(hours=2)
    assert OutboxCredential.objects.get().quiet_until == at + timedelta(hours=2)


def test_a_producer_whose_portal_is_busy_holds_up_no_other(published, switched_on):
    switched_on.answer = lambda got: (503, {})
    at = send()
    other = LotFactory(
        item=TradeItemFactory(
            organisation__address="Xã B", brand="B", standards="TCCS", is_without_expiry=True
        ),
        made_on=MADE,
    )
    account = OutboxAccountFactory(organisation=other.item.organisation, agreed_on=ON)
    set_credential(account=account, secret="khoa-hai", actor=SYSTEM, at=timezone.now())
    take(other, "publish", complete(other))
    note_lot(other.pk, actor=SYSTEM, on=ON)
    switched_on.answer, switched_on.keys = None, {"khoa-hai"}
    assert send_next(at=at + timedelta(seconds=1), clock=lambda: at)
    assert (statuses(other), statuses(published)) == ([("publish", "sent")], [("publish", "retry")])


# ------------------------------------------------------------------------------------------ the network


def test_a_portal_that_is_away_slow_or_floods_is_a_failure_that_is_tried_again(
    published, switched_on, monkeypatch, settings
):
    monkeypatch.setattr(webhook_client, "RESPONSE_TIMEOUT", 0.5)
    switched_on.answer = lambda got: (200, {}) if time.sleep(2) is None else None
    send()
    settings.NATIONAL_PORTAL_URL = "http://127.0.0.1:9/"
    send(timedelta(hours=1))
    assert [each.outcome for each in OutboxAttempt.objects.order_by("number")] == ["failed", "failed"]
    assert statuses(published) == [("publish", "retry")]
    settings.NATIONAL_PORTAL_URL = switched_on.url
    switched_on.answer = lambda got: (201, {}, b"a" * 3_000_000)
    send(timedelta(days=1))
    assert statuses(published) == [("publish", "sent")]
    assert len(published.outbox.get().answer) == sending.LONGEST_ANSWER


def test_a_portal_that_cannot_prove_its_name_gets_no_key(published, switched_on, settings):
    switched_on.receiver.secure(Path(__file__).parents[1] / "trace" / "subscription_receiver.pem")
    settings.NATIONAL_PORTAL_URL = switched_on.url.replace("http:", "https:")
    send()
    assert switched_on.received == []
    [attempt] = OutboxAttempt.objects.all()
    assert (attempt.outcome, attempt.http_status) == ("failed", None)
    assert attempt.answer.startswith("TLS: ")


def test_a_key_does_not_travel_unencrypted_or_to_inner_machines(published, switched_on, settings):
    settings.WEBHOOK_PRIVATE = False
    send()
    settings.NATIONAL_PORTAL_URL = switched_on.url.replace("http:", "https:")
    send(timedelta(days=1))
    assert switched_on.received == []
    first, second = OutboxAttempt.objects.order_by("number")
    assert first.answer == "the address of the portal is not https"
    assert second.answer == "the name of the receiver leads to no machine that anything is sent to"


# ------------------------------------------------------------------------------------------ killed workers


class Killed(BaseException):
    """As if the process had ended here."""


def test_a_worker_that_is_killed_before_it_noted_the_answer_asks_again(published, switched_on, monkeypatch):
    """The portal has it, nobody here knows; it is sent again with the same key, and the portal has it once."""
    note = sending._note

    def killed(*_arguments):
        raise Killed

    monkeypatch.setattr(sending, "_note", killed)
    at = timezone.now() + LATER
    with pytest.raises(Killed):
        send_next(at=at, clock=lambda: at)
    assert statuses(published) == [("publish", "sending")]
    assert [each.outcome for each in OutboxAttempt.objects.all()] == ["unknown"]
    monkeypatch.setattr(sending, "_note", note)
    assert not send_next(at=at, clock=lambda: at)  # another worker may be at it
    send(LATER + sending.LEASE.length)
    assert [each.outcome for each in OutboxAttempt.objects.order_by("number")] == ["unknown", "accepted"]
    assert (len(switched_on.received), len(switched_on.documents())) == (2, 1)
    assert statuses(published) == [("publish", "sent")]


def test_what_is_corrected_while_the_portal_is_asked_stays_replaced(published, switched_on):
    def corrected_meanwhile(sent):
        correct(published, "brand", "Thương hiệu mới")
        return post(sent)

    post, sending_post = sending._post, "_post"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, sending_post, corrected_meanwhile)
        at = timezone.now() + LATER
        send_next(at=at, clock=lambda: at)
    assert statuses(published) == [("publish", "replaced"), ("change", "waiting")]
    assert OutboxAttempt.objects.get().outcome == "accepted"
    send()
    assert [each["lanGui"] for each in switched_on.documents()] == [1, 2]
