"""Message catalogues: `python tools/messages.py extract|check|compile`.

Strings in the code are Vietnamese. ``locale/en`` translates all of them into English, but for those that areas alone use:
each area has these in ``<area>/locale/en``. ``locale/vi`` holds in Vietnamese what Django and django-filter say and do not
translate themselves. ``extract`` brings the English catalogues up to date with the code (new strings come empty), ``check``
lists what is missing, untranslated, fuzzy, unused, has other variables than the original or is translated otherwise by another
area, ``compile`` writes the .mo files, which are not committed.
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
NO_AREAS = {
    "config",
    "web",
    "reports",
    "parties",
    "reference",
    "kernel",
    "epcis",
}  # as in the import contracts
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


def areas() -> list[str]:
    """The areas, each of which has a catalogue of its own."""
    return sorted(path.parent.name for path in SOURCE.glob("*/apps.py") if path.parent.name not in NO_AREAS)


def po_path(language: str, area: str = "") -> Path:
    """Where a catalogue lives: that of an area, or the one of what is no area's alone."""
    return SOURCE / area / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def all_po_paths() -> list[Path]:
    """Every catalogue that is there."""
    return sorted(
        [*LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"), *SOURCE.glob(f"*/locale/*/LC_MESSAGES/{DOMAIN}.po")]
    )


def load(language: str, area: str = "") -> Catalog:
    """A catalogue, empty when there is no file yet."""
    return read(po_path(language, area), language)


def read(path: Path, language: str) -> Catalog:
    """The catalogue of a file, empty when there is none."""
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


def in_code() -> dict[str, Catalog]:
    """Every string in the code, as templates: by area those that areas alone use, under "" all others."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    known = areas()
    found = {area: new_catalog("en") for area in ("", *known)}
    for path, _line, text, _comments, context in extract_from_dir(
        SOURCE, methods, options, KEYWORDS, comment_tags=(), directory_filter=wanted
    ):
        if not isinstance(text, tuple) and not text:
            continue
        package = path.partition("/")[0]
        found[package if package in known else ""].add(text, locations=[(path, 0)], context=context)
    for area in known:
        for key in [(each.id, each.context) for each in found[area] if each.id and _same(found[""], each)]:
            found[area].delete(*key)
    return found


def _same(catalog: Catalog, message: Message) -> Message | None:
    """The message of another catalogue with the same id."""
    return catalog.get(message.id if isinstance(message.id, str) else message.id[0], message.context)


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
    lines: list[str] = []
    seen: dict[tuple[str, str | None], object] = {}
    for area, template in in_code().items():
        english, name = load("en", area), f"en {area}".rstrip()
        lines += _faults_of(name, template, english)
        for message in english:
            if (
                message.id
                and seen.setdefault((as_tuple(message.id)[0], message.context), message.string)
                != message.string
            ):
                lines.append(f"{name}: translated otherwise by another area: {as_tuple(message.id)[0]}")
    for message in load("vi"):
        if message.id:
            lines += [f"vi: {fault}: {as_tuple(message.id)[0]}" for fault in faults(message)]
    return sorted(lines)


def _faults_of(name: str, template: Catalog, english: Catalog) -> list[str]:
    """Faults of one catalogue, compared with the strings that it should have."""
    lines = []
    for message in template:
        if not message.id:
            continue
        existing = _same(english, message)
        if existing is None:
            lines.append(f"{name}: missing: {as_tuple(message.id)[0]}")
            continue
        if isinstance(message.id, tuple) and not isinstance(existing.id, list | tuple):
            lines.append(f"{name}: has no plural: {message.id[0]}")
        lines += [f"{name}: {fault}: {as_tuple(message.id)[0]}" for fault in faults(existing)]
    used = {(as_tuple(each.id)[0], each.context) for each in template}
    lines += [
        f"{name}: not in the code of it alone any more: {as_tuple(each.id)[0]}"
        for each in english
        if each.id and (as_tuple(each.id)[0], each.context) not in used
    ]
    return lines


def extract() -> None:
    """Bring the English catalogues up to date; what is translated already stays, in whichever of them it belongs now."""
    old = [load("en", area) for area in ("", *areas())]
    for area, template in in_code().items():
        fresh = new_catalog("en")
        for message in sorted(template, key=lambda each: as_tuple(each.id)):
            if not message.id:
                continue
            translations = [
                each for each in (_same(catalog, message) for catalog in old) if each and not each.fuzzy
            ]
            string = next((each.string for each in translations if any(as_tuple(each.string))), None)
            if isinstance(message.id, tuple) and not isinstance(string, list | tuple):
                string = (string or "", "")
            fresh.add(message.id, string, context=message.context)
        if len(fresh) or not area:
            write(po_path("en", area), fresh)
        else:
            po_path("en", area).unlink(missing_ok=True)


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalogue without line numbers, so that it changes only where a text does."""
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
    for path in all_po_paths():
        catalog = read(path, path.parent.parent.name)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as file:
            write_mo(file, catalog)
        fresh.replace(path.with_suffix(".mo"))  # at once, for a process that reads it now
        print(f"{path.relative_to(SOURCE).parent.parent}: {len(catalog)} messages")


def is_stale() -> bool:
    """Is a compiled catalogue missing or older than its source?"""
    return any(
        not path.with_suffix(".mo").exists() or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
        for path in all_po_paths()
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
