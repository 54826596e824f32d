"""What is wrong with this installation, in words for the person who runs it: `./khcn doctor`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.db import Error, connection

from khcn.config.doctor import connections, database, machine, web, work
from khcn.config.doctor.diagnosis import Diagnosis, HealthLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    Check = Callable[[datetime], Iterator[Diagnosis]]

log = logging.getLogger(__name__)

WITHOUT_DATABASE: Final = (
    ("Biến cài đặt", machine.settings_of_environment),
    ("Thư mục dữ liệu", machine.data_folder),
    ("Đĩa", machine.disk),
    ("Dịch vụ web", web.service),
    ("Tên miền và HTTPS", web.public_address),
    ("Máy chủ thư", web.mail_server),
    ("Nhà cung cấp định danh", web.identity_provider),
    ("Quét vi-rút", machine.virus_scanner),
    ("Nơi nhận sự kiện", connections.receivers),
    ("Tin nhắn SMS", connections.sms_gateway),
    ("Mốc nhật ký", work.log_anchors),
)
WITH_DATABASE: Final = (
    ("Cài đặt cơ sở dữ liệu", database.settings_of_server),
    ("Mã hóa đường nối", connections.encryption),
    ("Cấu trúc cơ sở dữ liệu", database.structure),
    ("Ghi cơ sở dữ liệu", database.writing),
    ("Quyền của tài khoản cơ sở dữ liệu", database.rights),
    ("Nhật ký của PostgreSQL", database.archiving),
    ("Kho truy xuất của tỉnh khác", database.other_provinces),
    ("Lược đồ cơ sở dữ liệu", database.schema),
    ("Số kho", database.id_slot),
    ("Đồng hồ", database.clock),
    ("Tài khoản người dùng", work.accounts),
    ("Tham số quy định", work.rules),
    ("Công việc nền", work.background_work),
    ("Sao lưu", work.backups),
)


BY_NETWORK: Final = frozenset(
    {web.service, web.public_address, web.mail_server, web.identity_provider, machine.virus_scanner}
)
"""They connect to something, and may wait for it for many seconds."""
OF_MONITORING: Final = frozenset(
    {machine.disk, database.writing, work.rules, work.background_work, work.backups}
)
"""Monitoring (`khcn.config.monitoring.condition`) names the same."""


def examine(
    at: datetime, *, without: frozenset[Check] = frozenset()
) -> Iterator[tuple[str, list[Diagnosis]]]:
    """The title of each check and what it found, in the order of looking."""
    for title, check in WITHOUT_DATABASE:
        if check not in without:
            yield title, _found(check, at)
    try:
        connection.ensure_connection()
    except Error as fault:
        text = f"Không nối được tới cơ sở dữ liệu: {str(fault).strip()}"
        yield (
            "Cơ sở dữ liệu",
            [
                Diagnosis(
                    HealthLevel.ERROR, text, "Kiểm tra máy chủ cơ sở dữ liệu có chạy không, và DATABASE_URL."
                )
            ],
        )
        return
    for title, check in WITH_DATABASE:
        if check in without:
            continue
        found = _found(check, at)
        yield title, found
        if check is database.structure and any(each.level is HealthLevel.ERROR for each in found):
            return  # what follows reads tables that may not be there


def _found(check: Check, at: datetime) -> list[Diagnosis]:
    """A check that cannot be carried out is a finding too."""
    try:
        return list(check(at))
    except (OSError, Error) as fault:
        log.debug("%s", check.__name__, exc_info=True)
        return [
            Diagnosis(
                HealthLevel.ERROR, f"Không kiểm tra được: {str(fault).strip()}", "Xem nhật ký của dịch vụ."
            )
        ]
