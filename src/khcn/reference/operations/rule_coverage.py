"""A rule that deadlines count by is in force on every day to come.

The program does not start without such a rule (`khcn.kernel.deadlines.startup_checks`), so no form, import, undoing or deletion
may end one: its successor has to be on record first.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.reference.models import RuleParameter
from khcn.reference.operations.confirmations import mark_unconfirmed
from khcn.reference.operations.versions import VersionWriter, ends_without, first_gap
from khcn.reference.queries import version_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


class RuleWriter(VersionWriter):
    """Refuses what would leave deadlines without their rule from some day on."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """All rows about one rule are seen together: a file may end a version and bring its successor."""
        yield from super().validate(writes, context)
        ends = self.new_ends(writes)
        asked = registry.rule_codes()
        about: defaultdict[str, list[Write]] = defaultdict(list)
        for write in writes:
            for code in {write.record.code, write.before.code if write.before else ""} & asked:
                about[code].append(write)
        stored = _rows(about)
        for code, changes in about.items():
            after = {row.pk: row for row in stored[code]} | {
                each.before.pk: each.record for each in changes if each.before is not None
            }
            new = [each.record for each in changes if each.before is None]
            left = [row for row in (*after.values(), *new) if row.code == code]
            gap = _gap(left, context.on, ends)
            if gap is None or _gap(stored[code], context.on) is not None:
                continue  # what was not in force before is not made worse
            yield from ((each, _refusal(code, gap)) for each in changes if each.before is not None)

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """What is written anew was confirmed by nobody yet."""
        super().after_write(writes, actor=actor, on=on)
        mark_unconfirmed(writes)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """A version may go when another one is in force in its place."""
        if record.code not in registry.rule_codes():
            return
        rows = _rows([record.code])[record.code]
        gap = _gap([row for row in rows if row.pk != record.pk], on, ends_without(record))
        if gap is not None and _gap(rows, on) is None:
            raise _refusal(record.code, gap)

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Rules that the undoing of an import leaves without a version in force."""
        asked = registry.rule_codes()
        gone = {each["code"]: each for each in removed if each.get("code") in asked}
        for code, rows in _rows(asked).items():  # of a version that was only changed nobody says the code
            if rows:
                gap = _gap(rows, min(row.valid_from for row in rows))
                if gap is not None:
                    yield rows[-1], str(_refusal(code, gap))
            elif code in gone:
                values = gone[code]
                yield (
                    RuleParameter(pk=values["id"], code=code, label=values["label"]),
                    str(_refusal(code, None)),
                )


def _rows(codes: Collection[str]) -> dict[str, list[RuleParameter]]:
    found: dict[str, list[RuleParameter]] = {code: [] for code in codes}
    for row in RuleParameter.objects.filter(code__in=codes).order_by("pk"):
        found[row.code].append(row)
    return found


def _gap(
    rows: Iterable[RuleParameter], on: date, ends: Mapping[int, date | None] | None = None
) -> date | None:
    """The first day without a usable version, where some versions end on other days than they say."""
    ends = ends or {}
    versions = [version_of(row)._replace(valid_to=ends.get(row.pk, row.valid_to)) for row in rows]
    return first_gap([each for each in versions if each.term is not None], on)


def _refusal(code: str, gap: date | None) -> Refused:
    values = {
        "code": code,
        "kinds": "; ".join(str(label) for label in registry.asking(code)),
        "day": format_date(gap) if gap else "",
    }
    if gap is None:
        text = _(
            "Thời hạn “%(kinds)s” được tính theo tham số %(code)s, không thể để hệ thống không còn giá trị nào của "
            "tham số này."
        )
    else:
        text = _(
            "Thời hạn “%(kinds)s” được tính theo tham số %(code)s, mà từ ngày %(day)s sẽ không còn giá trị nào có hiệu "
            "lực. Thêm trước giá trị thay thế có hiệu lực từ ngày đó, rồi kết thúc hoặc xóa giá trị này."
        )
    return Refused.about(text % values, "valid_to", code="rule_in_use")
