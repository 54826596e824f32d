"""Elements of XML that nobody has checked, found by patterns in time that grows with the text alone. Runs in the process that reads
workbooks, and imports nothing of the program.

A pattern for a tag keeps to ``[^<>]``: with ``[^>]`` each of many tags that never end is read to the end of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator


def elements(
    xml: bytes, opening: re.Pattern[bytes], closing: re.Pattern[bytes]
) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """Each opening tag with what stands between it and the next closing one; nothing, for a tag that ends in ``/>``.

    Where no closing tag follows there is none behind a later opening one either: the search ends.
    """
    at = 0
    while begin := opening.search(xml, at):
        at = begin.end()
        if begin[0].endswith(b"/>"):
            yield begin, b""
            continue
        end = closing.search(xml, at)
        if end is None:
            return
        yield begin, xml[at : end.start()]
        at = end.end()
