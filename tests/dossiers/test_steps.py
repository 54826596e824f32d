"""What the counter and the divisions do with a dossier, and what refuses it."""

from datetime import date

import pytest

from khcn.dossiers import operations
from khcn.dossiers.models import Dossier, DossierHandover
from khcn.dossiers.queries import state_of
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from tests.factories.base import an_actor
from tests.factories.dossiers import DossierFactory, ProcedureFactory, SupplementRequestFactory
from tests.factories.parties import OrgUnitFactory

pytestmark = pytest.mark.django_db
JANUARY = date(2023, 1, 10)


def receive(procedure, actor, on=JANUARY, **more):
    return operations.receive_dossier(
        procedure=procedure, applicant="Bệnh viện đa khoa", received_on=on, actor=actor, on=on, **more
    )


def take(name, dossier, actor, on, **inputs):
    register = register_of(Dossier)
    action = next(each for each in register.actions if each.name == name)
    run(action, register, dossier.pk, inputs, actor=actor, on=on)
    dossier.refresh_from_db()
    return dossier


def test_codes_of_a_day_have_no_gaps_and_pass_over_those_that_were_imported(counter, procedure):
    DossierFactory(code="000.00.15.H03-230110-0002", procedure=procedure, received_on=JANUARY)
    codes = [receive(procedure, counter).code for _each in range(3)]
    assert codes == [f"000.00.15.H03-230110-{number:04d}" for number in (1, 3, 4)]
    assert receive(procedure, counter, date(2023, 1, 11)).code == "000.00.15.H03-230111-0001"
    lines = IssuedNumber.objects.filter(book__book="HSTTHC-230110").order_by("number")
    bearers = dict(lines.values_list("text", "object_id"))
    assert bearers == dict(Dossier.objects.filter(received_on=JANUARY).values_list("code", "pk"))
    with pytest.raises(Refused, match="được cấp mã"):
        remove_row(register_of(Dossier), Dossier.objects.get(code=codes[0]), actor=counter, on=JANUARY)


def test_one_day_of_a_dossier_with_a_stop_over_tet(counter, officer, procedure):
    dossier = receive(procedure, counter)
    assert (state_of(dossier).value, dossier.unit) == ("received", procedure.unit)
    take("hand-over", dossier, counter, JANUARY, unit=procedure.unit, received_on=JANUARY, share=8, note="")
    asked_on, answered_on = date(2023, 1, 16), date(2023, 1, 30)
    take("ask-supplement", dossier, officer, asked_on, asked_on=asked_on, content="Thiếu giấy kiểm định")
    assert state_of(dossier).value == "waiting"
    with pytest.raises(Refused, match="chờ bổ sung"):
        take("resolve", dossier, officer, answered_on, ended_on=answered_on, result_number="")
    take("receive-supplement", dossier, officer, answered_on, answered_on=answered_on)
    assert Deadline.objects.get(kind="dossiers.settlement").due_on == date(2023, 2, 7)
    assert Deadline.objects.get(kind="dossiers.share").due_on == date(2023, 2, 3)
    ended_on = date(2023, 2, 6)
    take("resolve", dossier, officer, ended_on, ended_on=ended_on, result_number="12/GP-SKHCN")
    assert (dossier.outcome, dossier.ended_on, dossier.result_number) == ("resolved", ended_on, "12/GP-SKHCN")
    assert DossierHandover.objects.get().done_on == ended_on
    with pytest.raises(NotPermitted):
        take("deliver", dossier, officer, ended_on, delivered_on=ended_on)
    take("deliver", dossier, counter, ended_on, delivered_on=ended_on)
    assert state_of(dossier).value == "delivered"
    assert Dossier.objects.with_standing(on=ended_on).get().standing == "early"
    with pytest.raises(Refused, match="đã trả kết quả"):
        take("refuse", dossier, counter, ended_on, ended_on=ended_on, outcome_reason="x")


def test_an_apology_leaves_a_late_dossier_late(counter, officer, procedure):
    dossier = receive(procedure, counter)
    day, new = date(2023, 2, 6), date(2023, 2, 10)
    more = {"apologised_on": day, "reappointed_on": new, "apology_reason": "Chờ ý kiến"}
    take("apologise", dossier, officer, day, **more)
    terms = dict(Deadline.objects.filter(subject_model="dossiers.dossier").values_list("kind", "due_on"))
    assert terms == {"dossiers.settlement": date(2023, 1, 31), "dossiers.new_date": new}
    with pytest.raises(Refused, match="chỉ được hẹn lại một lần"):
        take("apologise", dossier, officer, day, **more)
    take("resolve", dossier, officer, new, ended_on=new, result_number="")
    assert Dossier.objects.with_standing(on=new).get().standing == "late"


@pytest.mark.parametrize(("day", "allowed"), [(date(2025, 9, 12), False), (date(2025, 9, 15), True)])
def test_a_dossier_is_stopped_only_since_the_rules_of_2025(counter, procedure, day, allowed):
    dossier = receive(procedure, counter, day)
    why = operations.guard_of("stop")(dossier, actor=counter, on=day)
    assert bool(why) is not allowed
    assert ("Từ chối, trả lại" in why) is not allowed


@pytest.mark.parametrize(
    ("name", "inputs", "words"),
    [
        ("resolve", {"ended_on": date(2023, 1, 12), "result_number": ""}, "chưa tới"),
        ("resolve", {"ended_on": date(2023, 1, 9), "result_number": ""}, "đứng trước"),
        ("refuse", {"ended_on": date(2023, 1, 9), "outcome_reason": "Gửi nhầm"}, "đứng trước"),
        ("ask-supplement", {"asked_on": date(2023, 1, 12), "content": "x"}, "chưa tới"),
        (
            "apologise",
            {"apologised_on": JANUARY, "reappointed_on": JANUARY, "apology_reason": "x"},
            "phải sau ngày xin lỗi",
        ),
    ],
)
def test_days_that_do_not_fit_are_refused(counter, procedure, name, inputs, words):
    dossier = receive(procedure, counter)
    with pytest.raises(Refused, match=words):
        take(name, dossier, counter, date(2023, 1, 11), **inputs)


def test_others_do_not_settle_the_dossier_of_a_division(counter, procedure):
    dossier = receive(procedure, counter)
    other = an_actor(Role.OFFICER, "TDC", unit_id=OrgUnitFactory(code="TDC").pk)
    with pytest.raises(NotPermitted):
        take("resolve", dossier, other, JANUARY, ended_on=JANUARY, result_number="")


def test_nothing_is_received_for_a_procedure_that_is_over_or_internal(counter, procedure):
    internal = ProcedureFactory(is_internal=True, unit=procedure.unit)
    over = ProcedureFactory(unit=procedure.unit, valid_to=date(2023, 1, 1))
    assert "nội bộ" in operations.why_not_receive(internal, actor=counter, on=JANUARY)
    assert "không còn hiệu lực" in operations.why_not_receive(over, actor=counter, on=JANUARY)
    with pytest.raises(Refused, match="hiệu lực"):
        receive(over, counter)
    with pytest.raises(Refused, match="chưa tới"):
        operations.receive_dossier(
            procedure=procedure, applicant="A", received_on=date(2023, 1, 11), actor=counter, on=JANUARY
        )


def test_a_dossier_of_today_is_filed_under_the_version_of_today(counter, procedure):
    newer = ProcedureFactory(
        code=procedure.code, unit=procedure.unit, valid_from=date(2023, 2, 1), term_amount=5
    )
    procedure.refresh_from_db()
    assert receive(procedure, counter, date(2023, 2, 2)).procedure == newer
    assert receive(newer, counter, JANUARY).procedure == procedure


def test_rows_of_a_file_follow_the_same_rules(counter, procedure):
    dossier = DossierFactory(procedure=procedure, received_on=JANUARY)
    request = SupplementRequestFactory(dossier=dossier, asked_on=date(2023, 1, 11))
    dossier.outcome, dossier.ended_on = "resolved", date(2023, 1, 12)
    with pytest.raises(Refused, match="chờ bổ sung"):
        save_row(register_of(Dossier), dossier, actor=counter, on=date(2023, 1, 13))
    request.answered_on = date(2023, 1, 12)
    save_row(register_of(type(request)), request, actor=counter, on=date(2023, 1, 13))
    save_row(register_of(Dossier), dossier, actor=counter, on=date(2023, 1, 13))
    dossier.ended_on = date(2023, 1, 13)
    with pytest.raises(Refused, match="Đính chính kết quả"):
        save_row(register_of(Dossier), dossier, actor=counter, on=date(2023, 1, 13))
    take(
        "correct-outcome",
        dossier,
        counter,
        date(2023, 1, 13),
        outcome="refused",
        ended_on=date(2023, 1, 13),
        result_number="",
        outcome_reason="Gửi nhầm",
        delivered_on=None,
        reason="Ghi nhầm",
    )
    assert (dossier.outcome, dossier.corrected) == ("refused", True)
