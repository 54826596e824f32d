"""Draws labels with codes by the template of an area, in a process of its own (:mod:`khcn.kernel.bounded_process`): thousands of codes take
hundreds of megabytes, which end with the process.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import typst  # noqa: F401 -- its code is mapped while there is room below the limit of memory
import zxingcpp

from khcn.kernel.documents.pdf import compile_template

_LEAST_MODULE: Final = 0.396
"""Millimetres: smaller modules of a QR code are not for telephones (GS1 General Specifications 5.12.3)."""


def answer(request: bytes) -> bytes:
    """The PDF. The request is JSON: the paths of the ``template`` and the ``fonts``, and what the template reads, with texts for the codes."""
    asked = json.loads(request)
    template, fonts = Path(asked.pop("template")), Path(asked.pop("fonts"))
    asked["codes"] = [_codes(each, asked["code"]) for each in asked["codes"]]
    return compile_template(template, {"labels": json.dumps(asked, ensure_ascii=False)}, fonts)


def _codes(texts: dict[str, str], width: float) -> dict[str, str]:
    """The codes of a label: the QR code of an address, with its width in millimetres, the GS1 DataMatrix and the
    GS1-128 of element strings where there are any.
    """
    elements = texts["elements"]
    return {
        "serial": texts["serial"],
        "symbol": _qr_code(texts["address"], width),
        "data_matrix": _matrix(elements) if elements else "",
        "linear": _linear(each) if (each := texts.get("linear", "")) else "",
    }


def _qr_code(text: str, width: float) -> str:
    """A QR code of which a quarter may be lost (level Q), or of less where its modules would be too small for that."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    if width / code.to_image(scale=1, add_quiet_zones=True).shape[0] < _LEAST_MODULE:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return _drawn(code)


def _matrix(elements: str) -> str:
    """The GS1 DataMatrix of elements in brackets, square ones where data may have round ones."""
    return _drawn(
        zxingcpp.create_barcode(elements, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    )


def _linear(elements: str) -> str:
    """The GS1-128 of elements in brackets, without words: the template sets these."""
    return _drawn(zxingcpp.create_barcode(elements, zxingcpp.BarcodeFormat.Code128, gs1=True))


def _drawn(code: zxingcpp.Barcode) -> str:
    """A code with its quiet zone, as SVG; without the head of a file, of which a printing would have thousands."""
    svg: str = code.to_svg(add_quiet_zones=True)
    return svg[svg.index("<svg") :]
