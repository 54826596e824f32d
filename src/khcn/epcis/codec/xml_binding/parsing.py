"""Parses untrusted XML into an element tree."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Final

from lxml import etree

from khcn.epcis.codec.json_binding.json_text import fault
from khcn.epcis.codec.limits import DEFAULT_LIMITS, Limits
from khcn.epcis.codec.text_encoding import UTF_8, xml_in_utf8

_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s+[\w:.\-]+\s*>")


def _refuse_dtd(data: bytes) -> None:
    """A DOCTYPE that only names the root is harmless; any other is refused before parsing."""
    start = data.find(b"<!DOCTYPE")
    if start >= 0 and not _DOCTYPE.match(data, start):
        raise fault(
            "DTD",
            "",
            "Tài liệu XML có khai báo DTD. Xóa phần <!DOCTYPE …> rồi gửi lại.",
            "a document type definition is not taken",
        )
    if b"<!ENTITY" in data:
        raise fault(
            "DTD",
            "",
            "Tài liệu XML có khai báo thực thể (<!ENTITY>). Xóa khai báo này rồi gửi lại.",
            "entity declarations are not taken",
        )


def _refuse_large(raw: bytes, limits: Limits) -> None:
    if len(raw) > limits.size:
        raise fault(
            "TOO_LARGE",
            "",
            f"Tài liệu lớn hơn {limits.size} byte. Chia thành nhiều tài liệu.",
            f"the document is larger than {limits.size} bytes",
        )


def _refuse_hostile(raw: bytes, limits: Limits) -> None:
    if raw.count(b"<") + raw.count(b"=") > 2 * limits.values:  # tags open and close
        raise fault(
            "TOO_LARGE",
            "",
            "Tài liệu có quá nhiều phần tử. Chia thành nhiều tài liệu.",
            "the document holds too many elements",
        )
    _refuse_dtd(raw)


def _sound_text(data: bytes | str, limits: Limits) -> bytes:
    """The text of a document in UTF-8, where the search for a DTD, which looks for ASCII bytes, cannot be led past one."""
    raw = data.removeprefix("\ufeff").encode() if isinstance(data, str) else data
    _refuse_large(raw, limits)
    if isinstance(data, bytes):
        raw = xml_in_utf8(data)
    _refuse_hostile(raw, limits)
    return raw.lstrip()


def parse(
    data: bytes | str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    tags: Sequence[str] = (),
    take: Callable[[etree._Element], bool] = lambda element: False,
    prefixes: dict[str, str] | None = None,
) -> etree._Element:
    """Read XML without entities, DTD, network, comments and processing instructions.

    Args:
        data: the text.
        limits: what is taken.
        tags: elements that are shown to `take` as soon as they are complete.
        take: takes what it wants of such an element; one that it says it has taken is emptied at once, so that the
            elements of a large document need not all be in memory.
        prefixes: is filled with the prefix of each namespace that is declared anywhere so far; the first one, of several. An
            element's own `nsmap` would be made anew for each.

    Raises:
        DocumentError: not XML (with line and column), too large, too deep, with a DTD or entities.
    """
    reading = etree.iterparse(
        BytesIO(_sound_text(data, limits)),
        events=("start-ns", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=UTF_8,
    )
    try:
        for event, element in reading:
            if event == "start-ns":
                prefix, uri = element
                if prefix and prefixes is not None:
                    prefixes.setdefault(uri, prefix)
                continue
            _refuse_depth(element, limits.depth - sum(1 for _ in element.iterancestors()))
            if take(element):
                element.clear()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise fault(
            "XML",
            "",
            f"Không đọc được XML ở dòng {line}, cột {column}. Kiểm tra thẻ mở, thẻ đóng và ký tự đặc biệt.",
            f"not XML at line {line}, column {column}: {error.msg}",
        ) from None
    root: etree._Element = reading.root
    _refuse_depth(root, limits.depth)
    return root


def _refuse_depth(root: etree._Element, depth: int) -> None:
    level = [root]
    for _ in range(depth):
        level = [child for element in level for child in element]
        if not level:
            return
    raise fault(
        "TOO_DEEP",
        "",
        "Tài liệu lồng nhau quá nhiều tầng. Giảm số tầng của các trường mở rộng.",
        "elements are nested too deeply",
    )
