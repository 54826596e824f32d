"""Report definitions as data: letterhead, outline, texts with bound figures, cross-checks. TOML in, typed values out.

A definition knows figures by their codes only; no business area is imported here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.indicators import PeriodKind, registry
from khcn.reports.forms.tables import CellRule, FormTable, TableReader, problems_of_places
from khcn.reports.texts.markup import CODE, MarkupProblem, codes_in, parse_inline, parse_section
from khcn.reports.texts.own_words import LONGEST_VALUE, MOST_OWN_WORDS, OWN_NAME, OwnWord, marks_in
from khcn.reports.texts.period_words import OF_PROVINCE, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.kernel.indicators import IndicatorRegistry

SHIPPED: Final = Path(__file__).parent
DEEPEST_LEVEL: Final = 4
UNIT_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_FORM_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class FormProblem(ValueError):  # noqa: N818 -- sentences for the person who edits the definition
    """A definition that cannot be used; ``problems`` are all its faults, as sentences."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Letterhead:
    governing_body: str
    issuing_body: str
    symbol: str
    place: str
    subject: str
    kind: str = "BÁO CÁO"
    addressees: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    opening: str = ""
    closing: str = ""
    recipients_heading: str = ""
    recipients: tuple[str, ...] = ()
    signer_capacity: tuple[str, ...] = ()
    signer_name: str = ""
    issuer: str = ""  # the issuing body as a sentence has it

    def texts(self) -> Iterator[str]:
        """Every line that may name own words."""
        yield from (self.kind, self.subject, *self.bases, self.opening, self.closing)
        yield from (*self.addressees, *self.recipients)


@dataclass(frozen=True, slots=True)
class SectionDefinition:
    """One section of the outline. ``also`` are figures bound here without being printed; an ``annex`` follows the signature."""

    key: str
    label: str
    level: int
    title: str
    owner: str
    typed: bool = False
    also: tuple[str, ...] = ()
    annex: bool = False
    text: str = ""

    def codes(self) -> Iterator[str]:
        """Bound figures in the order of the text, then those that are not printed."""
        yield from (each.code for each in parse_inline(self.title) if hasattr(each, "code"))
        yield from (code for code, _aspect in codes_in(parse_section(self.text)))
        yield from self.also


@dataclass(frozen=True, slots=True)
class SumCheck:
    """The parts printed at ``place`` ("A.III.2.a", or its note "A.III.2.a^1") must add up to the total."""

    place: str
    total: str
    parts: tuple[str, ...]
    message: str = ""
    remedy: str = ""

    @property
    def section(self) -> str:
        return self.place.partition("^")[0]

    @property
    def note(self) -> str:
        return self.place.partition("^")[2]


@dataclass(frozen=True, slots=True)
class Form:
    code: str
    title: str
    version: int
    valid_from: date
    regime: str
    period_kind: PeriodKind
    letterhead: Letterhead
    sections: tuple[SectionDefinition, ...]
    checks: tuple[SumCheck, ...] = field(default=())
    wording_of: int = 0  # the year whose facts the typed words state; 0 where they state none
    words: tuple[OwnWord, ...] = ()  # numbers of documents and years that each report gives
    tables: tuple[FormTable, ...] = ()
    rules: tuple[CellRule, ...] = ()
    confirm: bool = False  # its columns are a reading of the law that nobody has compared with the circular

    def typed_texts(self) -> Iterator[str]:
        """Every text of the form that may name own words."""
        yield from self.letterhead.texts()
        for section in self.sections:
            yield from (section.title, section.text)

    def codes(self) -> tuple[str, ...]:
        """Every bound figure once, in reading order."""
        in_texts = (code for section in self.sections for code in section.codes())
        in_cells = (code for table in self.tables for code in table.codes())
        return tuple(dict.fromkeys((*in_texts, *in_cells)))

    def table(self, section: str) -> FormTable | None:
        """The table of a section; None where it has none."""
        return next((each for each in self.tables if each.section == section), None)

    def values_in(self, year: int) -> dict[str, str]:
        """The own words that the form gives for a year: those of the year whose facts it states."""
        return {each.name: each.value for each in self.words if each.value and year == self.wording_of}

    def section(self, key: str) -> SectionDefinition:
        """The section with this key; raises ``KeyError``."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


def fill(text: str, words: dict[str, str]) -> str:
    """A plain text with its variables filled in; unknown ones stay and are found by `parse_form`."""
    return _VARIABLE.sub(lambda found: words.get(found[1], found[0]), text)


# ------------------------------------------------------------------------------------------ reading


def parse_form(body: str) -> Form:
    """The definition in a TOML text.

    Raises:
        FormProblem: with every fault: TOML syntax, missing or unknown keys, malformed markup, codes that no section
            prints, repeated keys. Whether the figures exist is asked by `unknown_codes`.
    """
    try:
        data = tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        message = _(
            "Định nghĩa báo cáo chưa đọc được theo dạng TOML: %(detail)s. Hãy sửa dòng đó rồi lưu lại."
        )
        raise FormProblem((message % {"detail": error},)) from None
    reader = _Reader()
    form = reader.form(data)
    if form is None or reader.problems:
        raise FormProblem(tuple(reader.problems))
    return form


class _Reader:
    """One reading; it gathers the problems."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def form(self, data: dict[str, Any]) -> Form | None:
        top = self._take(
            data,
            _("Phần đầu"),
            {
                "code": str,
                "title": str,
                "version": int,
                "valid_from": date,
                "regime": str,
                "period_kind": str,
            },
            {
                "letterhead": dict,
                "section": list,
                "check": list,
                "wording_of": int,
                "word": list,
                "table": list,
                "rule": list,
                "confirm": bool,
            },
        )
        words = tuple(filter(None, map(self._word, top.pop("word", []))))
        head = self._letterhead(top.pop("letterhead", {}))
        sections = tuple(filter(None, map(self._section, top.pop("section", []))))
        checks = tuple(filter(None, map(self._check, top.pop("check", []))))
        reader = TableReader(self._take, self._say)
        tables = tuple(filter(None, map(reader.table, top.pop("table", []))))
        rules = tuple(filter(None, map(reader.rule, top.pop("rule", []))))
        kind = self._kind(top.get("period_kind"))
        if not _FORM_CODE.fullmatch(top.get("code", "")):
            self._say(_("Phần đầu: mã “code” chỉ gồm chữ thường không dấu, chữ số và dấu gạch ngang."))
        if self.problems or head is None or kind is None:
            return None
        parts: dict[str, Any] = {"letterhead": head, "sections": sections, "checks": checks, "words": words}
        parts |= {"tables": tables, "rules": rules}
        form = Form(**{**top, "period_kind": kind, **parts})
        self._relations(form)
        return form

    def _say(self, message: str) -> None:
        self.problems.append(message)

    def _take(
        self, data: Any, place: str, needed: Mapping[str, type[Any]], optional: Mapping[str, type[Any]]
    ) -> dict[str, Any]:
        if not isinstance(data, dict):
            self._say(_("%(place)s: cần một nhóm khóa = giá trị.") % {"place": place})
            return {}
        taken: dict[str, Any] = {}
        for name, value in data.items():
            kind = needed.get(name) or optional.get(name)
            if kind is None:
                self._say(
                    _("%(place)s: không có khóa “%(name)s”. Hãy xem lại chính tả.")
                    % {"place": place, "name": name}
                )
            elif not isinstance(value, kind) or type(value) in {bool, datetime} - {kind}:
                self._say(_("%(place)s: giá trị của “%(name)s” sai kiểu.") % {"place": place, "name": name})
            elif kind is list and not all(isinstance(each, str | dict) for each in value):
                self._say(
                    _("%(place)s: “%(name)s” phải là danh sách các dòng chữ.")
                    % {"place": place, "name": name}
                )
            else:
                taken[name] = value
        for name in sorted(needed.keys() - data.keys()):
            self._say(_("%(place)s: thiếu “%(name)s”.") % {"place": place, "name": name})
        return taken

    def _kind(self, value: str | None) -> PeriodKind | None:
        try:
            return PeriodKind(value)
        except ValueError:
            known = ", ".join(each.value for each in PeriodKind)
            self._say(_("Phần đầu: kỳ báo cáo “period_kind” là một trong: %(known)s.") % {"known": known})
            return None

    def _letterhead(self, data: Any) -> Letterhead | None:
        place = _("Phần thể thức [letterhead]")
        lists = {each.name for each in fields(Letterhead) if each.default == ()}
        needed = dict.fromkeys(("governing_body", "issuing_body", "symbol", "place", "subject"), str)
        optional = {each.name: list if each.name in lists else str for each in fields(Letterhead)}
        taken = self._take(data, place, needed, optional)
        for name, value in taken.items():
            for text in value if isinstance(value, list) else [value]:
                self._variables(str(text), f"{place}, {name}")
        if needed.keys() - taken.keys():
            return None
        if set("{}") & set(taken["symbol"]):
            self._say(_("%(place)s: ký hiệu “symbol” không chứa dấu ngoặc nhọn.") % {"place": place})
        values: dict[str, Any] = {
            name: tuple(map(str, value)) if isinstance(value, list) else value
            for name, value in taken.items()
        }
        return Letterhead(**values)

    def _variables(self, text: str, place: str) -> None:
        for name in _VARIABLE.findall(text):
            if name not in VARIABLES and not OWN_NAME.fullmatch(name):
                self._say(_("%(place)s: không có cụm từ {{%(name)s}}.") % {"place": place, "name": name})

    def _section(self, data: Any) -> SectionDefinition | None:
        key = data.get("key", "?") if isinstance(data, dict) else "?"
        place = _("Mục %(key)s") % {"key": key}
        needed = {"key": str, "label": str, "level": int, "title": str, "owner": str}
        taken = self._take(data, place, needed, {"typed": bool, "also": list, "annex": bool, "text": str})
        if needed.keys() - taken.keys():
            return None
        if not 1 <= taken["level"] <= DEEPEST_LEVEL:
            self._say(
                _("%(place)s: bậc “level” từ 1 đến %(deepest)d.") % {"place": place, "deepest": DEEPEST_LEVEL}
            )
        if not UNIT_CODE.fullmatch(taken["owner"]):
            self._say(
                _("%(place)s: mã đơn vị “%(owner)s” không đúng mẫu, ví dụ QLKH.")
                % {"place": place, "owner": taken["owner"]}
            )
        for code in taken.get("also", []):
            if not CODE.fullmatch(code):
                self._say(_("%(place)s: “%(code)s” không phải mã số liệu.") % {"place": place, "code": code})
        for name, reading in (("title", parse_inline), ("text", parse_section)):
            try:
                reading(taken.get(name, ""))
            except MarkupProblem as problem:
                self._say(f"{place}: {problem}")
        texts = {"also": tuple(taken.get("also", ())), "text": taken.get("text", "").strip()}
        return SectionDefinition(**{**taken, **texts})

    def _check(self, data: Any) -> SumCheck | None:
        place = _("Phép kiểm [[check]] tại “%(place)s”") % {
            "place": data.get("place", "?") if isinstance(data, dict) else "?"
        }
        needed = {"kind": str, "place": str, "total": str, "parts": list}
        taken = self._take(data, place, needed, {"message": str, "remedy": str})
        if needed.keys() - taken.keys():
            return None
        if (kind := taken.pop("kind")) != "sum":
            self._say(
                _("%(place)s: không có loại kiểm “%(kind)s”; chỉ có “sum”.") % {"place": place, "kind": kind}
            )
        return SumCheck(**{**taken, "parts": tuple(taken["parts"])})

    def _word(self, data: Any) -> OwnWord | None:
        name = data.get("name", "?") if isinstance(data, dict) else "?"
        place = _("Số văn bản, năm “%(name)s”") % {"name": name}
        taken = self._take(data, place, {"name": str, "label": str}, {"value": str})
        if {"name", "label"} - taken.keys():
            return None
        if not OWN_NAME.fullmatch(taken["name"]):
            self._say(
                _("%(place)s: tên chỉ gồm chữ thường không dấu, chữ số, và có dấu gạch ngang.")
                % {"place": place}
            )
        if not taken["label"].strip():
            self._say(_("%(place)s: ghi tên gọi để người lập báo cáo biết cần ghi gì.") % {"place": place})
        value = " ".join(taken.get("value", "").split())
        if len(value) > LONGEST_VALUE:
            self._say(_("%(place)s: ghi không quá %(most)d ký tự.") % {"place": place, "most": LONGEST_VALUE})
        return OwnWord(taken["name"], " ".join(taken["label"].split()), value)

    def _own_words(self, form: Form) -> None:
        names = [each.name for each in form.words]
        if len(names) > MOST_OWN_WORDS:
            self._say(_("Mẫu có quá %(most)d số văn bản, năm cần ghi mỗi kỳ.") % {"most": MOST_OWN_WORDS})
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._say(_("Số văn bản, năm “%(name)s” được khai hai lần. Bỏ bớt một dòng.") % {"name": name})
        if marks_in([form.title]) or OF_PROVINCE.keys() & set(_VARIABLE.findall(form.title)):
            self._say(_("Tên mẫu không dùng số văn bản, năm khai riêng; dùng được {{ky}}, {{nam}}."))
        for name in marks_in(form.typed_texts()):
            if name not in names:
                self._say(_("Mẫu dùng {{%(name)s}} mà chưa khai số văn bản, năm này.") % {"name": name})

    def _relations(self, form: Form) -> None:
        self._own_words(form)
        keys = [section.key for section in form.sections]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self._say(_("Mục %(key)s xuất hiện hai lần. Hãy đổi khóa của một mục.") % {"key": key})
        self.problems += problems_of_places(form.tables, form.rules, keys)
        bound = set(form.codes())
        for check in form.checks:
            if check.section not in keys:
                self._say(_("Phép kiểm: không có mục “%(place)s”.") % {"place": check.place})
            for code in (check.total, *check.parts):
                if code not in bound:
                    self._say(
                        _("Phép kiểm tại “%(place)s”: số liệu %(code)s không có trong báo cáo.")
                        % {"place": check.place, "code": code}
                    )


# -------------------------------------------------------------------------------------- shipped forms


def shipped_bodies() -> dict[str, str]:
    """Texts of the definitions that come with the program, by file name without suffix."""
    return {path.stem: path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


def unknown_codes(form: Form, known: IndicatorRegistry = registry) -> tuple[str, ...]:
    """Bound codes that no register declares."""
    return tuple(code for code in form.codes() if code not in known)


def palette(known: IndicatorRegistry = registry) -> list[tuple[str, str, str]]:
    """Every figure that can be bound: code, label, unit."""
    return [(each.code, str(each.label), str(each.unit)) for each in known]
