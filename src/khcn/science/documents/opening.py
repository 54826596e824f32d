"""The minutes of the opening of a call: who was there, and what had been handed in, by whom and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text, short_date
from khcn.kernel.text.times import format_time
from khcn.parties.models import Organisation, Person
from khcn.science import rules
from khcn.science.documents.minutes import FOLDER
from khcn.science.models import ProposalCall, ScienceTask, Submission
from khcn.science.workflow import RECEIVED

if TYPE_CHECKING:
    from datetime import date, datetime

    from khcn.kernel.papers.models import Paper

_BOOK: Final = "BBMHS-SKHCN"  # a book of its own, as other minutes have; no record bears the number


def _moment(at: datetime | None) -> str:
    """The minute and the day, as papers write them."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{format_time(local.time())} ngày {short_date(local.date())}"


def _who(submission: Submission) -> str:
    names = (submission.organisation, submission.person)
    return "; ".join(str(each) for each in names if each is not None)


def _how(submission: Submission) -> str:
    """Of paper also when it was typed: the moment at which it came is what the person who typed it says."""
    if not submission.entered_from_paper:
        return "nộp trên hệ thống"
    return f"hồ sơ giấy, ghi vào hệ thống lúc {_moment(submission.created_at)}"


def _context(call: ProposalCall, on: date) -> dict[str, Any]:
    """Titles are not printed: that of an envelope is typed once it was opened."""
    rows = call.submissions.filter(state__in=RECEIVED).select_related("organisation", "person")
    found = list(rows.order_by("submitted_at", "pk"))
    on_paper = sum(each.entered_from_paper for each in found)
    return {
        "opened": _moment(call.opened_at),
        "people": [{"name": line.strip()} for line in call.present.splitlines() if line.strip()],
        "call": call.title,
        "code": call.code,
        "kind": str(call.get_kind_display()),
        "task": call.task.title if call.task else "",
        "task_code": call.task.code if call.task else "",
        "opens_on": day_text(call.opens_on),
        "closes": call.closes_in_words,
        "extensions": call.extensions.replace("\n", "; "),
        "sealed": "x" if call.is_sealed else "",
        "total": f"{len(found):02}",
        "on_paper": f"{on_paper:02}",
        "late": f"{sum(each.is_late for each in found):02}",
        "has_paper": "x" if on_paper else "",
        "submissions": [
            {
                "receipt": each.receipt,
                "who": _who(each),
                "at": _moment(each.submitted_at),
                "how": _how(each),
                "late": "nộp muộn" if each.is_late else "",
            }
            for each in found
        ],
    }


def _missing(call: ProposalCall, on: date) -> str:
    if call.opened_at is None or call.state not in {"opened", "closed"}:
        return gettext("Thông báo chưa mở hồ sơ. Bấm “Mở hồ sơ”, ghi người dự rồi lập biên bản.")
    opened_on = timezone.localtime(call.opened_at).date()
    if opened_on > on:
        return gettext("Hồ sơ mở ngày %(day)s, sau ngày của biên bản.") % {"day": day_text(opened_on)}
    return ""


def _is_listed(row: Submission, paper: Paper) -> bool:
    """Was it handed in? A draft is in no minutes."""
    return row.state in RECEIVED


def _handed_in(row: Organisation | Person, paper: Paper) -> bool:
    """Did they hand in for the call? Who only wrote a draft is not named."""
    return row.submissions.filter(call=paper.object_id, state__in=RECEIVED).exists()


OPENING: Final = declare_paper_kind(
    PaperKind(
        code="opening-minutes",
        label=_("Biên bản mở hồ sơ"),
        model=ProposalCall,
        template=FOLDER / "opening-minutes.toml",
        book=_BOOK,
        pattern="{number}/BB-MHS",
        who=rules.science_staff,
        signer_capacity="NGƯỜI CHỦ TRÌ MỞ HỒ SƠ",
        context=_context,
        missing=_missing,
        printed=(
            PrintedRows(
                ProposalCall,
                (
                    *("code", "kind", "title", "task", "opens_on", "closes_on", "closes_time"),
                    *("is_sealed", "extensions", "opened_at", "present"),
                ),
            ),
            PrintedRows(
                Submission,
                (
                    *("organisation", "person", "receipt", "submitted_at", "is_late"),
                    "entered_from_paper",
                ),
                "call",
                _is_listed,
            ),
            PrintedRows(ScienceTask, ("code", "title"), "calls", changes_only=True),
            PrintedRows(Organisation, ("name",), "submissions__call", _handed_in, changes_only=True),
            PrintedRows(Person, ("full_name",), "submissions__call", _handed_in, changes_only=True),
        ),
        variables=(
            TemplateVariable("opened", _("Mở hồ sơ lúc"), "09 giờ 20 ngày 05/7/2022"),
            TemplateVariable(
                "people",
                _("Người dự mở hồ sơ"),
                rows=(
                    TemplateVariable("name", _("Họ tên, chức vụ, cơ quan"), "Bà A, Phòng Quản lý khoa học"),
                ),
            ),
            TemplateVariable("call", _("Tên thông báo")),
            TemplateVariable("code", _("Mã thông báo"), "TB-2023-01"),
            TemplateVariable("kind", _("Loại thông báo"), "Tuyển chọn"),
            TemplateVariable("task", _("Tên nhiệm vụ")),
            TemplateVariable("task_code", _("Mã nhiệm vụ"), "24-05"),
            TemplateVariable("opens_on", _("Nhận hồ sơ từ ngày"), "16/5/2022"),
            TemplateVariable("closes", _("Hạn nộp"), "17 giờ 00 ngày 30/6/2022"),
            TemplateVariable("extensions", _("Gia hạn nhận hồ sơ")),
            TemplateVariable("sealed", _("Niêm phong: có chữ nếu thông báo niêm phong"), "x"),
            TemplateVariable("total", _("Số hồ sơ đã nhận"), "03"),
            TemplateVariable("on_paper", _("Số hồ sơ giấy"), "01"),
            TemplateVariable("late", _("Số hồ sơ nộp muộn"), "00"),
            TemplateVariable("has_paper", _("Có hồ sơ giấy: có chữ nếu có"), "x"),
            TemplateVariable(
                "submissions",
                _("Hồ sơ đã nhận"),
                rows=(
                    TemplateVariable("receipt", _("Số biên nhận"), "HS-2022-01"),
                    TemplateVariable("who", _("Tổ chức, cá nhân nộp")),
                    TemplateVariable("at", _("Nộp lúc"), "09 giờ 20 ngày 20/6/2022"),
                    TemplateVariable("how", _("Hình thức nộp"), "nộp trên hệ thống"),
                    TemplateVariable("late", _("Nộp muộn"), "nộp muộn"),
                ),
            ),
        ),
    )
)
