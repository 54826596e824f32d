"""The submission with the list of titles and rewards that an occasion proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.numbers import two_digits
from khcn.office import operations, rules
from khcn.office.documents.appointment import FOLDER
from khcn.office.enums import DecisionLevel
from khcn.office.models import EmulationNomination, EmulationRound
from khcn.office.operations.numbers import SUBMISSION_BOOK
from khcn.parties.models import OrgUnit, Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


def _whom(nomination: EmulationNomination) -> str:
    return nomination.person.printed_name if nomination.person else str(nomination.unit)


def _proposed(emulation_round: EmulationRound) -> QuerySet[EmulationNomination]:
    """The titles that others decide about; those that the director decides about himself are in no submission."""
    return emulation_round.nominations.exclude(level=DecisionLevel.DEPARTMENT)


def _goes_above(nomination: EmulationNomination, paper: Any) -> bool:
    return nomination.level != DecisionLevel.DEPARTMENT


def _context(emulation_round: EmulationRound, on: date) -> dict[str, Any]:
    found = list(_proposed(emulation_round).select_related("person", "unit").order_by("code"))
    levels = {each.level for each in found}
    return {
        # What the state gives goes by way of the province.
        "to_province": "x" if levels - {DecisionLevel.MINISTRY} else "",
        "to_ministry": "x" if DecisionLevel.MINISTRY in levels else "",
        "round_name": emulation_round.name,
        "round_year": str(emulation_round.year),
        "met_on": day_text(emulation_round.met_on),
        "count": two_digits(len(found)),
        "nominations": [
            {
                "ordinal": str(place),
                "whom": _whom(each),
                "title": each.get_title_display(),
                "level": each.get_level_display(),
                "achievement": each.achievement,
            }
            for place, each in enumerate(found, start=1)
        ],
    }


def _missing(emulation_round: EmulationRound, on: date) -> str:
    if not emulation_round.nominations.exists():
        return gettext("Đợt chưa có đề nghị danh hiệu, khen thưởng nào.")
    if not _proposed(emulation_round).exists():
        return gettext("Đề nghị của đợt đều do Giám đốc Sở quyết định nên không có tờ trình.")
    if emulation_round.submitted_on is None:
        return operations.why_not_sent_on(emulation_round, on)
    return ""


def _had_already(emulation_round: EmulationRound, on: date) -> str:
    return gettext("Hồ sơ của đợt đã gửi.") if emulation_round.submitted_on is not None else ""


def _issued(*, record: EmulationRound, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.send(emulation_round=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: EmulationRound, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_submission(emulation_round=record, number=paper.number_text, actor=actor)


def _round_named(data: Mapping[str, Any]) -> str:
    return str(data["round_name"])


SUBMISSION: Final = declare_paper_kind(
    PaperKind(
        code="emulation-submission",
        label=_("Tờ trình, danh sách đề nghị danh hiệu thi đua"),
        model=EmulationRound,
        template=FOLDER / "emulation-submission.toml",
        book=SUBMISSION_BOOK,
        pattern="{number}/TTr-SKHCN",
        who=rules.office_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_round_named,
        printed=(
            PrintedRows(EmulationRound, ("name", "year", "met_on")),
            PrintedRows(
                EmulationNomination,
                ("code", "title", "level", "person", "unit", "achievement"),
                "round",
                counts=_goes_above,
            ),
            PrintedRows(Person, ("full_name", "degree"), "emulation_nominations__round", changes_only=True),
            PrintedRows(OrgUnit, ("name",), "emulation_nominations__round", changes_only=True),
        ),
        variables=(
            TemplateVariable("round_name", _("Tên đợt"), "Tổng kết năm 2023"),
            TemplateVariable("round_year", _("Năm của đợt"), "2023"),
            TemplateVariable("to_province", _("Gửi UBND tỉnh thì là “x”"), "x"),
            TemplateVariable("to_ministry", _("Gửi Bộ thì là “x”"), "x"),
            TemplateVariable("met_on", _("Ngày Hội đồng thi đua họp"), "10/01/2023"),
            TemplateVariable("count", _("Số đề nghị"), "02"),
            TemplateVariable(
                "nominations",
                _("Danh sách đề nghị"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("whom", _("Cá nhân, tập thể"), "ThS. Nguyễn Văn A"),
                    TemplateVariable("title", _("Danh hiệu, hình thức"), "Bằng khen"),
                    TemplateVariable("level", _("Cấp quyết định"), "Chủ tịch UBND tỉnh, UBND tỉnh"),
                    TemplateVariable("achievement", _("Thành tích")),
                ),
            ),
        ),
    )
)
