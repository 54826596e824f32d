"""Mail about requests to take part in traceability, and to parties about recalls, each on its own, so that one that fails leaves the
others; text messages about recalls; the nightly look at all reports; and what goes to the national portal.
"""

from __future__ import annotations

import logging
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods.models import ParticipationRequest, RecallNotice
from khcn.goods.operations.outbox.messages import look_at_all_lots, note_lot
from khcn.goods.operations.outbox.sending import send_waiting
from khcn.goods.operations.recall_notices import (
    drill_in_words,
    ending_mailed,
    is_mail_due,
    lots_in_words,
    mailed,
)
from khcn.goods.operations.scans import remove_old_scans, take_over_scans
from khcn.goods.operations.supervision import look_at_reports
from khcn.goods.operations.text_messages.sending import send_waiting_texts
from khcn.goods.operations.text_messages.texts import link_of
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.jobs.daily import daily
from khcn.kernel.jobs.recurring import name_work, recurring
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

name_work("khcn.goods.jobs.send_participation_mail", gettext_lazy("Thư trả lời đăng ký tham gia truy xuất"))
name_work("khcn.goods.jobs.mail_notice", gettext_lazy("Gửi thư thông báo thu hồi"))
name_work("khcn.goods.jobs.mail_ending", gettext_lazy("Gửi thư báo kết thúc thu hồi"))

daily("khcn.goods.jobs.count_scans", at=time(0, 40), title=gettext_lazy("Cộng lượt quét nhãn theo ngày"))
name_work("khcn.goods.jobs.note_for_portal", gettext_lazy("Xem tin gửi Cổng quốc gia của một lô"))

daily("khcn.goods.jobs.look_at_portal", at=time(2, 40), title=gettext_lazy("Rà tin gửi Cổng quốc gia"))
recurring(
    "khcn.goods.jobs.send_to_portal", every=timedelta(seconds=5), title=gettext_lazy("Gửi Cổng quốc gia")
)
recurring(
    "khcn.goods.jobs.send_text_messages",
    every=timedelta(seconds=5),
    title=gettext_lazy("Gửi tin nhắn SMS báo thu hồi"),
)
daily("khcn.goods.jobs.supervise", at=time(2, 20), title=gettext_lazy("Giám sát truy xuất"))


@in_vietnamese
def count_scans(context: JobContext) -> None:
    """Take over how often labels were looked up until yesterday, and remove days that are older than the rule says."""
    on = timezone.localtime(context.now()).date()
    take_over_scans(actor=SYSTEM, on=on)
    while remove_old_scans(actor=SYSTEM, on=on) and not context.stopping.is_set():
        pass


@in_vietnamese
def supervise(context: JobContext) -> None:
    """Ask the rules of supervision about the reports of all parties, each night."""
    look_at_reports(actor=SYSTEM, on=timezone.localtime(context.now()).date())


@in_vietnamese
def note_for_portal(lot: int, on: str) -> None:
    """Make the message that the national portal lacks about a lot that changed on a day."""
    note_lot(lot, actor=SYSTEM, on=date.fromisoformat(on))


@in_vietnamese
def look_at_portal(context: JobContext) -> None:
    """The same for all lots, each night: what changed without a word of its own, such as the address of a producer."""
    look_at_all_lots(actor=SYSTEM, on=timezone.localtime(context.now()).date())


@in_vietnamese
def send_to_portal(context: JobContext) -> bool:
    """Send what waits, where the switch is on."""
    return send_waiting(context)


@in_vietnamese
def send_text_messages(context: JobContext) -> bool:
    """Text those who have recalled goods, where there is a gateway."""
    return send_waiting_texts(context)


@in_vietnamese
def mail_notice(notice: int) -> None:
    """Send one notice, unless its recall has ended before; no transaction is open while the mail server is asked."""
    found = RecallNotice.objects.select_related("party", "recall").get(pk=notice)
    if not is_mail_due(found) or found.recall.ended_on is not None:
        return
    fault = ""
    try:
        _message(found).send()
    except OSError as error:
        log.exception("no mail about recall notice %s", notice)
        fault = type(error).__name__
    with transaction.atomic():
        mailed(notice=locked(RecallNotice, notice), fault=fault, actor=SYSTEM, on=found.issued_on)


@in_vietnamese
def mail_ending(notice: int) -> None:
    """Mail to one party once that the recall it was informed of is over."""
    found = RecallNotice.objects.select_related("party").get(pk=notice)
    if found.ended_on is None or not found.email or found.ending_delivery:
        return
    fault = ""
    try:
        _ending_message(found).send()
    except OSError as error:
        log.exception("no mail about the end of recall notice %s", notice)
        fault = type(error).__name__
    with transaction.atomic():
        ending_mailed(notice=locked(RecallNotice, notice), fault=fault, actor=SYSTEM)


def _ending_message(notice: RecallNotice) -> EmailMessage:
    kind = _("[DIỄN TẬP] kết thúc thu hồi") if notice.is_drill else _("KẾT THÚC THU HỒI")
    return _mail_about(notice, kind, [notice.ending, _("Xem thông báo tại:")])


def _message(notice: RecallNotice) -> EmailMessage:
    if notice.is_drill:
        return _drill_message(notice)
    texts = [_("Lý do: %(reason)s") % {"reason": notice.reason}]
    if notice.answer_by is None:
        texts.append(_("Ngừng bán, giao, dùng các lô này; đếm số còn giữ và trả lời tại:"))
    else:
        stop = _("Ngừng bán, giao, dùng các lô này; đếm số còn giữ và trả lời chậm nhất ngày %(day)s tại:")
        texts.append(stop % {"day": format_date(notice.answer_by)})
    return _mail_about(notice, _("THU HỒI"), texts)


def _drill_message(notice: RecallNotice) -> EmailMessage:
    """Asks to count and to answer, and orders nothing: the goods are sold on."""
    texts = [_("Tình huống giả định: %(reason)s") % {"reason": notice.reason}]
    if notice.answer_by is None:
        texts.append(_("Đếm số còn giữ của các lô này và trả lời tại:"))
    else:
        count = _("Đếm số còn giữ của các lô này và trả lời chậm nhất ngày %(day)s tại:")
        texts.append(count % {"day": format_date(notice.answer_by)})
    return _mail_about(notice, _("[DIỄN TẬP] thu hồi"), texts, first=(drill_in_words(), ""))


def _mail_about(
    notice: RecallNotice, kind: str, texts: Sequence[str], *, first: Sequence[str] = ()
) -> EmailMessage:
    lines = [
        _("Kính gửi %(party)s,") % {"party": notice.party.name},
        "",
        *first,
        _("%(kind)s hàng hóa:") % {"kind": kind},
        *(f"- {each}" for each in lots_in_words(notice)),
        *texts,
        link_of(notice),
    ]
    subject = f"{kind}: {notice.goods} ({notice.code})"
    return EmailMessage(subject=" ".join(subject.split()), body="\n".join(lines), to=[notice.email])


@in_vietnamese
def send_participation_mail(request: int) -> None:
    """Tell who asked what was decided, where an address is known."""
    asked = ParticipationRequest.objects.get(pk=request)
    if not asked.email:
        return
    words = {"code": asked.code, "name": asked.name, "reason": asked.refusal_reason}
    if asked.party is None:
        text = _("Sở chưa nhận đăng ký %(code)s của %(name)s. Lý do: %(reason)s")
    else:
        text = _(
            "Sở đã xác nhận %(name)s tham gia truy xuất nguồn gốc (đăng ký %(code)s). Người quản trị sẽ cấp tài khoản và báo cho "
            "người liên hệ."
        )
    subject = _("Trả lời đăng ký tham gia truy xuất %(code)s") % words
    send_mail(subject, f"{text % words}\n\n{settings.PUBLIC_URL}\n", None, [asked.email])
