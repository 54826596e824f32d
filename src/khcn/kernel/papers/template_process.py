"""Reads, checks and fills one template. Runs in a process of its own (`khcn.kernel.bounded_process`).

Neither models nor the program's settings are loaded here: a template is filled from its bytes, the words it may use and
the data of the paper, and from nothing else.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import orjson
import typst  # noqa: F401 -- its code is mapped while there is room below the limit of memory
from django.conf import settings

from khcn.kernel.documents.docx import render_docx
from khcn.kernel.documents.html import render_html
from khcn.kernel.documents.pdf import render_pdf, signature_place
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.papers.toml_template import compose_document, read_layout

settings.configure(
    USE_I18N=False, LANGUAGE_CODE="vi"
)  # papers, and what is refused about their templates, are Vietnamese


def answer(request: bytes) -> bytes:
    """One line of JSON, then the bytes it announces.

    The request is a line of JSON (``format``, ``words``, ``data``, ``fonts`` and ``wanted``: "files", "html" or
    "signature_place") and the template. The answer's line holds the lengths of the files that follow, or ``refused``: the sentence for the person
    who sent the template, or ``fault``: what was raised where only a :class:`TemplateRefused` was expected.
    """
    line, _end, content = request.partition(b"\n")
    try:
        files = _made(orjson.loads(line), content)
    except TemplateRefused as refusal:
        return orjson.dumps({"refused": str(refusal)})
    except MemoryError:
        raise  # the limit of this process: it ends here, and the caller says so
    except Exception:  # noqa: BLE001 -- written to the log by the program that asked
        return orjson.dumps({"fault": traceback.format_exc(limit=-5)[-2_000:]})
    return orjson.dumps({"lengths": [len(each) for each in files]}) + b"\n" + b"".join(files)


def _made(asked: dict[str, Any], content: bytes) -> list[bytes]:
    if asked["format"] == "docx":
        from khcn.kernel.papers.docx_template import fill_docx_template  # local: slow import

        return [fill_docx_template(content, asked["words"], asked["data"])]
    document = compose_document(read_layout(content), asked["words"], asked["data"])
    if asked["wanted"] == "html":
        return [render_html(document, None, standalone=False).encode()]
    if asked["wanted"] == "signature_place":
        return [orjson.dumps(signature_place(document, Path(asked["fonts"])))]
    return [render_docx(document), render_pdf(document, Path(asked["fonts"]))]
