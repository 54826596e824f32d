"""What people call a browser. The header itself is shown nowhere: its text is the sender's own."""

from __future__ import annotations

from typing import Final

# The first that is found counts: most name the others too.
_PROGRAMS: Final = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_MACHINES: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(header: str) -> str:
    """Such as "Chrome, Windows"; "" for what names no browser that we know."""
    found = (next((name for mark, name in known if mark in header), "") for known in (_PROGRAMS, _MACHINES))
    return ", ".join(each for each in found if each)
