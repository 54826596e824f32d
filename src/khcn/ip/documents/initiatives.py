"""What is printed of initiatives: the decision that recognises those of a round, and the certificate of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Prefetch, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.ip import operations, rules
from khcn.ip.enums import InitiativeLevel
from khcn.ip.models import Initiative, InitiativeAuthor, InitiativeRound
from khcn.ip.workflow import INITIATIVE_FLOW, PROPOSED, RECOGNISED, share_text
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.numbers import two_digits
from khcn.parties.models import Organisation, Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

FOLDER: Final = Path(__file__).parent.parent / "papers"
CERTIFICATE_BOOK: Final = "GCNSK-SKHCN"


def _names(initiative: Initiative) -> str:
    return ", ".join(each.person.printed_name for each in initiative.authors.all())


def _of_round(review_round: InitiativeRound) -> list[Initiative]:
    """Those that the council proposed; with a decision of this system also those that it is about, not those of another one."""
    own = Q(state=RECOGNISED, decision_number__in=operations.decision_numbers(review_round.pk))
    rows = review_round.initiatives.filter(Q(state=PROPOSED) | own).select_related("organisation")
    authors = InitiativeAuthor.objects.select_related("person").order_by("ordinal", "pk")
    return list(rows.prefetch_related(Prefetch("authors", authors)).order_by("code"))


def _decision_context(review_round: InitiativeRound, on: date) -> dict[str, Any]:
    found = _of_round(review_round)
    return {
        "round_name": review_round.name,
        "round_year": str(review_round.year),
        "considered_on": day_text(review_round.considered_on),
        "count": str(len(found)),
        "count_two_digits": two_digits(len(found)),
        "recognised": [
            {
                "ordinal": str(place),
                "title": each.title,
                "authors": _names(each),
                "organisation": each.organisation.name if each.organisation else "",
            }
            for place, each in enumerate(found, start=1)
        ],
    }


def _decision_missing(review_round: InitiativeRound, on: date) -> str:
    if review_round.level != InitiativeLevel.BASE:
        return gettext(
            "Sáng kiến cấp tỉnh do UBND tỉnh quyết định: bấm “Ghi quyết định công nhận” ở từng sáng kiến."
        )
    if not _of_round(review_round):
        return gettext("Đợt xét chưa có sáng kiến nào được Hội đồng đề nghị công nhận.")
    return ""


def _decision_had_already(review_round: InitiativeRound, on: date) -> str:
    if review_round.initiatives.filter(state=PROPOSED).exists():
        return ""
    return gettext("Các sáng kiến của đợt xét đã có quyết định công nhận.")


def _decision_issued(*, record: InitiativeRound, paper: Paper, actor: Actor, on: date) -> None:
    operations.recognise_round(
        review_round=record,
        number=paper.number_text,
        actor=actor,
        on=on,
        instead_of=paper.replaces.number_text if paper.replaces else "",
    )


def _decision_withdrawn(*, record: InitiativeRound, paper: Paper, actor: Actor, on: date) -> None:
    notice = paper.withdrawals.filter(number__isnull=False).latest("pk")
    operations.reopen_round(
        review_round=record, number=paper.number_text, notice=notice.number_text, actor=actor, on=on
    )


def _round_named(data: Mapping[str, Any]) -> str:
    return str(data["round_name"])


DECISION: Final = declare_paper_kind(
    PaperKind(
        code="initiative-decision",
        label=_("Quyết định công nhận sáng kiến cấp cơ sở"),
        model=InitiativeRound,
        template=FOLDER / "initiative-decision.toml",
        book=DECISIONS,
        pattern="{number}/QĐ-SKHCN",
        who=rules.ip_staff,
        context=_decision_context,
        missing=_decision_missing,
        had_already=_decision_had_already,
        on_issue=_decision_issued,
        on_withdraw=_decision_withdrawn,
        given_to=_round_named,
        printed=(
            PrintedRows(InitiativeRound, ("name", "level", "year", "considered_on")),
            PrintedRows(Initiative, ("title", "organisation"), "round", changes_only=True),
            PrintedRows(
                InitiativeAuthor, ("initiative", "person", "ordinal"), "initiative__round", changes_only=True
            ),
            PrintedRows(
                Person, ("full_name", "degree"), "initiative_shares__initiative__round", changes_only=True
            ),
            PrintedRows(Organisation, ("name",), "initiatives__round", changes_only=True),
        ),
        variables=(
            TemplateVariable("round_name", _("Tên đợt xét"), "Đợt 1 năm 2023"),
            TemplateVariable("round_year", _("Năm của đợt xét"), "2023"),
            TemplateVariable("considered_on", _("Ngày Hội đồng họp"), "20/6/2023"),
            TemplateVariable("count", _("Số sáng kiến"), "2"),
            TemplateVariable("count_two_digits", _("Số sáng kiến, ít nhất hai chữ số"), "02"),
            TemplateVariable(
                "recognised",
                _("Sáng kiến được công nhận"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("title", _("Tên sáng kiến")),
                    TemplateVariable("authors", _("Tác giả"), "ThS. Nguyễn Văn A, CN. Trần Thị B"),
                    TemplateVariable("organisation", _("Đơn vị áp dụng")),
                ),
            ),
        ),
    )
)


def _certificate_context(initiative: Initiative, on: date) -> dict[str, Any]:
    return {
        "title": initiative.title,
        "organisation": initiative.organisation.name if initiative.organisation else "",
        "level_in_words": initiative.round.get_level_display().lower(),
        "decision_number": initiative.decision_number,
        "decided_on": day_text(initiative.decided_on),
        "effect": initiative.effect,
        "authors": [
            {
                "ordinal": str(place),
                "person": each.person.printed_name,
                "share": f"{share_text(each.share)} %",
            }
            for place, each in enumerate(
                initiative.authors.select_related("person").order_by("ordinal", "pk"), start=1
            )
        ],
    }


def _certificate_missing(initiative: Initiative, on: date) -> str:
    if initiative.state == RECOGNISED:
        return ""
    state = INITIATIVE_FLOW.by_value[initiative.state]
    return gettext("Sáng kiến ở trạng thái “%(state)s”: công nhận rồi mới cấp giấy chứng nhận.") % {
        "state": state.label
    }


def _title_named(data: Mapping[str, Any]) -> str:
    return str(data["title"])


CERTIFICATE: Final = declare_paper_kind(
    PaperKind(
        code="initiative-certificate",
        label=_("Giấy chứng nhận sáng kiến"),
        model=Initiative,
        template=FOLDER / "initiative-certificate.toml",
        book=CERTIFICATE_BOOK,
        pattern="{number}/GCNSK-SKHCN",
        who=rules.ip_staff,
        context=_certificate_context,
        missing=_certificate_missing,
        given_to=_title_named,
        printed=(
            PrintedRows(Initiative, ("title", "organisation", "decision_number", "decided_on", "effect")),
            PrintedRows(InitiativeRound, ("level",), "initiatives"),
            PrintedRows(InitiativeAuthor, ("person", "ordinal", "share"), "initiative"),
            PrintedRows(Person, ("full_name", "degree"), "initiative_shares__initiative", changes_only=True),
            PrintedRows(Organisation, ("name",), "initiatives", changes_only=True),
        ),
        variables=(
            TemplateVariable("title", _("Tên sáng kiến")),
            TemplateVariable("organisation", _("Đơn vị áp dụng")),
            TemplateVariable("level_in_words", _("Cấp công nhận, viết thường"), "cấp tỉnh"),
            TemplateVariable("decision_number", _("Số quyết định công nhận"), "713/QĐ-UBND"),
            TemplateVariable("decided_on", _("Ngày quyết định"), "24/4/2023"),
            TemplateVariable("effect", _("Hiệu quả áp dụng")),
            TemplateVariable(
                "authors",
                _("Tác giả"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("person", _("Họ và tên"), "ThS. Nguyễn Văn A"),
                    TemplateVariable("share", _("Tỷ lệ đóng góp"), "60 %"),
                ),
            ),
        ),
    )
)
