"""Absolute URIs of RFC 3986: the format ``uri`` of the JSON schema."""

import ipaddress
import re
from typing import Final

_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_REG_NAME = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
_USER = r"(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    rf"(?://{_USER}(?:\[(?P<literal>[^\]]*)\]|{_REG_NAME})(?::[0-9]*)?(?:/{_PCHAR}*)*|/(?!/)(?:{_PCHAR}|/)*|(?!/)(?:{_PCHAR}|/)*)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_FUTURE: Final = re.compile(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+")
_PLAIN: Final = re.compile(r"(?:urn:[A-Za-z]|https?://[A-Za-z0-9.\-]+/)[A-Za-z0-9\-._~!$&'()*+,;=:@/]*")

is_plain_uri: Final = _PLAIN.fullmatch
"""Finds nearly all URIs by one expression; what it does not find may be one (`is_uri`)."""


def is_uri(text: str) -> bool:
    """Whether text is an absolute URI, with a scheme and legal characters only.

    >>> is_uri("urn:epc:id:sgtin:9521234.022031.1"), is_uri("lô hàng 7")
    (True, False)
    """
    if is_plain_uri(text):  # the usual case
        return True
    found = _URI.fullmatch(text)
    if not found:
        return False
    literal = found["literal"]
    if literal is None or _FUTURE.fullmatch(literal):
        return True
    try:
        ipaddress.IPv6Address(literal)
    except ValueError:
        return False
    return "%" not in literal
