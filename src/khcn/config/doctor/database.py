"""The server of the database: whether it loses nothing, has the right structure, and gives this program no more than it needs."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from khcn.config.doctor.diagnosis import Diagnosis, error, good, warning
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.backup.schema import unknown_migrations
from khcn.kernel.database_roles import too_many_rights
from khcn.kernel.id_slots.sequences import stored_slot, stray_sequences
from khcn.kernel.jobs.write_probe import write_and_read
from khcn.kernel.upgrading.other_structure import structure_differences
from khcn.kernel.upgrading.pending_migrations import pending_migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
_OLDEST: Final = 14  # version of PostgreSQL
_FULL: Final = (2, 3)  # PRAGMA synchronous: FULL, EXTRA
_SLOW: Final = 1.0  # seconds
_SAME_TIME: Final = timedelta(seconds=5)


def _value(query: str, *values: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return row[0] if row else None


def settings_of_server(_at: datetime) -> Iterator[Diagnosis]:
    """What has been acknowledged has to be on the disk (R3)."""
    if connection.vendor == "sqlite":
        if _value("PRAGMA synchronous") not in _FULL or _value("PRAGMA journal_mode") != "wal":
            yield error(
                "SQLite không ghi chắc xuống đĩa (synchronous, journal_mode).",
                "Dùng cài đặt của phần mềm, đừng đổi.",
            )
        else:
            yield good("SQLite, ghi chắc xuống đĩa")
        yield warning(
            "Cơ sở dữ liệu là tệp SQLite: hợp để dùng thử và cơ quan nhỏ.",
            "Nhiều người dùng thì đặt PostgreSQL.",
        )
        return
    version = int(str(_value("SHOW server_version_num"))) // 10000
    if version < _OLDEST:
        yield error(f"PostgreSQL {version} quá cũ.", f"Nâng lên PostgreSQL {_OLDEST} trở lên.")
    careless = [name for name in _DURABLE if _value("SELECT current_setting(%s)", name) == "off"]
    if careless:
        yield error(
            f"PostgreSQL đang tắt {', '.join(careless)}: mất điện là mất dữ liệu đã báo là đã lưu.",
            "Bật lại trong postgresql.conf rồi khởi động lại máy chủ cơ sở dữ liệu.",
        )
    else:
        yield good(f"PostgreSQL {version}, ghi chắc xuống đĩa")


def writing(at: datetime) -> Iterator[Diagnosis]:
    """Everybody who saves something waits so long for the disk."""
    began = time.perf_counter()
    write_and_read(at)
    took = time.perf_counter() - began
    if took > _SLOW:
        yield warning(
            f"Ghi một dòng mất {took:.1f} giây: đĩa của cơ sở dữ liệu chậm, hoặc việc khác đang ghi lâu. Ai lưu gì cũng phải đợi như vậy.",
            "Xem iostat -x 5 (cột w_await) và việc gì khác đang ghi vào đĩa ấy; đặt dữ liệu ở đĩa SSD riêng.",
        )
    else:
        yield good(f"Ghi một dòng mất {took * 1000:.0f} ms")


def structure(_at: datetime) -> Iterator[Diagnosis]:
    """The migrations of this version, and the columns that they make."""
    pending, unknown = pending_migrations(), unknown_migrations()
    if pending:
        yield error(
            f"Còn {len(pending)} bước cập nhật cấu trúc: {', '.join(pending[:5])}.", "Chạy khcn upgrade."
        )
    elif unknown:
        yield error(
            f"Cơ sở dữ liệu của một bản phần mềm mới hơn: {', '.join(unknown[:5])}.",
            "Cài lại đúng bản phần mềm đã chạy lần cuối.",
        )
    elif differences := structure_differences():
        yield error(
            f"Cơ sở dữ liệu do một bản thử cũ hơn tạo ra, {len(differences)} cột khác với bản này: {', '.join(differences[:5])}.",
            "Cần dữ liệu ấy thì cài lại đúng bản đã tạo ra nó; chỉ dùng thử thì đổi tên thư mục KHCN_DATA hoặc đặt DATABASE_URL sang cơ sở dữ liệu mới, "
            "rồi chạy khcn init.",
        )
    else:
        yield good("Đúng với bản phần mềm này")


def rights(_at: datetime) -> Iterator[Diagnosis]:
    """The role that answers requests may not change the log or events (S16), and sees since when others write (ADR 0015)."""
    if connection.vendor != "postgresql":
        return
    if settings.OWNER_DATABASE is None:
        yield warning(
            "Một tài khoản cơ sở dữ liệu làm mọi việc, sửa được cả nhật ký.",
            "Tách hai tài khoản như hướng dẫn cài đặt (KHCN_OWNER_DATABASE_URL).",
        )
        return
    if possible := too_many_rights():
        yield error(
            f"Tài khoản của dịch vụ sửa được dòng chỉ được ghi thêm: {', '.join(possible[:5])}.",
            "Chạy khcn migrate để đặt lại quyền.",
        )
    elif not _value("SELECT pg_has_role('pg_read_all_stats', 'MEMBER')"):
        yield error(
            "Tài khoản của dịch vụ không thuộc vai trò pg_read_all_stats: niêm phong nhật ký có thể sót dòng.",
            "Bằng tài khoản postgres: GRANT pg_read_all_stats TO khcn.",
        )
    else:
        yield good("Không sửa được cấu trúc, nhật ký và sự kiện")


def schema(_at: datetime) -> Iterator[Diagnosis]:
    """Names of tables are looked for in one schema only: those of another installation must not be found."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schemas(false)")
        ((names,),) = cursor.fetchall()
    if len(names) > 1:
        yield warning(
            f"DATABASE_URL tìm bảng trong nhiều lược đồ: {', '.join(names)}.",
            f"Chỉ nêu một lược đồ: thêm ?currentSchema={names[0]} vào DATABASE_URL.",
        )
    else:
        yield good(f"Lược đồ {names[0]}")


def id_slot(_at: datetime) -> Iterator[Diagnosis]:
    """Keys of rows have to be those of the slot, or the database cannot be merged with another one later (ADR 0032)."""
    if connection.vendor != "postgresql":
        return
    slot = stored_slot()
    if slot is None:
        yield error("Cơ sở dữ liệu chưa có số kho.", "Chạy khcn migrate.")
    elif settings.ID_SLOT not in {None, slot}:
        yield error(
            f"KHCN_ID_SLOT={settings.ID_SLOT}, còn cơ sở dữ liệu mang số kho {slot}.",
            f"Sửa biến thành {slot} hoặc bỏ đi.",
        )
    elif strays := stray_sequences(slot):
        yield error(
            f"{len(strays)} dãy số không theo số kho {slot}: {', '.join(strays[:5])}.", "Chạy khcn migrate."
        )
    else:
        yield good(f"Số kho {slot}")


def clock(at: datetime) -> Iterator[Diagnosis]:
    """A clock that runs ahead or has jumped spoils deadlines, numbers of papers and nightly work (R17)."""
    server = at
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            server = cursor.fetchone()[0]
        if abs(server - timezone.now()) > _SAME_TIME:
            yield error(
                f"Đồng hồ máy này và máy cơ sở dữ liệu lệch nhau {abs(server - timezone.now()).total_seconds():.0f} giây.",
                "Bật đồng bộ giờ (systemd-timesyncd hoặc chrony) ở cả hai máy.",
            )
            return
    try:
        with transaction.atomic():
            last = ChangeEntry.objects.order_by("-at").values_list("at", flat=True).first()
    except DatabaseError:  # no tables yet, which `structure` names
        return
    if last is not None and last - at > _SAME_TIME:
        yield error(
            f"Nhật ký có dòng ghi lúc {timezone.localtime(last):%H:%M %d/%m/%Y}, sau giờ hiện nay của máy.",
            "Đồng hồ đang chậm, hoặc đã có lúc chạy nhanh. Đặt lại giờ, xem các việc đã làm trong lúc sai giờ.",
        )
    else:
        yield good(f"{timezone.localtime(at):%H:%M %d/%m/%Y}")


def archiving(at: datetime) -> Iterator[Diagnosis]:
    """Whether the database can be brought back to a moment (R10): each segment of its log reaches the archive."""
    if connection.vendor != "postgresql":
        return
    if _value("SHOW archive_mode") == "off":
        yield warning(
            "Chưa giữ nhật ký của PostgreSQL: hỏng đĩa thì mất việc từ bản sao lưu đêm qua.",
            "Đặt pgBackRest theo docs/van-hanh/phuc-hoi-theo-gio.md.",
        )
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_archived_time, last_failed_time, last_failed_wal FROM pg_stat_archiver")
        archived, failed, segment = cursor.fetchone()
    if failed is not None and (archived is None or failed > archived):
        yield error(
            f"PostgreSQL không chuyển được nhật ký {segment} vào kho (lần cuối thử {timezone.localtime(failed):%H:%M %d/%m/%Y}).",
            "Xem kho có gắn và còn chỗ không; chạy: runuser --user postgres -- pgbackrest --stanza=khcn check",
        )
    elif archived is None:
        yield warning("PostgreSQL chưa chuyển đoạn nhật ký nào vào kho.", "Đợi năm phút rồi chạy lại doctor.")
    else:
        yield good(f"Chuyển vào kho lần cuối {timezone.localtime(archived):%H:%M %d/%m/%Y}")


def other_provinces(_at: datetime) -> Iterator[Diagnosis]:
    """Stores that ``KHCN_PROVINCES`` names answer, and their rows have other keys than ours (ADR 0032, 0033)."""
    taken = {stored_slot(): "máy này"}
    if settings.VIEWING_ONLY and not settings.PROVINCES:
        yield error(
            "Bản cài đặt chỉ xem (KHCN_VIEWING_ONLY=1) mà không nêu kho của tỉnh nào.",
            "Nêu các kho ở KHCN_PROVINCES (docs/van-hanh/trung-uong.md).",
        )
    for code, alias in settings.PROVINCES.items():
        try:
            slot = stored_slot(alias)
        except DatabaseError as fault:
            yield error(
                f"Không hỏi được kho của tỉnh {code}: {str(fault).strip()}.",
                "Kiểm tra KHCN_PROVINCES, mạng, và quyền đọc (docs/traceability.md).",
            )
            continue
        if slot in taken or slot is None:
            yield error(
                f"Kho của tỉnh {code} mang số kho {slot}, trùng với {taken.get(slot, 'kho khác')}: không được hỏi, vì bên của tỉnh này "
                "sẽ bị coi là bên của tỉnh kia.",
                "Số kho đặt một lần khi khởi tạo (KHCN_ID_SLOT), mỗi nơi một số; kho đã có dữ liệu thì không đổi được.",
            )
        else:
            taken[slot] = f"tỉnh {code}"
            yield good(f"Tỉnh {code}, số kho {slot}")
