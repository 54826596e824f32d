"""A report definition as it is being edited: every field as typed, so that nothing is lost before it can be saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.indicators import PeriodKind
from khcn.kernel.text.numbers import short_number
from khcn.reports.forms.definition import (
    Form,
    FormProblem,
    Letterhead,
    SectionDefinition,
    SumCheck,
    parse_form,
    unknown_codes,
)
from khcn.reports.forms.writing import dump_form
from khcn.reports.texts.own_words import OwnWord, proposed_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.http import QueryDict
    from django_stubs_ext import StrOrPromise

HEAD_LINES: Final[tuple[tuple[str, StrOrPromise, StrOrPromise], ...]] = (
    ("governing_body", gettext_lazy("Cơ quan chủ quản"), ""),
    ("issuing_body", gettext_lazy("Cơ quan ban hành"), ""),
    (
        "issuer",
        gettext_lazy("Cơ quan ban hành, viết trong câu"),
        gettext_lazy(
            "Dùng ở dòng “Kèm theo Báo cáo … của …” trên mỗi phụ lục, ví dụ Sở Khoa học và Công nghệ."
        ),
    ),
    ("symbol", gettext_lazy("Ký hiệu văn bản"), gettext_lazy("Phần sau số, ví dụ BC-SKHCN.")),
    ("place", gettext_lazy("Địa danh"), ""),
    ("kind", gettext_lazy("Tên loại văn bản"), ""),
    ("subject", gettext_lazy("Trích yếu"), gettext_lazy("Có thể dùng {{ky}}, {{nam}}, {{ky_con_lai}}.")),
    ("opening", gettext_lazy("Câu mở đầu"), ""),
    ("closing", gettext_lazy("Câu kết"), ""),
    ("recipients_heading", gettext_lazy("Dòng trên “Nơi nhận”"), ""),
    ("signer_name", gettext_lazy("Họ và tên người ký"), ""),
)
HEAD_LISTS: Final[tuple[tuple[str, StrOrPromise], ...]] = (
    ("addressees", gettext_lazy("Kính gửi, mỗi nơi một dòng")),
    ("bases", gettext_lazy("Căn cứ, mỗi căn cứ một dòng")),
    ("recipients", gettext_lazy("Nơi nhận, mỗi nơi một dòng")),
    ("signer_capacity", gettext_lazy("Quyền hạn, chức vụ người ký, mỗi phần một dòng")),
)
SECTION_FIELDS: Final = ("key", "label", "level", "title", "owner", "also", "text")
CHECK_FIELDS: Final = ("place", "total", "parts", "message", "remedy")
WORD_FIELDS: Final = ("name", "label", "value")
MOST_ROWS: Final = 300


@dataclass
class DefinitionDraft:
    """The fields of the page by name, sections and checks in their order."""

    top: dict[str, str] = field(default_factory=dict)
    head: dict[str, str] = field(default_factory=dict)
    sections: list[dict[str, str]] = field(default_factory=list)
    checks: list[dict[str, str]] = field(default_factory=list)
    words: list[dict[str, str]] = field(default_factory=list)

    def form(self, *, code: str, version: int, valid_from: date, base: Form) -> Form:
        """The definition, with the tables of the one that is edited. Raises :class:`FormProblem` with every fault."""
        problems = [
            _("Mục %(key)s: bậc ghi bằng số từ 1 đến 4.") % {"key": row["key"]}
            for row in self.sections
            if short_number(row["level"]) is None
        ]
        if self.top["period_kind"] not in {kind.value for kind in PeriodKind}:
            problems.append(_("Chọn kỳ báo cáo của mẫu."))
        if problems:
            raise FormProblem(tuple(problems))
        head: dict[str, Any] = {name: self.head[name].strip() for name, _label, _help in HEAD_LINES}
        head |= {name: lines(self.head[name]) for name, _label in HEAD_LISTS}
        made = Form(
            code=code,
            title=self.top["title"].strip(),
            version=version,
            valid_from=valid_from,
            regime=self.top["regime"],
            period_kind=PeriodKind(self.top["period_kind"]),
            letterhead=Letterhead(**head),
            sections=tuple(map(_section, self.sections)),
            checks=tuple(map(_check, self.checks)),
            wording_of=short_number(self.top.get("wording_of", "")) or 0,
            words=tuple(_own_words(self.words)),
            tables=base.tables,
            rules=base.rules,
            confirm=base.confirm,
        )
        checked = parse_form(dump_form(made))
        if missing := unknown_codes(checked):
            message = _("Không có số liệu mang mã %(codes)s. Chọn lại từ danh sách “Chèn số liệu”.")
            raise FormProblem((message % {"codes": ", ".join(missing)},))
        return checked


def lines(text: str) -> tuple[str, ...]:
    """Non-empty lines."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").replace(";", " ").split())


def _section(row: dict[str, str]) -> SectionDefinition:
    return SectionDefinition(
        key=row["key"].strip(),
        label=row["label"].strip(),
        level=int(row["level"]),
        title=row["title"].strip(),
        owner=row["owner"],
        typed=row["typed"] == "1",
        annex=row["annex"] == "1",
        also=_words(row["also"]),
        text=row["text"].replace("\r\n", "\n").strip(),
    )


def _own_words(rows: Iterable[dict[str, str]]) -> Iterator[OwnWord]:
    """The own words; a row without a name gets one made of its label."""
    taken = {row["name"].strip() for row in rows}
    for row in rows:
        label = " ".join(row["label"].split())
        name = row["name"].strip() or proposed_name(label, taken)
        taken.add(name)
        yield OwnWord(name, label, " ".join(row["value"].split()))


def _check(row: dict[str, str]) -> SumCheck:
    return SumCheck(
        place=row["place"].strip(),
        total=row["total"].strip(),
        parts=_words(row["parts"]),
        message=row["message"].strip(),
        remedy=row["remedy"].strip(),
    )


def draft_of(form: Form) -> DefinitionDraft:
    """A stored definition, opened for editing."""
    head = {name: getattr(form.letterhead, name) for name, _label, _help in HEAD_LINES}
    head |= {name: "\n".join(getattr(form.letterhead, name)) for name, _label in HEAD_LISTS}
    sections = [
        {
            "key": each.key,
            "label": each.label,
            "level": str(each.level),
            "title": each.title,
            "owner": each.owner,
            "typed": "1" if each.typed else "",
            "annex": "1" if each.annex else "",
            "also": ", ".join(each.also),
            "text": each.text,
        }
        for each in form.sections
    ]
    checks = [
        {
            "place": each.place,
            "total": each.total,
            "parts": ", ".join(each.parts),
            "message": each.message,
            "remedy": each.remedy,
        }
        for each in form.checks
    ]
    top = {"title": form.title, "regime": form.regime, "period_kind": form.period_kind.value}
    top["wording_of"] = str(form.wording_of or "")
    words = [{"name": each.name, "label": each.label, "value": each.value} for each in form.words]
    return DefinitionDraft(top, head, sections, checks, words)


def draft_from(data: QueryDict) -> DefinitionDraft:
    """What was posted, rows in the order of their numbers; a row marked for removal is left out."""
    names = [name for name, _label, _help in HEAD_LINES] + [name for name, _label in HEAD_LISTS]
    return DefinitionDraft(
        top={name: data.get(name, "") for name in ("title", "regime", "period_kind", "wording_of")},
        head={name: data.get(name, "") for name in names},
        sections=_rows(data, "s", (*SECTION_FIELDS, "typed", "annex")),
        checks=_rows(data, "c", CHECK_FIELDS),
        words=_rows(data, "w", WORD_FIELDS),
    )


def _rows(data: QueryDict, prefix: str, names: Iterable[str]) -> list[dict[str, str]]:
    names = tuple(names)
    found: list[tuple[float, int, dict[str, str]]] = []
    for number in range(MOST_ROWS):
        start = f"{prefix}-{number}-"
        if f"{start}order" not in data:
            break
        if data.get(f"{start}remove"):
            continue
        order = data.get(f"{start}order", "").replace(",", ".")
        try:
            place = float(order)
        except ValueError:
            place = float(number + 1)
        found.append((place, number, {name: data.get(start + name, "") for name in names}))
    return [row for _place, _number, row in sorted(found, key=lambda each: each[:2])]


def new_section(owner: str) -> dict[str, str]:
    """An empty section, to be filled in."""
    return {**dict.fromkeys(SECTION_FIELDS, ""), "typed": "", "annex": "", "level": "1", "owner": owner}


def new_check() -> dict[str, str]:
    """An empty cross-check."""
    return dict.fromkeys(CHECK_FIELDS, "")


def arrange(draft: DefinitionDraft, what: str) -> bool:
    """Carry out a button that only rearranges the page: "add-section", "add-check", "up-3", "down-3". False for others."""
    name, _dash, typed = what.rpartition("-")
    number = short_number(typed)
    rows = draft.sections
    if what == "add-section":
        rows.append(new_section(rows[-1]["owner"] if rows else ""))
    elif what == "add-check":
        draft.checks.append(new_check())
    elif what == "add-word":
        draft.words.append(dict.fromkeys(WORD_FIELDS, ""))
    elif name in {"up", "down"} and number is not None:
        at, to = number, number + (1 if name == "down" else -1)
        if 0 <= at < len(rows) and 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    else:
        return False
    return True
