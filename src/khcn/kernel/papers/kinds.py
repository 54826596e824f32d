"""Kinds of papers, declared by the areas, and the words that their templates may use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.predicates import Predicate, nobody
from khcn.kernel.numbering.models import DEPARTMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.template_language import Words


class PaperKindError(ValueError):
    """A declaration that does not hold together; found when the program starts."""


@dataclass(frozen=True, slots=True)
class TemplateVariable:
    """A word that a template may use. With ``rows`` it is a list, and each of its items has these words."""

    name: str
    label: StrOrPromise
    sample: str = ""
    rows: tuple[TemplateVariable, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that a template would read as something else."""
        if not self.name.isidentifier() or self.name.startswith("_") or hasattr(dict, self.name):
            raise PaperKindError(self.name)


# What the service itself adds to the data of every paper.
COMMON: Final = (
    TemplateVariable("number", _("Số của giấy"), "05/GCN-SKHCN"),
    TemplateVariable("issued_on", _("Ngày cấp, dạng 14/09/2023"), "14/09/2023"),
    TemplateVariable("day", _("Ngày cấp: ngày"), "14"),
    TemplateVariable("month", _("Ngày cấp: tháng"), "9"),
    TemplateVariable("year", _("Ngày cấp: năm"), "2023"),
    TemplateVariable("signer_name", _("Họ và tên người ký"), "Nguyễn Văn A"),
    TemplateVariable("signer_capacity", _("Chức vụ người ký"), "GIÁM ĐỐC"),
    TemplateVariable("province", _("Tỉnh vào ngày cấp"), "tỉnh Bắc Kạn"),
    TemplateVariable("province_name", _("Tên tỉnh vào ngày cấp, dùng làm địa danh"), "Bắc Kạn"),
    TemplateVariable("province_capitals", _("Tỉnh vào ngày cấp, chữ in hoa"), "TỈNH BẮC KẠN"),
    TemplateVariable(
        "earlier", _("Số và ngày của giấy bị thay thế hoặc thu hồi"), "số 04/GCN-SKHCN ngày 01/02/2023"
    ),
    TemplateVariable("earlier_kind", _("Loại giấy bị thay thế hoặc thu hồi"), "Giấy chứng nhận"),
    TemplateVariable("reason", _("Lý do thay thế hoặc thu hồi"), "ghi sai tên tổ chức chủ trì"),
)


def _always(row: Any, paper: Any) -> bool:
    """For rows that a paper prints whatever is in them."""
    return True


@dataclass(frozen=True, slots=True)
class PrintedRows:
    """Rows that a kind of paper prints: ``path`` leads from such a row to the record of the paper, "" for the record.

    ``fields`` are the columns that are printed. ``counts`` says of a row and a paper whether the paper prints that row;
    a row that begins or ceases to count would be missing from the paper or too many on it. With ``stored_only`` new
    rows are no concern of the paper. ``own`` rows were written by the issue of the paper itself: not even the draft of a
    replacement opens them for changes. A column of ``fillable`` rows that was empty on the paper may be filled in later.
    Of ``changes_only`` rows only what their columns say concerns the paper, not that one is added or removed. Where no path
    leads from the rows, ``find`` gives for their keys pairs of the key of a row and of the record of the paper.
    """

    model: type[Model]
    fields: tuple[str, ...]
    path: str = ""
    counts: Callable[[Any, Any], bool] = _always
    stored_only: bool = False
    own: bool = False
    fillable: bool = False
    changes_only: bool = False
    find: Callable[[Collection[int]], Iterable[tuple[int, int]]] | None = None


def _nothing_missing(record: Any, on: date) -> str:
    """The guard of a kind that can always be issued."""
    return ""


def _no_lock(record: Any) -> None:
    """For kinds that print nothing which is changed without a lock on their record."""


def _no_contradiction(*, paper: Any, record: Any, on: date, at_issue: bool) -> str:
    """For kinds that no other paper says anything against."""
    return ""


def _no_name(about: Any) -> str:
    """For kinds that do not say whom they are given to, and those that anybody signs."""
    return ""


def _no_effect(*, record: Any, paper: Any, actor: Actor, on: date) -> None:
    """For kinds whose issue changes nothing else."""


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper.

    ``context`` gives the data for the template as plain text, by the names of ``variables``. ``missing`` says in
    Vietnamese why the record cannot have such a paper on that day, or ""; ``contradicted`` says what other papers in force
    say against it, when it is drafted, again ``at_issue``, and on its page while it is in force; ``had_already`` says why it
    cannot have a first one, and is not asked of a replacement. ``lock`` is called at the issue, after the lock on the record,
    and locks what else the writers of printed rows lock. ``on_issue`` and ``on_withdraw`` run in the transaction that takes the number; what they refuse, nothing is taken for. ``given_to`` names from the
    printed data whom the paper was given to, for the notice of its withdrawal; ``signer`` names from the record who
    signs it. ``printed`` names what may not change on record while a paper of this kind is in force.
    """

    code: str
    label: StrOrPromise
    model: type[Model] | None  # None for notices of withdrawal, which go with every record
    template: Path
    book: str
    pattern: str
    variables: tuple[TemplateVariable, ...]
    context: Callable[[Any, date], Mapping[str, Any]]
    who: Predicate = nobody
    unit_code: str = DEPARTMENT
    signer_capacity: str = "GIÁM ĐỐC"
    signer: Callable[[Any], str] = _no_name
    given_to: Callable[[Mapping[str, Any]], str] = _no_name
    missing: Callable[[Any, date], str] = _nothing_missing
    contradicted: Callable[..., str] = _no_contradiction
    had_already: Callable[[Any, date], str] = _nothing_missing
    lock: Callable[[Any], None] = _no_lock
    on_issue: Callable[..., None] = _no_effect
    on_withdraw: Callable[..., None] = _no_effect
    printed: tuple[PrintedRows, ...] = ()

    @property
    def variable_names(self) -> Words:
        """The same by name, as the language of templates knows them."""
        return names_of_variables(self.words)

    @property
    def words(self) -> tuple[TemplateVariable, ...]:
        """Every word that a template of this kind may use."""
        return (*self.variables, *COMMON)

    def sample(self) -> dict[str, Any]:
        """Data for a trial of a template."""
        return sample_of_kind(self.words)


def names_of_variables(variables: tuple[TemplateVariable, ...]) -> Words:
    """Names alone; a list has the names of its items' words."""
    return {each.name: names_of_variables(each.rows) if each.rows else None for each in variables}


def sample_of_kind(variables: tuple[TemplateVariable, ...]) -> dict[str, Any]:
    """One example for each variable that a kind of paper declares."""
    return data_of_variables(variables, lambda each: each.sample or str(each.label))


def data_of_variables(
    variables: Iterable[TemplateVariable], text_of: Callable[[TemplateVariable], str]
) -> dict[str, Any]:
    """A text for each variable; a list has two items, so that what stands between them is tried too."""
    return {
        each.name: [data_of_variables(each.rows, text_of)] * 2 if each.rows else text_of(each)
        for each in variables
    }


@dataclass(slots=True)
class _Kinds:
    by_code: dict[str, PaperKind] = field(default_factory=dict)


_kinds: Final = _Kinds()


def declare_paper_kind(kind: PaperKind) -> PaperKind:
    """Make a kind known. Raises :class:`PaperKindError` for a code that is taken or a template that is not there."""
    names = [each.name for each in kind.words]
    if kind.code in _kinds.by_code or not kind.template.is_file() or len(set(names)) != len(names):
        raise PaperKindError(kind.code)
    _kinds.by_code[kind.code] = kind
    return kind


def all_paper_kinds() -> tuple[PaperKind, ...]:
    """Every kind, in the order of declaration."""
    return tuple(_kinds.by_code.values())


def paper_kind_of(code: str) -> PaperKind:
    """The kind with this code. Raises :class:`PaperKindError` for one that this program does not know any more."""
    try:
        return _kinds.by_code[code]
    except KeyError:
        raise PaperKindError(gettext("Phần mềm không còn loại giấy “%(code)s”.") % {"code": code}) from None


def kinds_for(model: type[Model]) -> tuple[PaperKind, ...]:
    """Kinds that are issued for records of a model."""
    return tuple(each for each in all_paper_kinds() if each.model is model)
