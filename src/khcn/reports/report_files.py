"""The printed files of a report."""

from __future__ import annotations

import hashlib


class ReportFiles:
    """The three files of a report, with their hashes."""

    def __init__(self, *, docx: bytes, pdf: bytes, html: bytes) -> None:
        self.docx, self.pdf, self.html = docx, pdf, html.decode()
        contents = {"docx": docx, "pdf": pdf, "html": html}
        self.hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
