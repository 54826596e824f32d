"""Checks of printed figures against each other and against the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.kernel.text.similar_names import is_duplicate_like
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import counts
from khcn.reports.composing.printing import format_value
from khcn.reports.forms.definition import fill
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.composing.report_parts import Content, Occurrence
    from khcn.reports.composing.resolve import Report
    from khcn.reports.forms.definition import SumCheck

_SHOWN_NAMES = 12


def shown(occurrence: Occurrence) -> str:
    """A printed figure in a finding: a long list of names is cut, a table told by its number of rows."""
    if occurrence.kind is OverrideAspect.CELLS:
        return _("bảng %(rows)d dòng") % {"rows": len(occurrence.printed.rows)}
    names = occurrence.printed.names
    if len(names) > _SHOWN_NAMES:
        return "; ".join(names[:_SHOWN_NAMES]) + "; …"
    return occurrence.text


def _place(report: Report, occurrence: Occurrence) -> str:
    return report.place(occurrence.section, occurrence.note)


def _label(report: Report, code: str) -> str:
    return f"{report.readings.indicator(code).label} ({code})"


def sums(report: Report) -> Iterator[Finding]:
    """Parts printed at one place do not add up to their total, with what somebody typed beside them in their brackets."""
    values = [each for each in report.occurrences if each.kind is OverrideAspect.VALUE]
    for check in report.source.form.checks:
        here = [each for each in values if (each.section, each.note) == (check.section, check.note)]
        parts = {code: next((each for each in here if each.code == code), None) for code in check.parts}
        printed = [each for each in parts.values() if each]
        totals = [each for each in values if each.code == check.total]
        total = next(
            (each for each in totals if each.section == check.section), totals[0] if totals else None
        )
        if not printed or total is None:
            continue
        found = sum(each.printed.value for each in printed)
        rest = total.printed.value - found
        if rest and rest != _typed_beside(report, printed):
            missing = [code for code, each in parts.items() if each is None]
            yield _sum_finding(report, check, printed, total, missing)


def _typed_beside(report: Report, parts: Sequence[Occurrence]) -> int:
    """The sum of the typed counts in the brackets that the last of the parts stands in; in a note, in all of it."""
    for line in report.lines:
        begin, spans, part = 0, [], None
        for piece in line.pieces:
            spans.append((piece, begin, begin + len(piece.text)))
            part = begin if piece.occurrence is parts[-1] else part
            begin += len(piece.text)
        if part is None:
            continue
        first, last = line.text.rfind("(", 0, part), line.text.find(")", part)
        if line.note and first < 0:
            first, last = 0, len(line.text)
        if first < 0 or last < 0 or ")" in line.text[first:part]:
            return 0
        typed = ((max(first, start), min(last, end)) for piece, start, end in spans if piece.kind == "typed")
        return sum(
            each.value for start, end in typed if start < end for each in counts(line.text, start, end)
        )
    return 0


def _sum_finding(
    report: Report, check: SumCheck, printed: list[Occurrence], total: Occurrence, missing: list[str]
) -> Finding:
    found = sum(each.printed.value for each in printed)
    addition = " + ".join(each.text for each in printed)
    words = report.source.words
    message = fill(check.message, words) or _("Các số thành phần cộng lại không bằng số tổng.")
    message += _(" Ở đây %(addition)s = %(found)s, số tổng là %(total)s.") % {
        "addition": addition,
        "found": format_value(found),
        "total": total.text,
    }
    if missing:
        left_out = "; ".join(
            f"{_label(report, code)}: {format_value(report.readings.value(code))}" for code in missing
        )
        message += _(" Chưa ghi: %(left_out)s.") % {"left_out": left_out}
    return Finding(
        "sum",
        "error",
        report.place(check.section, check.note),
        f"{addition} = {format_value(found)}",
        _place(report, total),
        total.text,
        message,
        fill(check.remedy, words) or _("Ghi đủ các số thành phần, hoặc sửa bản ghi để các số khớp nhau."),
        check.section,
        total.section,
        (check.total, *check.parts),
        _beside_the_parts(report, check.total, [code for code in check.parts if code not in missing]),
    )


def _beside_the_parts(report: Report, total_code: str, parts: list[str]) -> tuple[str, ...]:
    """The records of the total that no printed part counts or several count, and those of a part that the total does not
    count.
    """
    counted: dict[int, int] = {}
    for code in parts:
        for record in report.readings.records(code):
            counted[record.pk] = counted.get(record.pk, 0) + 1
    total = report.readings.records(total_code)
    in_total = {record.pk for record in total}
    named = [str(record) for record in total if counted.get(record.pk, 0) != 1]
    strange = {
        record.pk: str(record)
        for code in parts
        for record in report.readings.records(code)
        if record.pk not in in_total
    }
    return tuple(dict.fromkeys((*named, *strange.values())))


def list_counts(report: Report) -> Iterator[Finding]:
    """A printed count differs from the number of names, or of table rows, that follow it."""
    for section in report.sections:
        last: dict[str, Occurrence] = {}
        for each in report.occurrences_of(section.source.key):
            if each.kind is OverrideAspect.VALUE:
                last[each.code] = each
                continue
            count = last.get(each.code)
            if count is None or report.readings.indicator(each.code).measure.column:
                continue
            number = len(each.printed.names or each.printed.rows)
            if count.printed.value != number:
                yield Finding(
                    "list_count",
                    "error",
                    _place(report, count),
                    count.text,
                    _place(report, each),
                    _("%(number)d tên: %(names)s") % {"number": number, "names": shown(each)},
                    _("Ghi %(count)s nhưng kể ra %(number)d: %(label)s.")
                    % {"count": count.text, "number": number, "label": _label(report, each.code)},
                    _(
                        "Bỏ số liệu hoặc danh sách gõ thay để cả hai lấy từ cùng một sổ; thiếu bản ghi thì nhập thêm."
                    ),
                    count.section,
                    each.section,
                    (each.code,),
                    report.readings.lines(each.code),
                )


def two_values(report: Report) -> Iterator[Finding]:
    """One figure is printed with different values, or different lists of names, at two places."""
    first: dict[tuple[str, OverrideAspect], Occurrence] = {}
    reported: set[tuple[str, OverrideAspect, str]] = set()
    for each in report.occurrences:
        if each.kind is OverrideAspect.CELLS:
            continue
        key = (each.code, each.kind)
        before = first.setdefault(key, each)
        if _agree(before, each) or (*key, each.text) in reported:
            continue
        reported.add((*key, each.text))
        yield Finding(
            "two_values",
            "error",
            _place(report, before),
            shown(before),
            _place(report, each),
            shown(each),
            _("Cùng một số liệu nhưng hai nơi ghi khác nhau: %(label)s.")
            % {"label": _label(report, each.code)},
            _(
                "Bỏ phần gõ thay để hai nơi cùng lấy từ sổ; nếu là hai số liệu khác nhau thì gắn hai mã khác nhau."
            ),
            before.section,
            each.section,
            (each.code,),
            report.readings.lines(each.code),
        )


def _agree(one: Occurrence, other: Occurrence) -> bool:
    if one.kind is OverrideAspect.VALUE:
        return one.printed.value == other.printed.value
    left, right = one.printed.names, other.printed.names
    if left == right:
        return True
    if len(left) != len(right):
        return False
    rest = sorted(right, key=fold)
    for name in sorted(left, key=fold):
        match = next((each for each in rest if each == name), None) or next(
            (each for each in rest if is_duplicate_like(each, name)), None
        )
        if match is None:
            return False
        rest.remove(match)
    return True


def typed_over_data(report: Report) -> Iterator[Finding]:
    """A typed value stands where the data say something else. Its reason is shown; it does not delay the approval."""
    for each in report.occurrences:
        if each.typed is None or each.printed == each.computed:
            continue
        computed = _computed_text(each)
        yield Finding(
            "typed_over_data",
            "note",
            _place(report, each),
            shown(each),
            _("Sổ theo dõi"),
            computed,
            _("Số liệu gõ thay khác với sổ: %(label)s. Lý do: %(reason)s")
            % {"label": _label(report, each.code), "reason": each.typed.reason},
            _("Bỏ phần gõ thay, hoặc sửa bản ghi trong sổ nếu sổ sai."),
            each.section,
            each.section,
            (each.code,),
        )


def _computed_text(occurrence: Occurrence) -> str:
    match occurrence.kind:
        case OverrideAspect.VALUE:
            return format_value(occurrence.computed.value, occurrence.aspect)
        case OverrideAspect.NAMES:
            return "; ".join(occurrence.computed.names[:_SHOWN_NAMES])
        case OverrideAspect.CELLS:
            changed = (
                before
                for row, old in zip(occurrence.printed.rows, occurrence.computed.rows, strict=True)
                for after, before in zip(row, old, strict=True)
                if after != before
            )
            return "; ".join(changed)


def late_not_mentioned(report: Report) -> Iterator[Finding]:
    """Work that ended late, or is overdue, is printed without the words that say so."""
    day = report.source.period.last_day
    for each in report.occurrences:
        must_say = report.readings.indicator(each.code).must_say
        if must_say is None or each.kind is OverrideAspect.VALUE:
            continue
        records = report.readings.records(each.code)
        texts = _printed_texts(report, each)
        # A typed list may be shorter than the records
        for number, (record, text) in enumerate(zip(records, texts, strict=False)):
            words = must_say(record, day)
            if words and fold(words) not in fold(text):
                yield Finding(
                    "late_not_said",
                    "error",
                    _place(report, each),
                    _last_words(each.printed, number),
                    _("Sổ theo dõi"),
                    _last_words(each.computed, number) if each.computed.rows else words,
                    _("“%(record)s”: theo sổ là %(words)s so với kế hoạch, báo cáo không nói.")
                    % {"record": str(record)[:120], "words": words},
                    _("Bỏ phần gõ thay để bảng lấy từ sổ, hoặc ghi rõ “%(words)s” và lý do.")
                    % {"words": words},
                    each.section,
                    each.section,
                    (each.code,),
                    (str(record),),
                )


def _last_words(content: Content, number: int) -> str:
    """The name, or the last cell of the row: the column of results."""
    return content.rows[number][-1] if content.rows else content.names[number]


def _printed_texts(report: Report, occurrence: Occurrence) -> list[str]:
    """What is printed about each record: its row, or its name with the words around the list."""
    if occurrence.kind is OverrideAspect.CELLS:
        return [" ".join(row) for row in occurrence.printed.rows]
    around = next(
        (
            "".join(piece.text for piece in line.pieces if piece.occurrence is not occurrence)
            for line in report.lines
            if any(piece.occurrence is occurrence for piece in line.pieces)
        ),
        "",
    )
    return [f"{name} {around}" for name in occurrence.printed.names]


def unused_overrides(report: Report) -> Iterator[Finding]:
    """A typed value whose place no longer exists in the text."""
    placed = {(each.section, each.code, each.nth, each.kind) for each in report.occurrences}
    for key, typed in report.source.overrides.items():
        if key in placed:
            continue
        section, code, nth, aspect = key
        yield Finding(
            "override_unused",
            "warning",
            report.place(section),
            f"{code}, {aspect.label}, {nth}",
            "",
            "",
            _("Phần gõ thay không còn chỗ trong nội dung mục. Lý do đã ghi: %(reason)s")
            % {"reason": typed.reason},
            _("Xóa phần gõ thay này."),
            section,
        )
