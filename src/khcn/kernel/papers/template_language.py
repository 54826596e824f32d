"""The small language of templates: words in braces, loops over lists, and conditions. Nothing else runs.

Jinja parses and renders; :class:`TemplateEnvironment` looks at what was parsed before anything is rendered. It accepts
the names that the kind of paper declares, ``for`` over a declared list and ``if``. Calls, filters, arithmetic, imports
and attributes that were not declared are refused, so that a template cannot reach into the program. What it costs is
bounded by the process in which it is filled (`khcn.kernel.papers.template_process`), which loads neither models nor
settings; so this module knows kinds of papers by their words alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEEPEST_LOOP: Final = 2
# What Jinja and Python raise for conditions or operators that stand too deep within each other.
TOO_DEEP: Final = (RecursionError, SyntaxError)
NAMED: Final = 20  # things that a refusal names, at most
SIGN: Final = "\x01"  # stands for a mark of the template while words are filled in; no data hold it
LOOP_WORDS: Final = frozenset({"index", "first", "last"})
_PLAIN: Final = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
)

# The words of a kind of paper: None for a plain word, the words of its items for a list.
Words: TypeAlias = "dict[str, Words | None]"


class TemplateRefused(Refused):
    """A template that cannot be used; the text says what to change in it."""


def first_template_names(names: Iterable[str]) -> str:
    """The first of them, each once and cut short, for a sentence that a person reads."""
    found = list(dict.fromkeys(each[:60] for each in names))
    return ", ".join([*found[:NAMED], *(["…"] if len(found) > NAMED else [])])


def _without_sign(value: Any) -> Any:
    return value.replace(SIGN, "") if isinstance(value, str) else value


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja without anything but words, loops and conditions. ``problems`` collects what a template has too much of."""

    def __init__(
        self,
        words: Words,
        *,
        item: tuple[str, Words] | None = None,
        autoescape: bool = False,
    ) -> None:
        """``item`` is the name of one list's item, and its words, for texts that are filled once for each."""
        super().__init__(
            undefined=StrictUndefined,
            autoescape=autoescape,
            keep_trailing_newline=True,
            finalize=_without_sign,
        )
        self.globals.clear()
        self.words = dict(words)
        if item:
            self.words[f"{item[0]}."] = {**item[1], "index": None}
        self.problems: dict[str, None] = {}  # in the order found, each once

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.body:
            self._look(node, self.words, 0)
        if self.problems:
            self.refuse()
        return tree

    def refuse(self) -> None:
        """Raise :class:`TemplateRefused` with everything found."""
        raise TemplateRefused(
            _(
                "Mẫu dùng những chỗ điền mà phần mềm không có: %(problems)s. Xem danh sách chỗ điền rồi sửa mẫu."
            )
            % {"problems": first_template_names(self.problems)}
        )

    def _look(self, node: nodes.Node, scope: Words, depth: int) -> None:
        match node:
            case nodes.Name():
                if node.name not in scope:
                    self.problems[node.name] = None
            case nodes.Getattr():
                self._look_at_item(node, scope)
            case nodes.For():
                self._look_at_loop(node, scope, depth)
            case _ if isinstance(node, _PLAIN) or _is_comparison(node):
                for child in node.iter_child_nodes():
                    if (
                        isinstance(node, nodes.Output)
                        and isinstance(child, nodes.Name)
                        and scope.get(child.name)
                    ):
                        self.problems[child.name] = None  # a list: only its items can be printed
                    self._look(child, scope, depth)
            case _:
                self.problems[f"{{{type(node).__name__.lower()}}}"] = None

    def _look_at_item(self, node: nodes.Getattr, scope: Words) -> None:
        owner = node.node.name if isinstance(node.node, nodes.Name) else ""
        if owner == "loop" and "loop" in scope and node.attr in LOOP_WORDS:
            return
        rows = scope.get(f"{owner}.")
        if rows is None or node.attr not in rows:
            self.problems[f"{owner or '…'}.{node.attr}"] = None

    def _look_at_loop(self, node: nodes.For, scope: Words, depth: int) -> None:
        name = _path(node.iter)
        rows = scope.get(name) if "." not in name else _rows_of_item(name, scope)
        plain = isinstance(node.target, nodes.Name) and not node.recursive and node.test is None
        if rows is None or not plain or depth >= DEEPEST_LOOP:
            self.problems[f"for … in {name or '…'}"] = None
            return
        inner: Words = {**scope, "loop": None, f"{node.target.name}.": rows}  # type: ignore[attr-defined]
        for child in node.body:
            self._look(child, inner, depth + 1)
        for child in node.else_:
            self._look(child, scope, depth)


def _is_comparison(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Compare):
        return all(each.op in {"eq", "ne"} for each in node.ops)
    return isinstance(node, nodes.Operand)


def _path(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr(node=nodes.Name()):
            return f"{node.node.name}.{node.attr}"  # type: ignore[attr-defined]
        case _:
            return ""


def _rows_of_item(path: str, scope: Words) -> Words | None:
    owner, _dot, name = path.partition(".")
    return (scope.get(f"{owner}.") or {}).get(name)


def fill_template(text: str, environment: TemplateEnvironment, data: Mapping[str, Any]) -> str:
    """``text`` with its words filled in. Raises :class:`TemplateRefused`."""
    if "{" not in text:
        return text
    try:
        return environment.from_string(text).render(data)
    except TOO_DEEP as fault:
        raise TemplateRefused(
            _("“%(text)s” có quá nhiều điều kiện lồng nhau. Viết lại cho đơn giản hơn.") % {"text": text[:80]}
        ) from fault
    except (TemplateError, ValueError) as fault:
        raise TemplateRefused(
            _("Không đọc được “%(text)s”: %(fault)s. Kiểm tra các dấu ngoặc {{ … }} trong mẫu.")
            % {"text": text[:80], "fault": str(fault)[:200]}
        ) from fault
