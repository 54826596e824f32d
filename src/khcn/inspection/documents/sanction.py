"""The decision to sanction an administrative violation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.inspection import operations, rules
from khcn.inspection.documents.inspection import FOLDER, party_name
from khcn.inspection.models import AdministrativeViolation
from khcn.inspection.workflow import RECORDED, VIOLATION_FLOW
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.numbers import format_money
from khcn.parties.models import Organisation, Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


def _context(violation: AdministrativeViolation, on: date) -> dict[str, Any]:
    return {
        "offender": party_name(violation),
        "minutes": violation.minutes_number,
        "recorded_on": day_text(violation.recorded_on),
        "behaviour": violation.behaviour,
        "provision": violation.provision,
        "fine": format_money(violation.fine) if violation.fine else "",
        "warning": "" if violation.fine else "cảnh cáo",  # papers are in Vietnamese
        "remedy": violation.remedy,
        "inspectorate": "" if operations.are_checks_only(on) else "TTra",
    }


def _missing(violation: AdministrativeViolation, on: date) -> str:
    if violation.state == RECORDED or violation.decision_number:
        if violation.minutes_number and violation.provision and violation.fine is not None:
            return ""
        return gettext(
            "Vụ việc chưa ghi số biên bản, điều khoản áp dụng hoặc mức phạt (phạt cảnh cáo thì ghi 0). Bổ sung rồi lập quyết định."
        )
    state = VIOLATION_FLOW.by_value[violation.state]
    return gettext("Vụ việc ở trạng thái “%(state)s” nên không lập quyết định xử phạt.") % {
        "state": state.label
    }


def _had_already(violation: AdministrativeViolation, on: date) -> str:
    if not violation.decision_number:
        return ""
    return gettext("Vụ việc đã có quyết định xử phạt số %(number)s.") % {"number": violation.decision_number}


def _issued(*, record: AdministrativeViolation, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.sanction(violation=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: AdministrativeViolation, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_sanction(violation=record, number=paper.number_text, actor=actor, on=on)


def _offender_named(data: Mapping[str, Any]) -> str:
    return str(data["offender"])


SANCTION_DECISION: Final = declare_paper_kind(
    PaperKind(
        code="sanction-decision",
        label=_("Quyết định xử phạt vi phạm hành chính"),
        model=AdministrativeViolation,
        template=FOLDER / "sanction.toml",
        book=operations.SANCTION_BOOK,
        pattern="{number}/QĐ-XPHC",
        who=rules.inspectors,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_offender_named,
        printed=(
            PrintedRows(
                AdministrativeViolation,
                (
                    *("organisation", "person", "minutes_number", "recorded_on"),
                    *("behaviour", "provision", "fine", "remedy"),
                ),
            ),
            PrintedRows(Organisation, ("name",), "violations"),
            PrintedRows(Person, ("full_name", "degree"), "violations"),
        ),
        variables=(
            TemplateVariable("offender", _("Tổ chức, cá nhân vi phạm"), "Công ty Cổ phần A"),
            TemplateVariable("minutes", _("Số biên bản"), "03/BB-VPHC"),
            TemplateVariable("recorded_on", _("Ngày lập biên bản"), "01/6/2023"),
            TemplateVariable("behaviour", _("Hành vi vi phạm")),
            TemplateVariable("provision", _("Điều khoản áp dụng")),
            TemplateVariable("fine", _("Mức phạt"), "5.000.000 đồng"),
            TemplateVariable("warning", _("Hình thức khi không phạt tiền"), "cảnh cáo"),
            TemplateVariable("remedy", _("Biện pháp khắc phục hậu quả")),
            TemplateVariable("inspectorate", _("Nơi lưu của Thanh tra Sở, khi còn"), "TTra"),
        ),
    )
)
