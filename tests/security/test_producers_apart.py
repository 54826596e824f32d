"""Two producers with everything that is theirs in traceability: what one sees and sends, asked and sent by the other, tells and changes nothing."""

import copy
import re
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.db.models import Model

from khcn.goods.models import LabelPrint, Location, Lot, LotEntry, Shipment
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach
from khcn.kernel.registers.registry import register_of, registers
from khcn.parties.models import User
from tests.factories.base import ATTACHED_AT
from tests.factories.goods import ProcessStepFactory
from tests.factories.parties import ProducerFactory
from tests.factories.registry import factory_of
from tests.goods.phone_given import DATA, send, send_photo, sent_entry
from tests.kernel.test_picture_metadata import DRAWN
from tests.security.register_rights import RIGHTS
from tests.security.tenants import WORDS, marked
from tests.security.test_crawl import links_of
from tests.security.test_tenants import addresses_of, browser, tells

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# Where a record has its organisation by way of another one, as the program makes it.
MADE_BY = {
    "goods.outboxmessage": "lot__item__organisation",
    "goods.outboxattempt": "message__lot__item__organisation",
    "goods.shipment": "entry__receiver",
}
# Texts that have to be what they are of: numbers of goods and addresses of pages.
AS_THEY_ARE = ("gtin", "path", "lot_path", "source_path", "portal_code", "subject", "content_sha256", "body_sha256")  # fmt: skip
REFUSED = {403, 404, 409, 422}


class Producer:
    """A producer with its account and a record of each register of goods that can be its own, full of its word."""

    def __init__(self, letter):
        self.word = WORDS[letter]
        # the name of its party stays: who sends goods chooses among all
        self.organisation = marked(ProducerFactory(), self.word)
        with acting(SYSTEM):
            self.account = User.objects.create(
                username=f"producer.{letter}", full_name="Người ghi", organisation=self.organisation
            )
        self.own = [self._record(each) for each in own_registers()]
        with acting(SYSTEM):
            self.file = attach(
                record=self.the(LotEntry),
                content=b"%PDF-1.4 " + self.word.encode(),
                name=f"{self.word}.pdf",
                actor=SYSTEM,
                at=ATTACHED_AT,
            )

    def _record(self, register):
        path = MADE_BY.get(register.name, RIGHTS[register.name].own)
        return marked(factory_of(register.model)(**{path: self.organisation}), self.word, public=AS_THEY_ARE)

    def the(self, model):
        return next(each for each in self.own if type(each) is model)


def own_registers():
    """Registers of goods of which a producer is shown rows of its own."""
    return [each for each in registers() if each.area == "goods" and RIGHTS[each.name].outside]


@pytest.fixture(scope="module")
def made_producers(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Producer("a"), Producer("b")
        transaction.set_rollback(True)


@pytest.fixture
def mine_and_other(made_producers, db):
    return copy.deepcopy(made_producers)


def test_what_a_producer_is_shown_is_not_there_for_the_other(mine_and_other):
    mine, other = mine_and_other
    owner, stranger = browser(mine), browser(other)
    asked, faults, shown, full = set(), [], set(), set()
    for record in mine.own:
        for address in addresses_of(record):
            answer = owner.get(address)
            asked.add(address)
            if answer.status_code == 200:
                shown.add(record)
                full |= {type(record)} if tells(answer, mine) else set()
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                asked |= {urljoin(address, each).partition("#")[0] for each in links_of(answer)}
    assert shown == {*mine.own}
    assert full >= {Lot, LotEntry, Location, LabelPrint, Shipment}
    keys = {str(each.pk) for each in mine.own} | {str(mine.file.pk)}
    named = {each for each in asked if each.startswith("/") and keys & set(re.split(r"[/?=&#]|%23", each))}
    own = tuple(
        f"{start}{register_of(type(each)).detail_url(each.pk)}" for each in mine.own for start in ("", "/api")
    )
    for address in sorted(named):
        answer = stranger.get(address)
        if tells(answer, mine):
            faults.append(f"{address} ({answer.status_code}) tells")
        if address.startswith(own) and answer.status_code not in {403, 404}:
            faults.append(f"{address}: {answer.status_code}")
    assert faults == []
    lot, labels = mine.the(Lot).pk, mine.the(LabelPrint).pk
    assert {f"/goods/lots/{lot}/national-portal/", f"/goods/label-prints/{labels}/sheets.pdf"} <= named
    assert any(f"/files/{mine.file.pk}/" in each for each in named)


def test_lists_counts_and_exports_are_of_ones_own_rows(mine_and_other):
    for own, other in (mine_and_other, mine_and_other[::-1]):
        client, faults = browser(own), []
        for record in own.own:
            register, model = register_of(type(record)), type(record)
            base, mine = register.list_url(), f"/api{register.list_url()}"
            expected = model.objects.filter(**{RIGHTS[register.name].own: own.organisation}).count()
            assert 0 < expected < model.objects.count()
            answers = {each: client.get(each) for each in (base, f"{base}?print=all", f"{base}export/", mine)}
            faults += [
                each for each, answer in answers.items() if answer.status_code != 200 or tells(answer, other)
            ]
            if answers[mine].json()["count"] != expected:
                faults.append(f"{mine}: {answers[mine].json()['count']} of {expected}")
            for path in register.filters:
                value = getattr(other.the(model), path.partition("__")[0], None)
                if isinstance(value, Model):
                    for address in (f"{base}?{path}=%23{value.pk}", f"{mine}?{path}={value.pk}"):
                        faults += [address] if tells(client.get(address), other) else []
        assert faults == []


def test_what_names_a_record_of_the_other_is_not_written(mine_and_other):
    mine, other = mine_and_other
    client, faults, tried = browser(mine), [], set()
    for record in mine.own:
        register = register_of(type(record))
        address = f"/api{register.detail_url(record.pk)}"
        for field in (record._meta.get_field(name) for name in register.form_fields()):
            theirs = [
                each
                for each in (*other.own, other.organisation)
                if isinstance(each, field.related_model or ())
            ]
            if not theirs or "change" not in RIGHTS[register.name].outside:
                continue
            before = getattr(record, field.attname)
            for address_of, method in ((address, client.patch), (f"/api{register.list_url()}", client.post)):
                with transaction.atomic():
                    sent = {field.name: {"id": theirs[0].pk}}
                    mark = {"If-Match": client.get(address)["ETag"]}
                    answer = method(address_of, sent, content_type="application/json", headers=mark)
                    record.refresh_from_db()
                    if (
                        answer.status_code not in REFUSED
                        or getattr(record, field.attname) != before
                        or tells(answer, other)
                    ):
                        faults.append(f"{field}: {answer.status_code} {answer.content[:200]!r}")
                    transaction.set_rollback(True)
            tried.add(str(field))
        for action in register.actions:
            theirs = other.the(type(record))
            answer = client.post(f"{register.detail_url(theirs.pk)}actions/{action.name}/", {"version": "1"})
            if answer.status_code not in {403, 404}:
                faults.append(f"{register.name} {action.name}: {answer.status_code}")
    assert faults == []
    assert {
        "goods.Lot.item",
        "goods.LotEntry.lot",
        "goods.LotEntry.location",
        "goods.LabelPrint.lot",
    } <= tried


def test_the_telephone_of_one_takes_nothing_of_the_other(mine_and_other):
    mine, other = mine_and_other
    client = browser(mine)
    assert not tells(client.get(DATA), other)
    assert tells(client.get(DATA), mine)
    lot, place, theirs = mine.the(Lot), mine.the(Location), other.the(Lot)
    step = ProcessStepFactory(group=theirs.item.group, kind="harvest")
    begun = {"item": theirs.item_id, "number": "MOI", "made_on": "2022-05-10"}
    arrival = {"lot": None, "kind": "receive"}
    before = (LotEntry.objects.count(), Lot.objects.count(), set(Shipment.objects.values_list("pk", "state")))
    for values in (
        {"lot": theirs.pk},
        {"lot": begun},
        {"kind": "use", "into": theirs.pk},
        {"kind": "use", "into": begun},
        {"location": other.the(Location).pk},
        {"step": step.pk},
        {**arrival, "shipment": other.the(Shipment).pk},
        {**arrival, "code": other.the(Shipment).lot_path},
    ):
        named = {"step": None, "shipment": None, "code": None, **values}
        sent = {**sent_entry(lot, place, mine.account, **named), "version": 5, "typed_off": None}
        answer = send(client, sent)
        assert answer.status_code in {404, 422}, (values, answer.content)
        assert not tells(answer, other), values
    sent = {**sent_entry(theirs, other.the(Location), other.account)}
    assert send(client, sent).json()["code"] == "other_account"
    owner = browser(other)
    sent = sent_entry(other.the(Lot), other.the(Location), other.account, photos=[DRAWN])
    record = send(owner, sent).json()["record"]
    assert send_photo(client, record, sent["photos"][0]["id"], DRAWN).status_code == 404
    assert send(client, {**sent, "account": mine.account.pk}).status_code == 404
    assert LotEntry.objects.exclude(pk=record).count() == before[0]
    assert (Lot.objects.count(), set(Shipment.objects.values_list("pk", "state"))) == before[1:]
