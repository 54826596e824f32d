"""Accounts, rules and background work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from khcn.config.doctor.diagnosis import Diagnosis, error, good, warning
from khcn.kernel.actors import Role
from khcn.kernel.backup.condition import backup_condition
from khcn.kernel.deadlines.startup_checks import missing_rules
from khcn.kernel.jobs.daily import late_daily_work
from khcn.kernel.jobs.heartbeat import SILENCE, last_heartbeat
from khcn.parties.models import User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


def accounts(_at: datetime) -> Iterator[Diagnosis]:
    """Somebody can administer."""
    active = User.objects.filter(is_active=True)
    administrators = active.filter(role=Role.ADMIN.value).count()
    if not administrators:
        yield error("Chưa có tài khoản quản trị nào.", "Chạy khcn init.")
    elif administrators == 1:
        yield warning(
            "Chỉ có một tài khoản quản trị: người ấy quên mật khẩu hay nghỉ thì không ai cấp lại được.",
            "Tạo tài khoản quản trị thứ hai ở Hệ thống, mục Tài khoản.",
        )
    else:
        yield good(f"{active.count()} tài khoản, {administrators} quản trị")


def log_anchors(_at: datetime) -> Iterator[Diagnosis]:
    """The head of the change log goes where nobody who holds this machine can write it anew (docs/adr/0015)."""
    if not settings.ANCHOR_MAIL:
        yield warning(
            f"Mốc nhật ký chỉ nằm ở {settings.ANCHORS}, cạnh khóa niêm phong: ai chiếm được máy này viết lại được cả nhật ký mà không ai biết.",
            "Đặt KHCN_ANCHOR_MAIL là hộp thư của người giữ ở ngoài (lãnh đạo, thanh tra), và máy chủ thư KHCN_SMTP.",
        )
    elif not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield warning(
            f"KHCN_ANCHOR_MAIL có, nhưng chưa đặt máy chủ thư: mốc nhật ký không ra khỏi máy này ({settings.EMAIL_FILE_PATH}).",
            "Đặt KHCN_SMTP.",
        )
    else:
        yield good(f"Mỗi ngày gửi tới {', '.join(settings.ANCHOR_MAIL)}")


def rules(at: datetime) -> Iterator[Diagnosis]:
    """Each deadline has its rule."""
    if missing := missing_rules(on=timezone.localdate(at)):
        yield error(f"Thiếu tham số quy định: {', '.join(missing)}.", "Chạy khcn rules.")
    else:
        yield good("Đủ cho mọi thời hạn")


def background_work(at: datetime) -> Iterator[Diagnosis]:
    """The scheduler runs, and nightly work has been done."""
    beat = last_heartbeat()
    if beat is None or at - beat > SILENCE:
        when = f"lần cuối {timezone.localtime(beat):%H:%M %d/%m/%Y}" if beat else "chưa chạy lần nào"
        yield error(
            f"Công việc nền không chạy ({when}): không nhắc hạn, không sao lưu.",
            "Khởi động dịch vụ: systemctl restart khcn; xem journalctl -u khcn.",
        )
    elif beat - at > SILENCE:
        yield error(
            f"Công việc nền ghi giờ {timezone.localtime(beat):%H:%M %d/%m/%Y}, sau giờ hiện nay.",
            "Xem mục Đồng hồ.",
        )
    elif late := late_daily_work(at=at):
        yield error(
            f"Việc hằng ngày chưa xong từ hôm qua: {', '.join(late)}.",
            "Xem journalctl -u khcn để biết vì sao.",
        )
    else:
        yield good("Đang chạy")


def backups(at: datetime) -> Iterator[Diagnosis]:
    """The last good one, and the last good rehearsal."""
    condition = backup_condition(at=at)
    if condition.is_beside_data:
        yield warning(
            f"Mọi bộ sao lưu ({condition.folder}) nằm cùng ổ đĩa với dữ liệu ({settings.DATA}): hỏng ổ là mất cả hai.",
            "Gắn ổ của máy khác làm KHCN_BACKUP_FOLDER, hoặc đặt KHCN_BACKUP_SECOND_FOLDER ở đó.",
        )
    if condition.last_backup and condition.last_rehearsal is None and len(condition.warnings) == 1:
        yield warning(condition.warnings[0], "Hệ thống tự phục hồi thử trong đêm; mai xem lại.")
        return
    for text in condition.warnings:
        yield error(text, "Xem docs/howto/back-up-and-restore.md; chạy thử khcn backup.")
    if not condition.warnings and condition.last_backup:
        yield good(f"Lần đạt gần nhất {timezone.localtime(condition.last_backup.finished_at):%H:%M %d/%m/%Y}")
