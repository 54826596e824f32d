"""A database whose migrations have the names of this version's, and whose tables are others.

Until the first release a first migration may be edited (docs/adr/0024); a database made before keeps its name on record, so the
names alone say that nothing is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Sequence

# Table, column, and whether each new row has to bring a value for it.
_COLUMNS: Final = {
    "sqlite": """
        SELECT m.name, c.name, c."notnull" AND c.dflt_value IS NULL AND c.hidden = 0
        FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'""",
    "postgresql": """
        SELECT t.relname, c.attname, c.attnotnull AND NOT c.atthasdef AND c.attidentity = ''
        FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
        WHERE t.relkind IN ('r', 'p') AND pg_table_is_visible(t.oid) AND c.attnum > 0 AND NOT c.attisdropped""",
}
_SHOWN: Final = 5


def structure_differences(database: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Columns that the models need and the database lacks, and those that each new row has to fill and no model knows, such as
    "parties_roleright.role_id", in the order of the alphabet. To be asked where no migration is missing.
    """
    expected: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            columns = {field.column for field in model._meta.local_concrete_fields if field.column}
            expected.setdefault(model._meta.db_table, set()).update(columns)
    connection = connections[database]
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS[connection.vendor])
        found = {(table, column): bool(needed) for table, column, needed in cursor.fetchall()}
    known = {(table, column) for table, columns in expected.items() for column in columns}
    lacking = known - found.keys()
    unknown = {each for each, needed in found.items() if needed and each[0] in expected} - known
    return sorted(f"{table}.{column}" for table, column in lacking | unknown)


def explain_differences(found: Sequence[str]) -> str:
    """What to do where :func:`structure_differences` found something."""
    more = ", …" if len(found) > _SHOWN else ""
    return (
        "Cơ sở dữ liệu này do một bản thử cũ hơn tạo ra: tên các bước cập nhật giống bản này, nhưng bảng và cột thì khác, nên bản này không dùng "
        f"được ({len(found)} chỗ khác: {', '.join(found[:_SHOWN])}{more}). Dữ liệu trong đó không bị xóa. Cần dữ liệu ấy: cài lại đúng bản phần mềm đã tạo "
        "ra nó. Chỉ dùng thử: bắt đầu với cơ sở dữ liệu trống (đổi tên thư mục KHCN_DATA, hoặc đặt DATABASE_URL sang một cơ sở dữ liệu mới), rồi "
        "chạy khcn init hoặc khcn demo. / This database was made by an older trial version whose tables are others: use that version, or "
        "begin with an empty database."
    )
