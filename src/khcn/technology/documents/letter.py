"""The letter in which the department gives its opinion on the technology of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.parties.models import Organisation
from khcn.technology import operations, rules
from khcn.technology.enums import Conclusion, TransferStanding
from khcn.technology.models import InvestmentProject, TechnologyOpinion
from khcn.technology.workflow import OPINION_FLOW, RECEIVED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

FOLDER: Final = Path(__file__).parent.parent / "papers"


def _context(opinion: TechnologyOpinion, on: date) -> dict[str, Any]:
    project = opinion.project
    return {
        "addressee": opinion.asked_by.name,
        "project": project.name,
        "investor": project.investor.name if project.investor else "",
        "technology": project.technology,
        "stage_in_words": opinion.get_stage_display().lower(),
        "request_number": opinion.request_number,
        "requested_on": day_text(opinion.requested_on),
        "conclusion": opinion.get_conclusion_display(),
        "content": opinion.content,
    }


def _missing(opinion: TechnologyOpinion, on: date) -> str:
    if opinion.state != RECEIVED and not opinion.answer_number:
        state = OPINION_FLOW.by_value[opinion.state]
        return gettext("Ý kiến ở trạng thái “%(state)s” nên không lập văn bản trả lời.") % {
            "state": state.label
        }
    return operations.why_without_conclusion(opinion) or _why_without_reasons(opinion)


def _why_without_reasons(opinion: TechnologyOpinion) -> str:
    """Why the letter would not say enough, or what the law excludes; "" where it may go."""
    if opinion.conclusion == Conclusion.NOT_AGREED:
        text = gettext("Kết luận “%(conclusion)s” thì ghi lý do ở ô Nội dung ý kiến rồi mới lập văn bản.")
        return "" if opinion.content.strip() else text % {"conclusion": opinion.get_conclusion_display()}
    if opinion.project.standing == TransferStanding.PROHIBITED:
        return gettext(
            "Dự án ghi công nghệ cấm chuyển giao nên không thống nhất được. Xem lại danh mục công nghệ của dự án hoặc kết luận."
        )
    if opinion.conclusion == Conclusion.WITH_CHANGES and not opinion.content.strip():
        return gettext("Ghi những điểm đề nghị hoàn thiện ở ô Nội dung ý kiến rồi mới lập văn bản.")
    return ""


def _had_already(opinion: TechnologyOpinion, on: date) -> str:
    if not opinion.answer_number:
        return ""
    return gettext("Ý kiến đã có văn bản trả lời số %(number)s.") % {"number": opinion.answer_number}


def _issued(*, record: TechnologyOpinion, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.answer(opinion=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: TechnologyOpinion, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_answer(opinion=record, number=paper.number_text, actor=actor, on=on)


def _addressee(data: Mapping[str, Any]) -> str:
    return str(data["addressee"])


LETTER: Final = declare_paper_kind(
    PaperKind(
        code="technology-opinion",
        label=_("Văn bản ý kiến về công nghệ"),
        model=TechnologyOpinion,
        template=FOLDER / "opinion-letter.toml",
        book=operations.LETTER_BOOK,
        pattern="{number}/SKHCN-QLCN",
        who=rules.technology_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_addressee,
        printed=(
            PrintedRows(
                TechnologyOpinion,
                ("project", "stage", "asked_by", "request_number", "requested_on", "conclusion", "content"),
            ),
            PrintedRows(InvestmentProject, ("name", "investor", "technology"), "opinions", changes_only=True),
            PrintedRows(Organisation, ("name",), "technology_opinions", changes_only=True),
            PrintedRows(Organisation, ("name",), "investment_projects__opinions", changes_only=True),
        ),
        variables=(
            TemplateVariable("addressee", _("Cơ quan lấy ý kiến"), "Sở Kế hoạch và Đầu tư"),
            TemplateVariable("project", _("Tên dự án"), "Nhà máy chế biến gỗ"),
            TemplateVariable("investor", _("Chủ đầu tư"), "Công ty Cổ phần A"),
            TemplateVariable("technology", _("Công nghệ, dây chuyền chính")),
            TemplateVariable("stage_in_words", _("Giai đoạn, viết thường"), "dự án đầu tư"),
            TemplateVariable("request_number", _("Số văn bản lấy ý kiến"), "123/SKHĐT-TĐ"),
            TemplateVariable("requested_on", _("Ngày văn bản lấy ý kiến"), "10/5/2023"),
            TemplateVariable("conclusion", _("Kết luận"), "Thống nhất về công nghệ"),
            TemplateVariable("content", _("Nội dung ý kiến")),
        ),
    )
)
