"""The program does not start with a deadline whose rule is unknown, nor a service on a database without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error
from django.core.management.base import CommandError

from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_source
from khcn.kernel.text.language import vietnamese

if TYPE_CHECKING:
    from datetime import date


def check_deadlines(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Every rule that a kind asks for is among the rules that come with the program."""
    shipped = set(law_source().shipped_codes())
    return [
        Error(
            f"“{vietnamese(label)}” asks for the rule {code}, which no shipped reference data has",
            id="khcn.deadlines.E001",
        )
        for code in sorted(registry.rule_codes() - shipped)
        for label in registry.asking(code)
    ]


def missing_rules(*, on: date) -> list[str]:
    """Codes of rules that deadlines ask for and this database does not have in force on a day."""
    codes = registry.rule_codes()
    law = law_source().law(codes)
    return sorted(code for code in codes if law.rule(code, on) is None)


def refuse_start_without_rules(*, on: date) -> None:
    """Raise ``CommandError`` naming each missing rule, the deadlines that ask for it, and what mends it.

    A deadline whose rule is missing has no date. It would be an empty cell that nobody looks for.
    """
    missing = missing_rules(on=on)
    if not missing:
        return
    lines = [
        f"  - {code}: {'; '.join(f'“{vietnamese(label)}”' for label in registry.asking(code))}"
        for code in missing
    ]
    raise CommandError(
        f"Không khởi động được: thiếu tham số quy định có hiệu lực ngày {on:%d/%m/%Y} mà các thời hạn sau cần để tính.\n"
        + "\n".join(lines)
        + "\nChạy ./khcn rules: lệnh này nhập các tham số còn thiếu và nối tiếp những tham số đã bị kết thúc; sau khi "
        "khởi động, sửa giá trị ở Danh mục dùng chung, mục Tham số quy định. / "
        "The rules above are not in force; run ./khcn rules."
    )
