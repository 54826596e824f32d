"""Variables, folder and disk."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from khcn.config.doctor.diagnosis import Diagnosis, HealthLevel, error, good, warning
from khcn.config.variables import known_variables
from khcn.kernel.files.virus_scan import scanner_answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_GIBIBYTE: Final = 1 << 30
_LEAST_FREE: Final = 2 * _GIBIBYTE
_ENOUGH_FREE: Final = 10 * _GIBIBYTE


def settings_of_environment(_at: datetime) -> Iterator[Diagnosis]:
    """Variables that the program does not know, and those that do not go together."""
    unknown = sorted(
        name for name in os.environ if name.startswith("KHCN_") and name not in known_variables()
    )
    if unknown:
        yield error(
            f"Biến không có trong hệ thống: {', '.join(unknown)}.",
            "Sửa tên cho đúng (gõ nhầm thì cài đặt ấy không có tác dụng), hoặc xóa dòng.",
        )
    if settings.DEBUG:
        yield error(
            "KHCN_DEBUG đang bật: trang báo lỗi cho người lạ xem mã nguồn và dữ liệu.", "Xóa biến KHCN_DEBUG."
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield error("KHCN_HOSTS là *: máy chủ nhận mọi tên, kể cả tên giả.", "Ghi đúng các tên của máy chủ.")
    if settings.HTTPS and (
        plain := [each for each in settings.CSRF_TRUSTED_ORIGINS if each.startswith("http:")]
    ):
        yield error(
            f"KHCN_TRUSTED_ORIGINS nhận biểu mẫu của trang không mã hóa: {', '.join(plain)}.",
            "Ghi địa chỉ https, hoặc bỏ đi: ai ở giữa đường cũng sửa được trang không mã hóa.",
        )
    if not settings.HTTPS:
        yield warning(
            "KHCN_HTTPS chưa bật: mật khẩu và dữ liệu đi trên mạng không được mã hóa.",
            "Đặt nginx với chứng thư ở trước (deploy/nginx), rồi đặt KHCN_HTTPS=1 và KHCN_TRUSTED_PROXY=127.0.0.1.",
        )
    elif settings.TRUSTED_PROXY is None:
        yield error(
            "KHCN_HTTPS bật mà không có KHCN_TRUSTED_PROXY: mọi trang bị chuyển hướng mãi.",
            "Đặt KHCN_TRUSTED_PROXY là địa chỉ của proxy (nginx cùng máy: 127.0.0.1).",
        )
    else:
        yield good(f"HTTPS qua proxy {settings.TRUSTED_PROXY}, tên máy chủ {settings.ALLOWED_HOSTS[0]}")


def data_folder(_at: datetime) -> Iterator[Diagnosis]:
    """Nobody else may read it, and this account may write to it."""
    folder = Path(settings.DATA)
    if not folder.exists():
        yield error(f"Không có thư mục {folder}.", "Tạo thư mục, thuộc tài khoản của dịch vụ, quyền 700.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield error(f"Không ghi được vào {folder}.", "Cho tài khoản của dịch vụ làm chủ thư mục (chown -R).")
        return
    open_to_others = [path for path in (folder, folder / "secret-key") if path.exists() and _is_open(path)]
    if open_to_others:
        yield error(
            f"Người khác trên máy đọc được: {', '.join(map(str, open_to_others))}.",
            "chmod 700 thư mục, chmod 600 tệp khóa.",
        )
    else:
        yield good(f"{folder}, chỉ tài khoản của dịch vụ đọc được")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """The disk of one folder, in bytes."""

    key: str
    name: str
    folder: Path
    free: int
    total: int

    @property
    def level(self) -> HealthLevel:
        """Whether there is room."""
        if self.free < _LEAST_FREE:
            return HealthLevel.ERROR
        enough = min(_ENOUGH_FREE, self.total // 10)
        return HealthLevel.WARNING if self.free < enough else HealthLevel.GOOD

    def __str__(self) -> str:
        free, total = self.free / _GIBIBYTE, self.total / _GIBIBYTE
        return f"Ổ đĩa của thư mục {self.name} ({self.folder}): còn {free:.1f} GB trên {total:.0f} GB"


def disk_spaces() -> Iterator[DiskSpace]:
    """The disks of data, backups and temporary files. Raises OSError."""
    folders = (
        ("data", "dữ liệu", Path(settings.DATA)),
        ("backup", "sao lưu", settings.BACKUP_FOLDER),
        ("temporary", "tạm", Path(tempfile.gettempdir())),
    )
    for key, name, folder in folders:
        if folder is not None and folder.exists():
            usage = shutil.disk_usage(folder)
            yield DiskSpace(key, name, folder, usage.free, usage.total)


def disk(_at: datetime) -> Iterator[Diagnosis]:
    """Room for data, backups and temporary files."""
    for space in disk_spaces():
        if space.level is HealthLevel.ERROR:
            yield error(str(space), "Dọn hoặc thêm đĩa ngay: đầy đĩa thì không ghi được gì nữa.")
        elif space.level is HealthLevel.WARNING:
            yield warning(str(space), "Dọn hoặc thêm đĩa.")
        else:
            yield good(str(space))


def virus_scanner(_at: datetime) -> Iterator[Diagnosis]:
    """What people send is looked at before it is stored (S25)."""
    if not settings.CLAMAV:
        yield warning(
            "Không quét vi-rút tệp gửi lên.",
            "Cài clamav-daemon và clamav-freshclam, rồi đặt KHCN_CLAMAV=unix:/run/clamav/clamd.ctl.",
        )
        return
    try:
        answers, reason = scanner_answers(), ""
    except OSError as fault:
        answers, reason = False, f": {fault}"
    if answers:
        yield good(f"ClamAV trả lời ở {settings.CLAMAV}")
    else:
        yield error(
            f"ClamAV không trả lời ở {settings.CLAMAV}{reason}: không ai gửi được tệp.",
            "systemctl restart clamav-daemon; xem journalctl -u clamav-daemon.",
        )
