"""The decision by which an inspection begins, and the conclusion in which it ends.

Each is a kind of paper of the inspectorate until the law of 2025, and one of the department from the day on which there are
checks only: heads, signers and number books are different ones. The day of a paper says which of the two it is; what replaces
a paper is of its kind on any day.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.inspection import operations, rules
from khcn.inspection.enums import MemberRole, RecommendationKind
from khcn.inspection.models import (
    Inspection,
    InspectionFinding,
    InspectionMember,
    InspectionPlan,
    InspectionSubject,
)
from khcn.inspection.workflow import INSPECTION_FLOW, PLANNED, REPORTED
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.papers.models import Paper
from khcn.kernel.text.dates import day_text, format_date
from khcn.kernel.text.in_sentence import in_sentence
from khcn.kernel.text.numbers import format_money
from khcn.parties.models import Organisation, Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor

FOLDER: Final = Path(__file__).parent.parent / "papers"
_DECISION, _CHECK_DECISION = _("Quyết định thanh tra, kiểm tra"), _("Quyết định kiểm tra của Sở")
_CONCLUSION, _CHECK_CONCLUSION = _("Kết luận thanh tra, kiểm tra"), _("Kết luận kiểm tra của Sở")


def party_name(row: Any) -> str:
    """The organisation or the person that a row is about."""
    if row.organisation is not None:
        return str(row.organisation.name)
    return str(row.person.printed_name) if row.person is not None else ""


def _subjects(inspection: Inspection) -> list[InspectionSubject]:
    return list(inspection.subjects.select_related("organisation", "person").order_by("code"))


def _common(inspection: Inspection) -> dict[str, Any]:
    return {
        "kind_in_words": inspection.get_kind_display().lower(),
        "inspection": inspection.subject,
        "inspection_in_sentence": in_sentence(inspection.subject),
        "field": inspection.get_field_display(),
        "scope": inspection.scope,
        "subjects": [
            {"ordinal": str(place), "name": party_name(each)}
            for place, each in enumerate(_subjects(inspection), start=1)
        ],
    }


def _decision_context(inspection: Inspection, on: date) -> dict[str, Any]:
    members = inspection.members.select_related("person").order_by("pk")
    in_order = sorted(members, key=lambda each: list(MemberRole).index(MemberRole(each.role)))
    return {
        **_common(inspection),
        "plan": inspection.plan.number if inspection.plan is not None else "",
        "working_days": str(inspection.working_days or ""),
        "team": [
            {"ordinal": str(place), "name": each.person.printed_name, "role": each.get_role_display()}
            for place, each in enumerate(in_order, start=1)
        ],
    }


_DEPARTMENT_ISSUES: Final = _(
    "Ngày %(day)s Sở không còn Thanh tra theo quy định, nên văn bản do Sở ban hành. Hãy lập “%(other)s”; dự thảo của "
    "Thanh tra Sở thì bỏ đi."
)
_INSPECTORATE_ISSUES: Final = _(
    "Ngày %(day)s văn bản còn do Thanh tra Sở ban hành theo quy định. Hãy lập “%(other)s”; dự thảo của Sở thì bỏ đi."
)


def _missing(
    lacks: Callable[[Inspection, date], str], number: str, other: StrOrPromise, *, is_department: bool
) -> Callable[[Inspection, date], str]:
    """What a kind of paper lacks: what ``lacks`` says, and for a record that bears no ``number`` yet a day on which its first paper is
    of this kind and not of the ``other`` one.
    """

    def why(inspection: Inspection, on: date) -> str:
        if found := lacks(inspection, on):
            return found
        if getattr(inspection, number) or operations.are_checks_only(on) == is_department:
            return ""
        text = str(_INSPECTORATE_ISSUES if is_department else _DEPARTMENT_ISSUES)
        return text % {"day": format_date(on), "other": other}

    return why


def _decision_missing(inspection: Inspection, on: date) -> str:
    if inspection.state != PLANNED and not inspection.decision_number:
        state = INSPECTION_FLOW.by_value[inspection.state]
        return gettext("Cuộc thanh tra ở trạng thái “%(state)s” nên không lập quyết định.") % {
            "state": state.label
        }
    if inspection.state == PLANNED and (why := operations.why_kind_has_ended(inspection.kind, on)):
        return why
    if not inspection.subjects.exists():
        return gettext("Cuộc thanh tra chưa ghi đối tượng. Bổ sung rồi lập quyết định.")
    if not inspection.members.filter(role=MemberRole.HEAD).exists():
        return gettext("Đoàn thanh tra chưa có trưởng đoàn. Bổ sung rồi lập quyết định.")
    # without them the decision would be silent about it: their sentences are printed only where there is something to say
    empty = [str(_label(name)) for name in ("scope", "working_days") if not getattr(inspection, name)]
    if empty:
        return gettext("Cuộc thanh tra chưa ghi: %(names)s. Bấm “Sửa”, ghi rồi lập quyết định.") % {
            "names": "; ".join(empty)
        }
    return ""


def _label(name: str) -> StrOrPromise:
    return Inspection._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column


def _decision_had_already(inspection: Inspection, on: date) -> str:
    if not inspection.decision_number:
        return ""
    return gettext("Cuộc thanh tra đã có quyết định số %(number)s.") % {"number": inspection.decision_number}


def _decided(*, record: Inspection, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.decide(inspection=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _decision_withdrawn(*, record: Inspection, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_decision(inspection=record, number=paper.number_text, actor=actor, on=on)


def _day_of_decision(inspection: Inspection) -> date | None:
    """The day of the decision whose number is on record: a replacement has a day of its own."""
    papers = Paper.objects.in_force_for(Inspection).filter(object_id=inspection.pk).select_related("number")
    days = [each.issued_on for each in papers if each.number_text == inspection.decision_number]
    return days[0] if days else inspection.decided_on


def _conclusion_context(inspection: Inspection, on: date) -> dict[str, Any]:
    found = InspectionFinding.objects.filter(subject__inspection=inspection)
    rows = found.select_related("subject__organisation", "subject__person").order_by(
        "subject__code", "ordinal"
    )
    return {
        **_common(inspection),
        "decision": inspection.decision_number,
        "decided_on": day_text(_day_of_decision(inspection)),
        "begun_on": day_text(inspection.begun_on),
        "finished_on": day_text(inspection.finished_on),
        "result": inspection.result,
        "no_findings": ""
        if rows
        else "Qua thanh tra, kiểm tra không có kiến nghị.",  # papers are in Vietnamese
        "findings": [
            {
                "ordinal": str(place),
                "name": party_name(each.subject),
                "finding": each.finding,
                "recommendation": _recommended(each),
                "due_on": day_text(each.due_on),
            }
            for place, each in enumerate(rows, start=1)
        ],
    }


def _recommended(finding: InspectionFinding) -> str:
    label = finding.get_recommendation_display()
    if finding.recommendation == RecommendationKind.CORRECT:
        return label
    return f"{label}: {format_money(finding.amount)}"


def _conclusion_missing(inspection: Inspection, on: date) -> str:
    if inspection.state == REPORTED or inspection.conclusion_number:
        return ""
    state = INSPECTION_FLOW.by_value[inspection.state]
    return gettext("Cuộc thanh tra ở trạng thái “%(state)s”. Ghi báo cáo kết quả rồi lập kết luận.") % {
        "state": state.label
    }


def _conclusion_had_already(inspection: Inspection, on: date) -> str:
    if not inspection.conclusion_number:
        return ""
    return gettext("Cuộc thanh tra đã có kết luận số %(number)s.") % {"number": inspection.conclusion_number}


def _concluded(*, record: Inspection, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.conclude(inspection=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _conclusion_withdrawn(*, record: Inspection, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_conclusion(inspection=record, number=paper.number_text, actor=actor, on=on)


_COLUMNS: Final = ("kind", "subject", "field", "scope")
_SUBJECTS: Final = (
    PrintedRows(InspectionSubject, ("inspection", "code", "organisation", "person"), "inspection"),
    PrintedRows(Organisation, ("name",), "inspected_as__inspection"),
)
_COMMON: Final = (
    TemplateVariable("kind_in_words", _("Hình thức, viết thường"), "thanh tra chuyên ngành"),
    TemplateVariable("inspection", _("Nội dung thanh tra"), "Việc thực hiện nhiệm vụ khoa học và công nghệ"),
    TemplateVariable(
        "inspection_in_sentence",
        _("Nội dung thanh tra, viết trong câu"),
        "việc thực hiện nhiệm vụ khoa học và công nghệ",
    ),
    TemplateVariable("field", _("Lĩnh vực")),
    TemplateVariable("scope", _("Thời kỳ được thanh tra"), "năm 2022"),
    TemplateVariable(
        "subjects",
        _("Đối tượng thanh tra"),
        rows=(
            TemplateVariable("ordinal", _("Số thứ tự"), "1"),
            TemplateVariable("name", _("Tên đối tượng"), "Công ty Cổ phần A"),
        ),
    ),
)

_Decision: Final = partial(
    PaperKind,
    model=Inspection,
    who=rules.inspectors,
    context=_decision_context,
    had_already=_decision_had_already,
    on_issue=_decided,
    on_withdraw=_decision_withdrawn,
    printed=(
        PrintedRows(Inspection, (*_COLUMNS, "plan", "working_days")),
        *_SUBJECTS,
        PrintedRows(InspectionPlan, ("number",), "inspections"),
        PrintedRows(InspectionMember, ("inspection", "person", "role"), "inspection"),
        PrintedRows(Person, ("full_name", "degree"), "inspections__inspection"),
        PrintedRows(Person, ("full_name", "degree"), "inspected_as__inspection"),
    ),
    variables=(
        *_COMMON,
        TemplateVariable("plan", _("Số của kế hoạch"), "12/KH-TTr"),
        TemplateVariable("working_days", _("Thời hạn thanh tra (ngày làm việc)"), "15"),
        TemplateVariable(
            "team",
            _("Đoàn thanh tra"),
            rows=(
                TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                TemplateVariable("name", _("Họ và tên"), "Nguyễn Văn A"),
                TemplateVariable("role", _("Nhiệm vụ"), "Trưởng đoàn"),
            ),
        ),
    ),
)
DECISION: Final = declare_paper_kind(
    _Decision(
        code="inspection-decision",
        label=_DECISION,
        template=FOLDER / "decision.toml",
        book=operations.DECISION_BOOK,
        pattern="{number}/QĐ-TTr",
        signer_capacity="CHÁNH THANH TRA",
        missing=_missing(_decision_missing, "decision_number", _CHECK_DECISION, is_department=False),
    )
)
CHECK_DECISION: Final = declare_paper_kind(
    _Decision(
        code="inspection-check-decision",
        label=_CHECK_DECISION,
        template=FOLDER / "check-decision.toml",
        book=DECISIONS,
        pattern="{number}/QĐ-SKHCN",
        missing=_missing(_decision_missing, "decision_number", _DECISION, is_department=True),
    )
)

_Conclusion: Final = partial(
    PaperKind,
    model=Inspection,
    who=rules.inspectors,
    context=_conclusion_context,
    had_already=_conclusion_had_already,
    on_issue=_concluded,
    on_withdraw=_conclusion_withdrawn,
    printed=(
        PrintedRows(
            Inspection,
            (*_COLUMNS, "decision_number", "decided_on", "begun_on", "finished_on", "result"),
        ),
        *_SUBJECTS,
        PrintedRows(Person, ("full_name", "degree"), "inspected_as__inspection"),
        PrintedRows(
            InspectionFinding,
            ("subject", "ordinal", "finding", "recommendation", "amount", "due_on"),
            "subject__inspection",
        ),
    ),
    variables=(
        *_COMMON,
        TemplateVariable("decision", _("Số quyết định"), "05/QĐ-TTr"),
        TemplateVariable("decided_on", _("Ngày quyết định"), "01/3/2023"),
        TemplateVariable("begun_on", _("Ngày công bố quyết định"), "06/3/2023"),
        TemplateVariable("finished_on", _("Ngày kết thúc trực tiếp"), "24/3/2023"),
        TemplateVariable("result", _("Kết quả thanh tra")),
        TemplateVariable("no_findings", _("Lời khi không có kiến nghị")),
        TemplateVariable(
            "findings",
            _("Phát hiện, kiến nghị"),
            rows=(
                TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                TemplateVariable("name", _("Tên đối tượng"), "Công ty Cổ phần A"),
                TemplateVariable("finding", _("Nội dung phát hiện")),
                TemplateVariable("recommendation", _("Kiến nghị"), "Giảm trừ thanh toán: 1.000.000 đồng"),
                TemplateVariable("due_on", _("Hạn thực hiện"), "30/6/2023"),
            ),
        ),
    ),
)
CONCLUSION: Final = declare_paper_kind(
    _Conclusion(
        code="inspection-conclusion",
        label=_CONCLUSION,
        template=FOLDER / "conclusion.toml",
        book=operations.CONCLUSION_BOOK,
        pattern="{number}/KL-TTr",
        signer_capacity="CHÁNH THANH TRA",
        missing=_missing(_conclusion_missing, "conclusion_number", _CHECK_CONCLUSION, is_department=False),
    )
)
CHECK_CONCLUSION: Final = declare_paper_kind(
    _Conclusion(
        code="inspection-check-conclusion",
        label=_CHECK_CONCLUSION,
        template=FOLDER / "check-conclusion.toml",
        book=operations.CHECK_CONCLUSION_BOOK,
        pattern="{number}/KL-SKHCN",
        missing=_missing(_conclusion_missing, "conclusion_number", _CONCLUSION, is_department=True),
    )
)
