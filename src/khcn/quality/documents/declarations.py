"""The notice that a conformity declaration was received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.department_books import NOTICES
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.parties.models import Organisation
from khcn.quality import operations, rules
from khcn.quality.documents.checks import FOLDER
from khcn.quality.models import ConformityDeclaration, Standard
from khcn.quality.workflow import DECLARATION_FLOW, RECEIVED

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


def _context(declaration: ConformityDeclaration, on: date) -> dict[str, Any]:
    return {
        "kind_in_words": declaration.get_kind_display().lower(),
        "declarer": declaration.organisation.name,
        "address": declaration.organisation.address,
        "product": declaration.product,
        "standard": declaration.standard.number,
        "title": declaration.standard.title,
        "basis": declaration.get_basis_display().lower(),
        "received_on": day_text(declaration.received_on),
        "valid_until": day_text(declaration.valid_until),
    }


def _missing(declaration: ConformityDeclaration, on: date) -> str:
    if declaration.state == RECEIVED or declaration.notice_number:
        return ""
    state = DECLARATION_FLOW.by_value[declaration.state]
    return gettext("Hồ sơ công bố ở trạng thái “%(state)s” nên không lập thông báo tiếp nhận.") % {
        "state": state.label
    }


def _had_already(declaration: ConformityDeclaration, on: date) -> str:
    if not declaration.notice_number:
        return ""
    return gettext("Hồ sơ đã có thông báo tiếp nhận số %(number)s.") % {"number": declaration.notice_number}


def _issued(*, record: ConformityDeclaration, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.accept(declaration=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: ConformityDeclaration, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_notice(declaration=record, number=paper.number_text, actor=actor, on=on)


def _declarer_named(data: Any) -> str:
    return str(data["declarer"])


NOTICE: Final = declare_paper_kind(
    PaperKind(
        code="conformity-notice",
        label=_("Thông báo tiếp nhận hồ sơ công bố hợp chuẩn, hợp quy"),
        model=ConformityDeclaration,
        template=FOLDER / "conformity-notice.toml",
        book=NOTICES,
        pattern="{number}/TB-SKHCN",
        who=rules.quality_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_declarer_named,
        printed=(
            PrintedRows(
                ConformityDeclaration,
                ("kind", "organisation", "product", "standard", "basis", "received_on", "valid_until"),
            ),
            PrintedRows(Organisation, ("name", "address"), "conformity_declarations"),
            PrintedRows(Standard, ("number", "title"), "declarations"),
        ),
        variables=(
            TemplateVariable("kind_in_words", _("Loại công bố, viết thường"), "hợp quy"),
            TemplateVariable("declarer", _("Tổ chức công bố"), "Công ty Cổ phần A"),
            TemplateVariable("address", _("Địa chỉ")),
            TemplateVariable("product", _("Sản phẩm"), "Gạch bê tông"),
            TemplateVariable("standard", _("Số hiệu tiêu chuẩn, quy chuẩn"), "QCVN 16:2019/BXD"),
            TemplateVariable("title", _("Tên tiêu chuẩn, quy chuẩn")),
            TemplateVariable("basis", _("Căn cứ công bố"), "kết quả tự đánh giá"),
            TemplateVariable("received_on", _("Ngày nhận hồ sơ"), "01/6/2023"),
            TemplateVariable("valid_until", _("Giá trị đến ngày"), "01/6/2026"),
        ),
    )
)
