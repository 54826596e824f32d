"""The decision about the prizes of an edition of a contest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from khcn.ip import operations, rules
from khcn.ip.documents.initiatives import FOLDER
from khcn.ip.models import ContestEdition, ContestEntry
from khcn.ip.workflow import AWARDED
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.numbers import two_digits
from khcn.parties.models import Organisation, Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


def _context(edition: ContestEdition, on: date) -> dict[str, Any]:
    rows = edition.entries.filter(state=AWARDED).select_related("person", "organisation")
    found = list(rows.order_by("prize", "code"))
    return {
        "contest": edition.name,
        "ordinal_of_edition": str(edition.ordinal),
        "contest_year": str(edition.year),
        "count": str(len(found)),
        "count_two_digits": two_digits(len(found)),
        "prizes": [
            {
                "ordinal": str(place),
                "prize": each.get_prize_display(),
                "title": each.title,
                "author": each.person.printed_name,
                "organisation": each.organisation.name if each.organisation else "",
            }
            for place, each in enumerate(found, start=1)
        ],
    }


def _missing(edition: ContestEdition, on: date) -> str:
    return operations.why_without_prizes(edition)


def _contest_named(data: Mapping[str, Any]) -> str:
    return str(data["contest"])


def _has_prize(row: ContestEntry, paper: object) -> bool:
    return row.state == AWARDED


PRIZES: Final = declare_paper_kind(
    PaperKind(
        code="contest-prizes",
        label=_("Quyết định trao giải cuộc thi"),
        model=ContestEdition,
        template=FOLDER / "contest-prizes.toml",
        book=DECISIONS,
        pattern="{number}/QĐ-SKHCN",
        who=rules.ip_staff,
        context=_context,
        missing=_missing,
        given_to=_contest_named,
        printed=(
            PrintedRows(ContestEdition, ("name", "ordinal", "year")),
            PrintedRows(
                ContestEntry,
                ("title", "prize", "state", "person", "organisation"),
                "edition",
                _has_prize,
            ),
            PrintedRows(Person, ("full_name", "degree"), "contest_entries__edition", changes_only=True),
            PrintedRows(Organisation, ("name",), "contest_entries__edition", changes_only=True),
        ),
        variables=(
            TemplateVariable("contest", _("Tên cuộc thi"), "Cuộc thi Khởi nghiệp đổi mới sáng tạo"),
            TemplateVariable("ordinal_of_edition", _("Lần thứ"), "3"),
            TemplateVariable("contest_year", _("Năm tổ chức"), "2023"),
            TemplateVariable("count", _("Số giải"), "2"),
            TemplateVariable("count_two_digits", _("Số giải, ít nhất hai chữ số"), "02"),
            TemplateVariable(
                "prizes",
                _("Các giải"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("prize", _("Giải thưởng"), "Giải nhất"),
                    TemplateVariable("title", _("Tên bài dự thi")),
                    TemplateVariable("author", _("Tác giả, trưởng nhóm"), "CN. Nguyễn Văn A"),
                    TemplateVariable("organisation", _("Đơn vị")),
                ),
            ),
        ),
    )
)
