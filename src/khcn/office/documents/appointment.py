"""The decision to appoint, or to appoint again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.office import operations, rules
from khcn.office.enums import APPOINTMENTS, NAMED_BY_UNIT, DecisionLevel
from khcn.office.models import PersonnelEvent
from khcn.office.operations.terms_of_office import last_days_in_office
from khcn.office.workflow import DROPPED
from khcn.parties.models import OrgUnit, Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

FOLDER: Final = Path(__file__).parent.parent / "papers"


def _context(event: PersonnelEvent, on: date) -> dict[str, Any]:
    last_day = last_days_in_office([event]).get(event.pk)
    return {
        "act": event.get_kind_display(),
        "act_in_words": event.get_kind_display().lower(),
        "staff_kind": event.get_staff_kind_display().lower(),
        "person": event.person.printed_name,
        "position": event.post_name or event.get_position_display(),
        "unit": event.unit.name,
        "effective_on": day_text(event.effective_on),
        "last_day": day_text(last_day) if last_day is not None else "",
    }


def _missing(event: PersonnelEvent, on: date) -> str:
    if event.kind not in APPOINTMENTS:
        return gettext("Quyết định này chỉ lập cho bổ nhiệm, bổ nhiệm lại.")
    if event.level != DecisionLevel.DEPARTMENT:
        return gettext("Cấp khác quyết định: bấm “Ghi quyết định đã ký” khi nhận được quyết định.")
    if event.position in NAMED_BY_UNIT and not event.post_name:
        return gettext("Ghi tên chức vụ như ở quyết định, ví dụ: Chánh Văn phòng, rồi lập quyết định.")
    if event.state == DROPPED:
        return gettext("Việc bổ nhiệm không thực hiện nên không lập quyết định.")
    return ""


def _had_already(event: PersonnelEvent, on: date) -> str:
    if not event.decision_number:
        return ""
    return gettext("Đã có quyết định số %(number)s.") % {"number": event.decision_number}


def _issued(*, record: PersonnelEvent, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.decide(event=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: PersonnelEvent, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_decision(event=record, number=paper.number_text, actor=actor, on=on)


def _person_named(data: Mapping[str, Any]) -> str:
    return str(data["person"])


APPOINTMENT: Final = declare_paper_kind(
    PaperKind(
        code="appointment-decision",
        label=_("Quyết định bổ nhiệm, bổ nhiệm lại"),
        model=PersonnelEvent,
        template=FOLDER / "appointment.toml",
        book=DECISIONS,
        pattern="{number}/QĐ-SKHCN",
        who=rules.office_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_person_named,
        printed=(
            PrintedRows(
                PersonnelEvent,
                (
                    *("kind", "person", "staff_kind", "position", "post_name"),
                    *("unit", "level", "effective_on", "ends_on"),
                ),
            ),
            PrintedRows(Person, ("full_name", "degree"), "personnel_events", changes_only=True),
            PrintedRows(OrgUnit, ("name",), "personnel_events", changes_only=True),
        ),
        variables=(
            TemplateVariable("act", _("Bổ nhiệm hoặc bổ nhiệm lại"), "Bổ nhiệm lại"),
            TemplateVariable("act_in_words", _("Bổ nhiệm hoặc bổ nhiệm lại, chữ thường"), "bổ nhiệm lại"),
            TemplateVariable("staff_kind", _("Đối tượng, chữ thường"), "công chức"),
            TemplateVariable("person", _("Họ và tên"), "ThS. Nguyễn Văn A"),
            TemplateVariable("position", _("Chức vụ"), "Phó Trưởng phòng"),
            TemplateVariable("unit", _("Đơn vị"), "Phòng Quản lý khoa học"),
            TemplateVariable("effective_on", _("Ngày có hiệu lực"), "01/10/2023"),
            TemplateVariable("last_day", _("Ngày cuối của thời hạn giữ chức vụ"), "30/9/2028"),
        ),
    )
)
