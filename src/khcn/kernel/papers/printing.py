"""A paper's files from its template and its data; equal input gives equal bytes.

Templates come from people, so every one is filled in a process with limits of time and memory, at each print: the data
of a real paper may be longer than those of the trial.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from khcn.kernel.bounded_process import ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.papers.models import TemplateFormat
from khcn.kernel.papers.template_language import TemplateRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.papers.kinds import PaperKind

log = logging.getLogger(__name__)

PROCESS: Final = "khcn.kernel.papers.template_process"
LIMITS: Final = ProcessLimits(seconds=30, cpu_seconds=10, memory=768 * 2**20, answer=24 * 2**20)
# A template is taken only if it is printed in less than half of that, so that a paper with longer data is printed too.
LIMITS_OF_TRIAL: Final = ProcessLimits(seconds=15, cpu_seconds=4, memory=512 * 2**20, answer=12 * 2**20)


@dataclass(frozen=True, slots=True)
class PrintedFiles:
    """The files of one paper. A Word template gives no PDF: only Word can lay it out."""

    docx: bytes
    pdf: bytes | None


def print_files(
    kind: PaperKind,
    template_format: str,
    content: bytes,
    data: Mapping[str, Any],
    limits: ProcessLimits = LIMITS,
) -> PrintedFiles:
    """Make the files. Takes no lock and writes nothing.

    Raises:
        TemplateRefused: the template cannot be read, uses words that the kind does not have, or takes too much.
    """
    files = _made("files", kind, template_format, content, data, limits)
    return PrintedFiles(files[0], files[1] if len(files) > 1 else None)


def preview_html(kind: PaperKind, template_format: str, content: bytes, data: Mapping[str, Any]) -> str:
    """The paper as HTML for the screen; a Word template has no such picture and gives ""."""
    if template_format == TemplateFormat.DOCX:
        return ""
    return _made("html", kind, template_format, content, data, LIMITS)[0].decode()


def _made(
    wanted: str,
    kind: PaperKind,
    template_format: str,
    content: bytes,
    data: Mapping[str, Any],
    limits: ProcessLimits,
) -> list[bytes]:
    asked = {
        "wanted": wanted,
        "format": str(template_format),
        "words": kind.variable_names,
        "data": dict(data),
        "fonts": str(settings.FONTS),
    }
    try:
        answer = run_bounded(PROCESS, orjson.dumps(asked) + b"\n" + content, limits)
    except ProcessFailed as ended:
        raise TemplateRefused(
            _(
                "Mẫu quá phức tạp: in quá %(seconds)d giây hoặc quá %(memory)d MB bộ nhớ nên đã dừng. Bỏ bớt khối, "
                "chỗ điền và hình trong mẫu rồi làm lại."
            )
            % {"seconds": limits.cpu_seconds, "memory": limits.memory // 2**20},
            code="template_too_large",
        ) from ended
    line, _end, files = answer.partition(b"\n")
    reported = orjson.loads(line)
    if refused := reported.get("refused"):
        raise TemplateRefused(refused, code="template")
    if fault := reported.get("fault"):
        log.error("a template of %s was not filled: %s", kind.code, fault)
        raise TemplateRefused(
            _("Không điền được mẫu này. So với mẫu đi kèm phần mềm, bỏ phần lạ rồi tải lên lại."),
            code="template",
        )
    found, start = [], 0
    for length in reported["lengths"]:
        found.append(files[start : start + length])
        start += length
    return found
