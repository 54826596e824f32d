"""The migrations of this version that the database lacks, and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

if TYPE_CHECKING:
    from collections.abc import Sequence


def pending_migrations() -> list[str]:
    """Migrations of this version that the database of the settings lacks, such as "trace.0001_initial", in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def explain_missing(missing: Sequence[str]) -> str:
    """What to do where the database lacks migrations."""
    return (
        f"Cơ sở dữ liệu này còn thiếu {len(missing)} bước cập nhật cấu trúc. Hệ thống mới cài: chạy khcn init; đã có dữ liệu: chạy "
        "khcn upgrade. Nếu không đúng cơ sở dữ liệu cần dùng, xem lại KHCN_DATA và DATABASE_URL. / The database lacks migrations."
    )
