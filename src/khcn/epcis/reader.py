"""Reading documents: any format in, one model out, with every fault told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from khcn.epcis.codec import decode, json_text, xml_document
from khcn.epcis.codec.json_text import Json
from khcn.epcis.codec.limits import DEFAULT_LIMITS, Limits
from khcn.epcis.errors import DocumentError, EpcisError, Grade, Problem
from khcn.epcis.model import Document, Event
from khcn.epcis.rule_documents import check_document, check_xml

Format = Literal["json", "xml"]
_EVENT_PATH: Final = re.compile(r"/epcisBody(?:/queryResults/resultsBody)?/eventList/(\d+)(?:/|$)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading a document gave.

    `document` has the sound events only, and is None where the frame itself is faulty. `faulty` are the problems of
    grade FORM by the place of their event in the document (from 0).
    """

    document: Document | None
    problems: tuple[Problem, ...]
    faulty: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the whole document has the form of the standard."""
        return self.document is not None and not self.faulty


def format_of(data: bytes | str) -> Format:
    """Whether a document is XML or JSON, by its first character."""
    head = (
        data[:512].lstrip("\ufeff \t\r\n")
        if isinstance(data, str)
        else data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    )
    return "xml" if head[:1] in {"<", b"<"} else "json"


def _tree(data: bytes | str, limits: Limits, *, identifiers: bool) -> tuple[Json, list[Problem]]:
    if format_of(data) == "xml":
        reading = xml_document.read(data, limits)
        return reading.tree, check_xml(reading, identifiers=identifiers)
    tree = json_text.loads(data, limits)
    return tree, check_document(tree, identifiers=identifiers)


def check(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, identifiers: bool = True) -> list[Problem]:
    """All faults of a document in JSON or XML, whatever they are; never raises for what the document holds."""
    try:
        return _tree(data, limits, identifiers=identifiers)[1]
    except DocumentError as error:
        return list(error.problems)


def _split(problems: list[Problem], *, bare: bool) -> tuple[list[Problem], dict[int, list[Problem]]]:
    frame: list[Problem] = []
    events: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.grade is not Grade.FORM:
            continue
        found = _EVENT_PATH.match(problem.path)
        if found:
            events.setdefault(int(found[1]), []).append(problem)
        elif bare and problem.path:
            events.setdefault(0, []).append(problem)
        else:
            frame.append(problem)
    return frame, events


def _unreadable(path: str, error: EpcisError) -> Problem:
    return Problem(
        "UNREADABLE",
        path,
        "Cấu trúc ở đây không đọc được thành sự kiện EPCIS. Đối chiếu với tài liệu mẫu.",
        str(error),
    )


def read(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, identifiers: bool = True) -> Outcome:
    """Read a document in JSON / JSON-LD 2.0, XML 2.0 or XML 1.x, and take from it what is sound.

    Args:
        data: the document; the format is recognised by its first character.
        limits: size, depth and length of numbers that are taken.
        identifiers: look for faults of grade CONTENT too; they do not make an event unsound.
    """
    try:
        tree, problems = _tree(data, limits, identifiers=identifiers)
    except DocumentError as error:
        return Outcome(None, error.problems)
    bare = not decode.is_document(tree)
    frame_faults, faulty = _split(problems, bare=bare)
    if frame_faults:
        return Outcome(None, tuple(problems), {place: tuple(found) for place, found in faulty.items()})
    try:
        frame, names, trees = decode.without_events(tree, from_xml=format_of(data) == "xml")
    except EpcisError as error:
        return Outcome(None, (*problems, _unreadable("", error)))
    events: list[Event] = []
    for place, item in enumerate(trees):
        if place in faulty:
            continue
        try:
            events.append(decode.event(item, names))
        except EpcisError as error:
            problem = _unreadable("" if bare else f"/epcisBody/eventList/{place}", error)
            problems.append(problem)
            faulty[place] = [problem]
    return Outcome(
        frame.with_events(events),
        tuple(problems),
        {place: tuple(found) for place, found in faulty.items()},
    )


def load(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, strict: bool = False) -> Document:
    """Read a document that must be sound.

    Args:
        data: the document, JSON or XML.
        limits: size, depth and length of numbers that are taken.
        strict: refuse problems of grade CONTENT too (check digits, classes among instances).

    Raises:
        DocumentError: with every problem that counts.
    """
    outcome = read(data, limits=limits, identifiers=strict)
    counted = [problem for problem in outcome.problems if strict or problem.grade is Grade.FORM]
    if counted or outcome.document is None:
        raise DocumentError(counted or outcome.problems)
    return outcome.document
