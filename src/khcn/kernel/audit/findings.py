"""What a verification of the log can find, in words for the people who have to act on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SHOWN_AT_MOST: Final = 200


class FindingKind(TextChoices):
    """What was done to the log, or to a record without an entry in the log."""

    CHANGED = "changed", _("Lượt ghi bị sửa")
    DELETED = "deleted", _("Lượt ghi bị xóa ở giữa nhật ký")
    TRUNCATED = "truncated", _("Nhật ký bị cắt mất phần cuối")
    INSERTED = "inserted", _("Lượt ghi bị chèn thêm, không do chương trình ghi")
    REORDERED = "reordered", _("Lượt ghi bị đổi chỗ")
    SEAL = "seal", _("Dấu niêm phong bị sửa")
    UNKEYED = "unkeyed", _("Lượt ghi được nối vào nhật ký mà không có khóa niêm phong")
    REWRITTEN = "rewritten", _("Nhật ký khác với mốc đã lưu bên ngoài")
    ANCHORS = "anchors", _("Tệp mốc có dòng không do hệ thống này ghi")
    STALE = "stale", _("Mốc bên ngoài đã cũ hơn 26 giờ")
    NO_ANCHORS = "no_anchors", _("Không còn mốc bên ngoài")
    RECORD_CHANGED = "record_changed", _("Bản ghi bị sửa ngoài chương trình")
    RECORD_DELETED = "record_deleted", _("Bản ghi bị xóa ngoài chương trình")
    RECORD_INSERTED = "record_inserted", _("Bản ghi được thêm ngoài chương trình")
    DOCUMENT_CHANGED = "document_changed", _("Văn bản đã ký, đã cấp bị sửa hoặc mất")
    DEADLINE_CHANGED = "deadline_changed", _("Thời hạn đang lưu khác với thời hạn tính từ hồ sơ")
    NUMBER_CHANGED = "number_changed", _("Số cuối của sổ cấp số không khớp các số đã cấp")


@dataclass(frozen=True, slots=True)
class LogFinding:
    """One thing that does not agree. ``what`` names it exactly; ``entry`` is the row of the log, if it is one."""

    kind: FindingKind
    what: str
    entry: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"kind": self.kind.value, "what": self.what, "entry": self.entry}

    def __str__(self) -> str:
        return f"{self.kind.label}: {self.what}"


@dataclass(slots=True)
class Verdict:
    """What a verification came to. ``notices`` agree with the log, and should be looked at all the same."""

    entries: int = 0
    records: int = 0
    findings: list[LogFinding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        return not self.findings
