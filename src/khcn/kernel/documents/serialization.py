"""Documents as JSON: what a frozen report stores.

Fields that have their default are left out, so that a field added later changes neither the stored form nor the
fingerprint of documents that do not use it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.documents.model import (
    Annex,
    Block,
    DocumentColumn,
    Footnote,
    Heading,
    Mark,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Run,
    Table,
    UnprintableDocumentError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from khcn.kernel.documents.model import Runs

Json = dict[str, Any]

FORMAT: Final = 1
_BLOCK_NAMES: Final[dict[type[Block], str]] = {
    Heading: "heading",
    Paragraph: "paragraph",
    Table: "table",
    PageBreak: "page_break",
}


def to_dict(document: OfficialDocument) -> Json:
    """The document as plain JSON values; `from_dict` gives an equal document back."""
    return {"format": FORMAT, **_plain(document)}


def from_dict(data: Mapping[str, Any]) -> OfficialDocument:
    """The document that `to_dict` was given.

    Raises:
        DocumentError: the data are of another format, or damaged.
    """
    fields = dict(data)
    if (found := fields.pop("format", None)) != FORMAT:
        message = _(
            "Văn bản lưu theo định dạng %(found)s, phần mềm này đọc định dạng %(known)d: hãy nâng cấp phần mềm."
        )
        raise UnprintableDocumentError(message % {"found": found, "known": FORMAT})
    try:
        return _document(fields)
    except UnprintableDocumentError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = _("Bản lưu của văn bản bị hỏng (%(detail)s): hãy khôi phục từ bản sao lưu.")
        raise UnprintableDocumentError(message % {"detail": error}) from error


def fingerprint(document: OfficialDocument) -> str:
    """SHA-256 of the canonical JSON form, in hex.

    Unlike a hash of the Word or PDF file it does not change with the version of a rendering library.
    """
    canonical = json.dumps(to_dict(document), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mark):
        return value.value
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
        kind = _BLOCK_NAMES.get(type(value))  # type: ignore[arg-type]  # any dataclass; most are no block
        return {"block": kind, **fields} if kind else fields
    return value


def _document(data: Json) -> OfficialDocument:
    signed = data.get("signed_on")
    data |= {
        "blocks": _blocks(data["blocks"]),
        "signed_on": dt.date.fromisoformat(signed) if signed else None,
        "bases": tuple(_runs(base) for base in data.get("bases", ())),
        "closing": _runs(data.get("closing", ())),
        "annexes": tuple(
            Annex(**annex | {"blocks": _blocks(annex["blocks"])}) for annex in data.get("annexes", ())
        ),
    }
    for name in ("addressees", "recipients", "signer_capacity", "co_signer_capacity"):
        data[name] = tuple(data.get(name, ()))
    return OfficialDocument(**data)


def _blocks(items: Iterable[Json]) -> tuple[Block, ...]:
    return tuple(_block(dict(item)) for item in items)


def _block(data: Json) -> Block:
    match data.pop("block"):
        case "heading":
            return Heading(**data | {"runs": _runs(data["runs"]), "tail": _runs(data.get("tail", ()))})
        case "paragraph":
            return Paragraph(**data | {"runs": _runs(data["runs"])})
        case "table":
            columns = tuple(DocumentColumn(**column) for column in data["columns"])
            rows = tuple(tuple(_runs(cell) for cell in row) for row in data["rows"])
            return Table(columns, rows, data.get("caption", ""))
        case "page_break":
            return PageBreak()
        case other:
            raise KeyError(other)


def _runs(items: Iterable[Json]) -> Runs:
    return tuple(_run(item) for item in items)


def _run(data: Json) -> Run:
    note, mark = data.get("note"), data.get("mark")
    return Run(
        **data
        | {
            "note": Footnote(_runs(note["runs"])) if note is not None else None,
            "mark": Mark(mark) if mark is not None else None,
        }
    )
