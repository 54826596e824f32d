"""Changes of inputs that keep their form: trees of JSON and XML, texts, members of archives."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 10**30, 0.1, "", " ", "a", "é", "\u0000", "\ud800", "\u202e", "ạ̣", [], {}, [[]], [{}],
    "urn:epc:id:sgtin:9521234.022031.1", "https://id.gs1.org/01/09521234220312/21/1", "2026-10-09T08:30:00.999999999+07:00",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:60-14:00", "+14:00", "-14:00", "1E+400", "NaN", "vidu:a", "https://example.org/a#b", "{a}b", "xml:a", "xmlns:a",
)  # fmt: skip
_TEXTS: Final = tuple(each for each in VALUES if isinstance(each, str))
_SIGNS: Final = (
    "0129 .,:;/\\-+%&=?#()[]{}|*^~\"'\u001d\u0000\u00a0\u200b\u0300đĐạỆ½²①\u202e\ufeff\ud7ff\U0001f600\n\t"
)
_MOST_CHANGES: Final = 4
_MOST_MEMBERS, _LARGEST_MEMBERS = 40, 2**20  # small archives are tried more often


def text_changer(tokens: Sequence[str]) -> Callable[[bytes, random.Random, Sequence[bytes]], bytes | None]:
    """Changes of a text by signs and tokens that its parser knows."""

    def change(content: bytes, chance: random.Random, pool: Sequence[bytes]) -> bytes | None:
        text = content.decode("utf-8", "ignore")
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            text = changed_text(text, chance, tokens, pool)
        return text.encode("utf-8", "ignore")

    return change


def changed_text(text: str, chance: random.Random, tokens: Sequence[str], pool: Sequence[bytes]) -> str:
    """Another text near this one."""
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.choice((0, 0, 0, 1, 1, 2, 5, 20)))
    match chance.randrange(6):
        case 0:
            put = ""
        case 1 if tokens:
            put = chance.choice(tokens)
        case 2 if pool:
            other = chance.choice(pool).decode("utf-8", "ignore")
            first = chance.randint(0, len(other))
            put = other[first : first + chance.randint(1, 30)]
        case 3:
            put = text[start:end] * chance.choice((2, 3, 50))
        case 4:
            put = text[start:end].swapcase()
        case _:
            put = chance.choice(_SIGNS)
    return text[:start] + put + text[end:]


# ------------------------------------------------------------------------------------------ JSON


def _containers(tree: Any) -> list[Any]:
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        children = node.values() if isinstance(node, dict) else node
        waiting.extend(child for child in children if isinstance(child, dict | list))
    return found


def change_json(content: bytes, chance: random.Random, pool: Sequence[bytes]) -> bytes | None:
    """A document with some nodes left out, doubled, renamed, or replaced by those of others."""
    try:
        tree, other = json.loads(content), json.loads(chance.choice(pool))
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict | list) or not isinstance(other, dict | list):
        return None
    others = _containers(other)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        _change_node(chance.choice(_containers(tree)), chance, others)
    try:
        return json.dumps(tree, ensure_ascii=chance.choice((False, True))).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return None


def _change_node(node: Any, chance: random.Random, others: list[Any]) -> None:
    donor = chance.choice(others)
    places: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
    way = chance.randrange(6)
    if not places or way == 0:
        if isinstance(node, dict) and isinstance(donor, dict) and donor:
            key = chance.choice(list(donor))
            node[key] = copy.deepcopy(donor[key])
        elif isinstance(node, list):
            node.insert(chance.randint(0, len(node)), copy.deepcopy(donor))
        return
    place = chance.choice(places)
    match way:
        case 1:
            del node[place]
        case 2 if isinstance(node, dict):
            node[changed_text(str(place), chance, (), ())] = node.pop(place)
        case 2:
            node.append(copy.deepcopy(node[place]))
        case 3 | 4 if isinstance(node[place], str):
            node[place] = changed_text(node[place], chance, _TEXTS, ())
        case _:
            node[place] = copy.deepcopy(chance.choice((chance.choice(VALUES), donor)))


# ------------------------------------------------------------------------------------------ XML

_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def change_xml(content: bytes, chance: random.Random, pool: Sequence[bytes]) -> bytes | None:
    """A document with some elements left out, doubled, moved, renamed, or replaced by those of others."""
    try:
        tree, other = etree.fromstring(content, _PARSER), etree.fromstring(chance.choice(pool), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None
    others = [each for each in other.iter() if isinstance(each.tag, str)]
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        elements = [each for each in tree.iter() if isinstance(each.tag, str)]
        try:
            _change_element(chance.choice(elements), chance, others)
        except ValueError:  # not a name, or not a text, of XML
            continue
    written: Any = etree.tostring(tree, encoding=chance.choice(("utf-8", "utf-8", "us-ascii", "utf-16")))
    return bytes(written)


def _change_element(element: Any, chance: random.Random, others: list[Any]) -> None:
    donor, parent = chance.choice(others), element.getparent()
    match chance.randrange(9):
        case 0 if parent is not None:
            parent.remove(element)
        case 1 if parent is not None:
            parent.insert(chance.randint(0, len(parent)), copy.deepcopy(element))
        case 2:
            element.insert(chance.randint(0, len(element)), copy.deepcopy(donor))
        case 3 if parent is not None:
            parent.replace(element, copy.deepcopy(donor))
        case 4:
            element.tag = donor.tag
        case 5:
            element.set(chance.choice((*donor.attrib, "type", "a")), str(chance.choice(VALUES)))
        case 6 if element.attrib:
            name = chance.choice(list(element.attrib))
            element.set(name, changed_text(element.get(name), chance, (), ()))
        case 7:
            element.text = chance.choice((str(chance.choice(VALUES)), donor.text))
        case _:
            element.text = changed_text(element.text or "", chance, (), ())


# ------------------------------------------------------------------------------------------ archives


def change_member(content: bytes, chance: random.Random, pool: Sequence[bytes]) -> bytes | None:
    """An archive one of whose members is changed as XML or as text, left out, or that of another archive."""
    try:
        members = _members(content)
        others = _members(chance.choice(pool))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, KeyError):
        return None
    if not members or not others:
        return None
    for _ in range(chance.randint(1, 2)):
        name = chance.choice(sorted(members))
        match chance.randrange(8):
            case 0:
                members[name] = others.get(name, members[name])
            case 1:
                another = (name.upper(), f"../{name}", f"{name}x", chance.choice(sorted(others)))
                members[chance.choice(another)] = members[name]
            case 2 | 3 | 4:
                members[name] = change_xml(members[name], chance, [members[name]]) or members[name]
            case _:
                text = changed_text(
                    members[name].decode("utf-8", "ignore"), chance, _IN_SHEETS, [members[name]]
                )
                members[name] = text.encode("utf-8", "ignore")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return made.getvalue()


_IN_SHEETS: Final = (
    'hidden="1"', "<c>", "</c>", '<c r="XFD1048576">', ' r="A0"', ' t="s"', ' t="e"', ' t="d"', ' s="999"', "<v>1e400</v>", "<v>-1</v>", "<f>",
    '<mergeCell ref="A1:XFD1048576"/>', 'table:number-columns-repeated="999999999"', 'table:number-rows-repeated="999999999"', "]]>", "<!--", "&#0;", "&amp;",
    "<row r='2'>", '<col min="1" max="16384" hidden="1"/>', "[$-42A]d", "mmmm", '#,##0" tr"', '"', "office:date-value='0000-00-00'", "P9999999999D",
)  # fmt: skip


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_MEMBERS or sum(each.file_size for each in entries) > _LARGEST_MEMBERS:
            raise ValueError(len(entries))
        return {each.filename: archive.read(each) for each in entries}
