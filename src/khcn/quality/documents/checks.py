"""The decision by which a check begins, and the notice of its result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.department_books import DECISIONS, NOTICES
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.papers.models import Paper
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.in_sentence import in_sentence
from khcn.kernel.text.numbers import format_number, two_digits
from khcn.parties.models import Organisation, Person
from khcn.quality import operations, rules
from khcn.quality.enums import CheckMemberRole, CheckOutcome
from khcn.quality.models import CheckedPlace, CheckFinding, CheckMember, CheckPlan, CheckSample, StateCheck
from khcn.quality.workflow import CHECK_FLOW, PLANNED, REPORTED

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

FOLDER: Final = Path(__file__).parent.parent / "papers"


def _subjects(check: StateCheck) -> list[CheckedPlace]:
    return list(check.subjects.select_related("organisation").order_by("code"))


def _after_check(subject: str) -> str:
    """The subject as it follows the words "kiểm tra", with which many subjects begin themselves."""
    text = in_sentence(subject)
    return text.removeprefix("kiểm tra ") or text


def _decision_context(check: StateCheck, on: date) -> dict[str, Any]:
    members = check.members.select_related("person").order_by("pk")
    in_order = sorted(members, key=lambda each: list(CheckMemberRole).index(CheckMemberRole(each.role)))
    return {
        "check": check.subject,
        "check_in_sentence": _after_check(check.subject),
        "field": check.get_field_display(),
        "venue": check.venue,
        "plan": check.plan.number if check.plan is not None else "",
        "planned_on": day_text(check.planned_on),
        "subjects": [
            {"ordinal": str(place), "name": each.organisation.name}
            for place, each in enumerate(_subjects(check), start=1)
        ],
        "team": [
            {"ordinal": str(place), "name": each.person.printed_name, "role": each.get_role_display()}
            for place, each in enumerate(in_order, start=1)
        ],
    }


def _decision_missing(check: StateCheck, on: date) -> str:
    if check.state != PLANNED and not check.decision_number:
        state = CHECK_FLOW.by_value[check.state]
        return gettext("Cuộc kiểm tra ở trạng thái “%(state)s” nên không lập quyết định.") % {
            "state": state.label
        }
    if not check.subjects.exists():
        return gettext("Cuộc kiểm tra chưa ghi cơ sở nào. Bổ sung rồi lập quyết định.")
    if not check.members.filter(role=CheckMemberRole.HEAD).exists():
        return gettext("Đoàn kiểm tra chưa có trưởng đoàn. Bổ sung rồi lập quyết định.")
    return ""


def _decision_had_already(check: StateCheck, on: date) -> str:
    if not check.decision_number:
        return ""
    return gettext("Cuộc kiểm tra đã có quyết định số %(number)s.") % {"number": check.decision_number}


def _decided(*, record: StateCheck, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.decide(check=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _decision_withdrawn(*, record: StateCheck, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_decision(check=record, number=paper.number_text, actor=actor, on=on)


def _violations(subject: CheckedPlace) -> str:
    """What was found at a place, one after the other."""
    found = [
        f"{each.item}: {format_number(each.failed)}/{format_number(each.checked)} không đạt"
        + (f" ({each.finding})" if each.finding else "")
        for each in subject.findings.all()
        if each.failed
    ]
    samples = [
        f"mẫu {each.product}: {'đạt' if each.conforms else 'không đạt'}" for each in subject.samples.all()
    ]
    return "; ".join((*found, *samples))


def _day_of_decision(check: StateCheck) -> date | None:
    """The day of the decision whose number is on record: a replacement has a day of its own."""
    papers = Paper.objects.in_force_for(StateCheck).filter(object_id=check.pk).select_related("number")
    days = [each.issued_on for each in papers if each.number_text == check.decision_number]
    return days[0] if days else check.decided_on


def _result_context(check: StateCheck, on: date) -> dict[str, Any]:
    rows = (
        check.subjects.select_related("organisation")
        .prefetch_related(Prefetch("findings", CheckFinding.objects.order_by("code")))
        .prefetch_related(Prefetch("samples", CheckSample.objects.order_by("code")))
        .order_by("code")
    )
    return {
        "check": check.subject,
        "check_in_sentence": _after_check(check.subject),
        "decision": check.decision_number,
        "decided_on": day_text(_day_of_decision(check)),
        "begun_on": day_text(check.begun_on),
        "finished_on": day_text(check.finished_on),
        "one_day": "x" if check.begun_on == check.finished_on else "",
        "count": two_digits(sum(each.outcome != CheckOutcome.ABSENT for each in rows)),
        "result": check.result,
        "subjects": [
            {
                "ordinal": str(place),
                "name": each.organisation.name,
                "checked_on": day_text(each.checked_on),
                "outcome": each.get_outcome_display(),
                "findings": _violations(each),
            }
            for place, each in enumerate(rows, start=1)
        ],
    }


def _result_missing(check: StateCheck, on: date) -> str:
    if check.state == REPORTED:
        return ""
    state = CHECK_FLOW.by_value[check.state]
    return gettext("Cuộc kiểm tra ở trạng thái “%(state)s”. Ghi báo cáo kết quả rồi lập thông báo.") % {
        "state": state.label
    }


def _result_had_already(check: StateCheck, on: date) -> str:
    papers = Paper.objects.in_force_for(StateCheck).filter(object_id=check.pk, kind="check-result")
    if (paper := papers.select_related("number").first()) is None:
        return ""
    return gettext("Cuộc kiểm tra đã có thông báo kết quả số %(number)s.") % {"number": paper.number_text}


def _check_named(data: Any) -> str:
    return str(data["check"])


_SUBJECTS: Final = (
    PrintedRows(CheckedPlace, ("check_case", "code", "organisation"), "check_case"),
    PrintedRows(Organisation, ("name",), "state_checks__check_case"),
)
_IN_SENTENCE: Final = TemplateVariable(
    "check_in_sentence",
    _("Nội dung kiểm tra, viết trong câu"),
    "đo lường, chất lượng xăng dầu năm 2023",
)
DECISION: Final = declare_paper_kind(
    PaperKind(
        code="check-decision",
        label=_("Quyết định kiểm tra đo lường, chất lượng"),
        model=StateCheck,
        template=FOLDER / "check-decision.toml",
        book=DECISIONS,
        pattern="{number}/QĐ-SKHCN",
        who=rules.quality_staff,
        context=_decision_context,
        missing=_decision_missing,
        had_already=_decision_had_already,
        on_issue=_decided,
        on_withdraw=_decision_withdrawn,
        given_to=_check_named,
        printed=(
            PrintedRows(StateCheck, ("subject", "field", "venue", "plan", "planned_on")),
            *_SUBJECTS,
            PrintedRows(CheckPlan, ("number",), "checks"),
            PrintedRows(CheckMember, ("check_case", "person", "role"), "check_case"),
            PrintedRows(Person, ("full_name", "degree"), "state_checks__check_case"),
        ),
        variables=(
            TemplateVariable("check", _("Nội dung kiểm tra"), "Đo lường, chất lượng xăng dầu năm 2023"),
            _IN_SENTENCE,
            TemplateVariable("field", _("Lĩnh vực")),
            TemplateVariable("venue", _("Địa bàn"), "tỉnh Bắc Kạn"),
            TemplateVariable("plan", _("Số của kế hoạch"), "12/KH-SKHCN"),
            TemplateVariable("planned_on", _("Ngày dự kiến bắt đầu"), "06/3/2023"),
            TemplateVariable(
                "subjects",
                _("Cơ sở được kiểm tra"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("name", _("Tên cơ sở"), "Công ty Cổ phần A"),
                ),
            ),
            TemplateVariable(
                "team",
                _("Đoàn kiểm tra"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("name", _("Họ và tên"), "Nguyễn Văn A"),
                    TemplateVariable("role", _("Nhiệm vụ"), "Trưởng đoàn"),
                ),
            ),
        ),
    )
)
RESULT: Final = declare_paper_kind(
    PaperKind(
        code="check-result",
        label=_("Thông báo kết quả kiểm tra"),
        model=StateCheck,
        template=FOLDER / "check-result.toml",
        book=NOTICES,
        pattern="{number}/TB-SKHCN",
        who=rules.quality_staff,
        context=_result_context,
        missing=_result_missing,
        had_already=_result_had_already,
        given_to=_check_named,
        printed=(
            PrintedRows(
                StateCheck,
                ("subject", "decision_number", "decided_on", "begun_on", "finished_on", "result"),
            ),
            *_SUBJECTS,
            PrintedRows(CheckedPlace, ("checked_on", "outcome"), "check_case"),
            PrintedRows(
                CheckFinding,
                ("code", "subject", "item", "checked", "failed", "finding"),
                "subject__check_case",
            ),
            PrintedRows(CheckSample, ("code", "subject", "product", "conforms"), "subject__check_case"),
        ),
        variables=(
            TemplateVariable("check", _("Nội dung kiểm tra"), "Đo lường, chất lượng xăng dầu năm 2023"),
            _IN_SENTENCE,
            TemplateVariable("decision", _("Số quyết định"), "05/QĐ-SKHCN"),
            TemplateVariable("decided_on", _("Ngày quyết định"), "01/3/2023"),
            TemplateVariable("begun_on", _("Ngày bắt đầu kiểm tra"), "06/3/2023"),
            TemplateVariable("finished_on", _("Ngày kiểm tra xong"), "24/3/2023"),
            TemplateVariable("one_day", _("Kiểm tra trong một ngày thì là “x”")),
            TemplateVariable("count", _("Số cơ sở"), "08"),
            TemplateVariable("result", _("Kết quả kiểm tra")),
            TemplateVariable(
                "subjects",
                _("Cơ sở được kiểm tra"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("name", _("Tên cơ sở"), "Công ty Cổ phần A"),
                    TemplateVariable("checked_on", _("Ngày kiểm tra"), "07/3/2023"),
                    TemplateVariable("outcome", _("Kết luận"), "Chấp hành tốt"),
                    TemplateVariable("findings", _("Vi phạm, mẫu thử nghiệm")),
                ),
            ),
        ),
    )
)
