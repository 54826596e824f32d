"""Message catalogues: `python tools/messages.py extract|check|compile`.

Strings in the code are Vietnamese. ``locale/en`` translates all of them into English; ``locale/vi`` holds in Vietnamese
what Django and django-filter say and do not translate themselves. ``extract`` brings the English catalogue up to date
with the code (new strings come empty), ``check`` lists what is missing, untranslated, fuzzy, unused or has other
variables than the original, ``compile`` writes the .mo files, which are not committed.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "khcn"
LOCALE = SOURCE / "locale"
DOMAIN = "django"
FIXED = datetime(2023, 1, 1, tzinfo=UTC)  # a mark in a file, not a moment
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_PYTHON = re.compile(r"%\((\w+)\)[#0 +-]*\d*(?:\.\d+)?[a-z]|%%|%[sd]")
_BRACES = re.compile(r"\{\w+\}")


def po_path(language: str) -> Path:
    """Where a catalogue lives."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(language: str) -> Catalog:
    """A catalogue, empty when there is no file yet."""
    path = po_path(language)
    if not path.exists():
        return new_catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def new_catalog(language: str) -> Catalog:
    """An empty one, without dates and names that would change with every run."""
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project="khcn",
        version="",
        header_comment="# Messages of khcn. Written by tools/messages.py; licence: Apache-2.0.",
        creation_date=FIXED,
        revision_date=FIXED,
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def in_code() -> Catalog:
    """Every string in the code, as a template."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = new_catalog("en")
    for path, _line, text, _comments, context in extract_from_dir(
        SOURCE, methods, options, KEYWORDS, comment_tags=(), directory_filter=wanted
    ):
        if not isinstance(text, tuple) and not text:
            continue
        found.add(text, locations=[(path, 0)], context=context)
    return found


def wanted(folder: str) -> bool:
    """Not into generated code, data or other people's files."""
    return Path(folder).name not in {"migrations", "locale", "static", "__pycache__"}


def variables(text: str) -> Counter[str]:
    """What a string leaves to be filled in."""
    return Counter(match[0] if match[0] != "%%" else "" for match in _PYTHON.finditer(text)) + Counter(
        _BRACES.findall(text)
    )


def edges(text: str) -> tuple[str, str]:
    """White space before and after, on which sentences put together from parts depend."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def as_tuple(text: object) -> tuple[str, ...]:
    """Singular and plural, or the one form."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def faults(message: Message) -> list[str]:
    """What is wrong with one translated message."""
    original, translated = as_tuple(message.id), as_tuple(message.string)
    if message.fuzzy:
        return ["fuzzy"]
    if not all(each.strip() for each in translated):
        return ["untranslated"]
    if any(edges(each) != edges(original[0]) for each in translated):
        return ["other spaces or line breaks at the ends than the original"]
    known = {frozenset(variables(each).items()) for each in original}
    if any(frozenset(variables(each).items()) not in known for each in translated):
        return ["other variables than the original"]
    return []


def check() -> list[str]:
    """Every fault of the catalogues, as lines; none when all is well."""
    template, english = in_code(), load("en")
    lines = []
    for message in template:
        if not message.id:
            continue
        existing = english.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if existing is None:
            lines.append(f"en: missing: {as_tuple(message.id)[0]}")
            continue
        if isinstance(message.id, tuple) and not isinstance(existing.id, list | tuple):
            lines.append(f"en: has no plural: {message.id[0]}")
        lines += [f"en: {fault}: {as_tuple(message.id)[0]}" for fault in faults(existing)]
    used = {(as_tuple(each.id)[0], each.context) for each in template}
    lines += [
        f"en: not in the code any more: {as_tuple(each.id)[0]}"
        for each in english
        if each.id and (as_tuple(each.id)[0], each.context) not in used
    ]
    for message in load("vi"):
        if message.id:
            lines += [f"vi: {fault}: {as_tuple(message.id)[0]}" for fault in faults(message)]
    return sorted(lines)


def extract() -> None:
    """Bring the English catalogue up to date; what is translated already stays."""
    template, old = in_code(), load("en")
    fresh = new_catalog("en")
    for message in sorted(template, key=lambda each: as_tuple(each.id)):
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        existing = old.get(key, message.context)
        string = existing.string if existing is not None and not existing.fuzzy else None
        if isinstance(message.id, tuple) and not isinstance(string, list | tuple):
            string = (string or "", "")
        fresh.add(message.id, string, context=message.context)
    write("en", fresh)


def write(language: str, catalog: Catalog) -> None:
    """Write a catalogue without line numbers, so that it changes only where a text does."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalog,
            no_location=True,
            omit_header=False,
            width=110,
            sort_output=True,
            include_previous=False,
        )
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r'"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By)[^\n]*\n',
        "",
        text,
    )
    path.write_text(text, encoding="utf-8")


def compile_all() -> None:
    """Write every .mo file beside its .po."""
    for path in sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        language = path.parent.parent.name
        fresh = path.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as file:
            write_mo(file, load(language))
        fresh.replace(path.with_suffix(".mo"))  # at once, for a process that reads it now
        print(f"{language}: {len(load(language))} messages")


def is_stale() -> bool:
    """Is a compiled catalogue missing or older than its source?"""
    return any(
        not path.with_suffix(".mo").exists() or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
        for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
    )


def main(word: str) -> int:
    """Run one word; the exit status of ``check`` says whether all is well."""
    if word == "extract":
        extract()
    elif word == "compile":
        compile_all()
    elif word == "check":
        lines = check()
        print("\n".join(lines) or "all messages translated")
        return bool(lines)
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
