"""A note beside a SQLite database file, for who is about to copy the file by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

NOTE: Final = "DUNG-CHEP-TAY.txt"
_TEXT: Final = """Đừng chép tay tệp {name}: khi hệ thống chạy, những gì ghi sau cùng nằm ở {name}-wal bên cạnh, nên bản chép thiếu chúng
và không chương trình nào của hệ thống chạy trên bản chép ấy.
Bản chép cũng không có tệp đính kèm, giấy tờ và khóa niêm phong nhật ký. Để sao lưu hay chuyển máy: khcn backup, rồi khcn restore
(docs/howto/back-up-and-restore.md).

Do not copy {name} by hand: while the program runs, what was written last stands in {name}-wal beside it, and the
copy, which lacks it, is refused. Use khcn backup and khcn restore.
"""


def write_note(database: dict[str, Any]) -> None:
    """Write the note beside the file; nothing for another kind of database. Raises OSError."""
    file = Path(str(database["NAME"]))
    if database["ENGINE"].endswith("sqlite3") and file.is_file():
        note, text = file.with_name(NOTE), _TEXT.format(name=file.name)
        if not note.is_file() or note.read_text("utf-8") != text:
            note.write_text(text, "utf-8")
