"""Draws labels with codes by the template of an area, in a process of its own (:mod:`khcn.kernel.bounded_process`): thousands of codes take
hundreds of megabytes, which end with the process.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst  # noqa: F401 -- its code is mapped while there is room below the limit of memory
import zxingcpp

from khcn.kernel.documents.pdf import compile_template


def answer(request: bytes) -> bytes:
    """The PDF. The request is JSON: the paths of the ``template`` and the ``fonts``, and what the template reads, with texts for the codes."""
    asked = json.loads(request)
    template, fonts = Path(asked.pop("template")), Path(asked.pop("fonts"))
    asked["codes"] = [_codes(each) for each in asked["codes"]]
    return compile_template(template, {"labels": json.dumps(asked, ensure_ascii=False)}, fonts)


def _codes(texts: dict[str, str]) -> dict[str, str]:
    """The codes of a label: the QR code of an address, the GS1 DataMatrix of element strings where there are any."""
    elements = texts["elements"]
    return {
        "serial": texts["serial"],
        "symbol": _drawn(texts["address"], "QRCode", ec_level="M"),
        "data_matrix": _drawn(elements, "DataMatrix", gs1=True, force_square=True) if elements else "",
    }


def _drawn(text: str, kind: str, **options: Any) -> str:
    """A code with its quiet zone, as SVG; without the head of a file, of which a printing would have thousands."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind), **options)
    svg: str = code.to_svg(add_quiet_zones=True)
    return svg[svg.index("<svg") :]
