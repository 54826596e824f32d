"""Where this installation goes, and whether what goes there is encrypted: databases, receivers of subscriptions, text messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections

from khcn.config.doctor.diagnosis import Diagnosis, error, good, warning
from khcn.config.encrypted_connections import hosts_of, is_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


def encryption(_at: datetime) -> Iterator[Diagnosis]:
    """What the settings ask of databases on other machines is what the server does."""
    for word in sorted(settings.PLAINTEXT):
        yield warning(
            f"KHCN_PLAINTEXT cho phép nối không mã hóa: {word}.",
            "Chỉ để khi đường nối đã được bảo vệ cách khác; mã hóa được thì bỏ đi.",
        )
    database = connections["default"]
    if not is_elsewhere(database.settings_dict):
        yield good("Cơ sở dữ liệu ở máy này")
        return
    places = ", ".join(hosts_of(database.settings_dict))
    with database.cursor() as cursor:
        cursor.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        is_encrypted, version = cursor.fetchone()
    if is_encrypted:
        yield good(f"Cơ sở dữ liệu ở {places}, {version}")
    else:
        yield (warning if "database" in settings.PLAINTEXT else error)(
            f"Đường nối tới cơ sở dữ liệu ở {places} không mã hóa.",
            "Bật ssl ở máy chủ cơ sở dữ liệu, thêm sslmode=verify-full vào DATABASE_URL.",
        )


def receivers(_at: datetime) -> Iterator[Diagnosis]:
    """Machines to which events are sent for subscriptions."""
    if settings.WEBHOOK_HOSTS:
        yield good(f"Chỉ gửi sự kiện tới {', '.join(settings.WEBHOOK_HOSTS)}")
    else:
        yield warning(
            "Gửi sự kiện tới bất kỳ máy nào trên Internet mà bên nhận nêu (máy nội bộ thì không).",
            "Biết trước các bên nhận thì nêu trong KHCN_WEBHOOK_HOSTS.",
        )
    if not settings.NATIONAL_PORTAL_URL:
        return
    if settings.NATIONAL_PORTAL_URL.startswith("https://"):
        yield good(f"Tin của Cổng truy xuất quốc gia gửi tới {settings.NATIONAL_PORTAL_URL}")
    else:
        yield (warning if settings.WEBHOOK_PRIVATE else error)(
            "KHCN_NATIONAL_PORTAL_URL không bắt đầu bằng https: khóa của cơ sở sẽ đi không mã hóa.",
            "Ghi địa chỉ https. Chỉ cổng thử trong mạng nội bộ (KHCN_WEBHOOK_PRIVATE=1) mới nhận tin không mã hóa.",
        )


def sms_gateway(_at: datetime) -> Iterator[Diagnosis]:
    """Text messages about recalls can go out: the key of the gateway can be read, and it travels encrypted."""
    gateway = settings.SMS_GATEWAY
    if gateway is None:
        yield good("Không gửi tin nhắn SMS (KHCN_SMS_URL không đặt)")
        return
    if not gateway.url.startswith("https://"):
        yield warning(
            f"Tin nhắn SMS gửi tới {gateway.host} không mã hóa.",
            "Chỉ để thử trên máy này; dùng thật thì ghi địa chỉ https ở KHCN_SMS_URL.",
        )
    try:
        is_there = bool(gateway.secret()) or not gateway.asks_key
    except (OSError, ValueError) as fault:
        yield error(
            f"Không đọc được khóa của cổng tin nhắn: {fault}.",
            "Kiểm tra KHCN_SMS_KEY_FILE; tài khoản của dịch vụ phải đọc được tệp ấy.",
        )
        return
    if not is_there:
        yield error(
            f"Chưa có khóa của cổng tin nhắn {gateway.host}: không tin nhắn nào gửi được.",
            "Đặt KHCN_SMS_KEY_FILE hoặc bí mật khcn.KHCN_SMS_KEY của systemd.",
        )
    elif not settings.DEPARTMENT_TELEPHONE:
        yield warning(
            f"Tin nhắn SMS gửi tới {gateway.host}, nhưng chưa ghi số điện thoại của Sở: người nhận không biết gọi ai.",
            "Đặt KHCN_DEPARTMENT_TELEPHONE.",
        )
    else:
        yield good(f"Tin nhắn SMS báo thu hồi gửi tới {gateway.host}")
