"""Contracts that transfer technology: registered by a certificate, ended, and taken back."""

from datetime import date

import pytest

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.indicators import Period, registry
from khcn.kernel.papers.differences import contradiction
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.technology.documents import CERTIFICATE
from khcn.technology.models import TransferContract
from tests.factories.base import an_actor
from tests.factories.technology import TransferContractFactory
from tests.technology.test_opinions import TODAY, _rules, issued  # noqa: F401 -- the rules of this area

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "QLCN"), an_actor(Role.HEAD, "QLCN")
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)


def take(contract, name, actor=OFFICER, **values):
    register = register_of(TransferContract)
    run(action_to_run(register, name), register, contract.pk, values, actor=actor, on=TODAY)
    contract.refresh_from_db()
    return contract


def registered(**values):
    step = {"certificate_number": "02/GCN-CGCN", "registered_on": date(2023, 5, 16)}
    return take(TransferContractFactory(**values), "record-registration", **step)


def test_a_contract_is_registered_in_five_working_days():
    """From Wednesday 10/05/2023 to Wednesday 17/05/2023."""
    contract = registered()
    term = Deadline.objects.get(kind="technology.registration", subject_id=contract.pk)
    assert (term.due_on, term.met_on) == (date(2023, 5, 17), date(2023, 5, 16))
    assert registry["CN-05"].value(PERIOD) == 1


def test_a_registered_contract_is_seen_to_on_its_last_day():
    contract = registered(valid_until=date(2023, 9, 1))

    def term():
        found = Deadline.objects.filter(subject_id=contract.pk, kind="technology.contract_end")
        return found.values_list("starts_on", "due_on", "met_on").get()

    assert term() == (date(2023, 5, 16), date(2023, 9, 1), None)
    take(contract, "end", ended_on=date(2023, 9, 2), reason="Hết thời hạn hợp đồng")
    assert term() == (date(2023, 5, 16), date(2023, 9, 1), date(2023, 9, 2))


def test_steps_are_dated_in_order_and_taken_back_by_the_head():
    contract = registered()
    with pytest.raises(Refused, match="16/05/2023"):
        take(contract, "end", ended_on=date(2023, 5, 15), reason="Chấm dứt hợp đồng")
    contract.refresh_from_db()
    take(contract, "end", ended_on=date(2023, 6, 1), reason="Chấm dứt hợp đồng")
    assert (contract.state, contract.ending_reason) == ("ended", "Chấm dứt hợp đồng")
    assert registry["CN-05"].value(PERIOD) == 1  # it was registered all the same
    take(contract, "take-back-end", actor=HEAD, reason="Nhầm")
    take(contract, "take-back-registration", actor=HEAD, reason="Nhầm")
    assert (contract.state, contract.certificate_number, contract.registered_on) == ("received", "", None)
    assert registry["CN-05"].value(PERIOD) == 0


def test_what_was_registered_stays():
    contract = registered()
    contract.price = 5
    with pytest.raises(Refused, match="bỏ ghi bước"):
        save_row(register_of(TransferContract), contract, actor=OFFICER, on=TODAY)
    contract.refresh_from_db()
    with pytest.raises(Refused, match="17/05/2023"):
        take(contract, "correct-contract", received_on=date(2023, 5, 17), reason="Ghi nhầm")
    contract.refresh_from_db()
    take(contract, "correct-contract", actor=HEAD, received_on=date(2023, 5, 11), reason="Ghi nhầm")
    assert (contract.received_on, contract.corrected) == (date(2023, 5, 11), True)


def test_the_certificate_of_a_contract_from_abroad_names_the_country():
    contract = TransferContractFactory(direction="inward", valid_until=date(2023, 9, 13))
    with pytest.raises(PaperRefused, match="13/9/2023"):
        draft_paper(kind=CERTIFICATE, record=contract, actor=OFFICER, on=TODAY)
    contract.valid_until = TODAY
    save_row(register_of(TransferContract), contract, actor=OFFICER, on=TODAY)
    draft = draft_paper(kind=CERTIFICATE, record=contract, actor=OFFICER, on=TODAY)
    assert draft.data["direction_in_words"] == "từ nước ngoài vào Việt Nam"


def test_the_certificate_registers():
    contract = TransferContractFactory(price=250_000_000)
    draft = draft_paper(kind=CERTIFICATE, record=contract, actor=OFFICER, on=TODAY)
    paper = issued(draft)
    contract.refresh_from_db()
    assert (contract.state, contract.certificate_number) == ("registered", paper.number_text)
    assert contract.registered_on == TODAY
    assert paper.data["price"].startswith("250.000.000")
    with pytest.raises(Refused, match="Thu hồi"):
        take(contract, "take-back-registration", actor=HEAD, reason="Nhầm")
    take(contract, "end", ended_on=TODAY, reason="Chấm dứt hợp đồng")
    assert "hết hiệu lực từ ngày 14/9/2023" in contradiction(paper)
    withdrawal = withdraw_paper(paper=paper, reason="Cấp nhầm", actor=OFFICER, on=TODAY)
    with pytest.raises(Refused, match="Bỏ ghi hết hiệu lực"):
        issued(withdrawal)
