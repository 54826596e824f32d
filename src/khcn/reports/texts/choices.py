"""Words for nothing beside a stretch of text: ``{{neu_co}}cấp [NT-05] giấy{{neu_khong}}không cấp giấy nào{{het}}``.

The first words are printed while one of their figures counts anything, the others while all of them are 0. The others may be empty:
then nothing is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.reports.texts.nodes import ChoiceMark, Figure, NoteMark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.texts.nodes import Inline, Inlines

CHOICE_MARKS: Final = {
    "neu_co": "in khi có số liệu",
    "neu_khong": "in khi không phát sinh",
    "het": "hết lời thay nhau",
}
_BEGIN, _ELSE, _END = CHOICE_MARKS


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a line; ``nothing``: the words in its place while its figures are 0, None where it has none."""

    inlines: Inlines
    nothing: Inlines | None = None


def stretches(inlines: Inlines) -> Iterator[Stretch]:
    """The stretches of a line in order; its marks are well placed (`misplaced`)."""
    plain: list[Inline] = []
    some: list[Inline] = []
    here = plain
    nothing: list[Inline] = []
    for each in inlines:
        if not isinstance(each, ChoiceMark):
            here.append(each)
        elif each.name == _BEGIN:
            yield Stretch(tuple(plain))
            plain, some, nothing = [], [], []
            here = some
        elif each.name == _ELSE:
            here = nothing
        else:
            yield Stretch(tuple(some), tuple(nothing))
            here = plain
    yield Stretch(tuple(plain))


def misplaced(inlines: Inlines) -> bool:
    """Whether a line has one of the marks without the others in their order, no figure before the words for nothing, or a figure
    or the mark of a note in them.
    """
    wanted, has_figure = _BEGIN, False
    for each in inlines:
        if isinstance(each, ChoiceMark):
            if each.name != wanted or (each.name == _ELSE and not has_figure):
                return True
            wanted = {_BEGIN: _ELSE, _ELSE: _END, _END: _BEGIN}[each.name]
            has_figure = False
        elif isinstance(each, Figure | NoteMark):
            if wanted == _END:
                return True
            has_figure = has_figure or isinstance(each, Figure)
    return wanted != _BEGIN
