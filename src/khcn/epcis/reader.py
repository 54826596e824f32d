"""Reads documents of any format into the model, and reports all of their faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.codec.json_binding.decode_documents import decode_frame, is_document
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.codec.limits import DEFAULT_LIMITS, Limits
from khcn.epcis.codec.text_encoding import beginning
from khcn.epcis.codec.xml_binding import document_reader
from khcn.epcis.codec.xml_binding.event_reader import Reading
from khcn.epcis.errors import DocumentError, EpcisError, Problem, Severity
from khcn.epcis.model import Document, Event
from khcn.epcis.rules.documents import check_document, check_frame, check_xml, only_in_json
from khcn.epcis.rules.events import check_event

Format = Literal["json", "xml"]
_EVENT_PATH: Final = re.compile(r"/epcisBody(?:/queryResults/resultsBody)?/eventList/(\d+)(?:/|$)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of reading a document.

    `document` has only the valid events, and is None where the frame itself is faulty, or the document is one bare event and that
    is faulty. `faulty` are the problems of severity
    FORM by the index of their event in the document (from 0).
    """

    document: Document | None
    problems: tuple[Problem, ...]
    faulty: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the whole document is valid in form."""
        return self.document is not None and not self.faulty


def format_of(data: bytes | str) -> Format:
    """Whether a document is XML or JSON, by its first character."""
    head = data[:512].lstrip("\ufeff \t\r\n") if isinstance(data, str) else beginning(data)
    return "xml" if head[:1] == "<" else "json"


def _tree(data: bytes | str, limits: Limits) -> tuple[Json, Reading | None]:
    if format_of(data) == "xml":
        reading = document_reader.read(data, limits)
        return reading.tree, reading
    return json_text.loads(data, limits), None


def check(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, identifiers: bool = True) -> list[Problem]:
    """All faults of a document in JSON or XML; never raises, whatever the document contains."""
    try:
        tree, reading = _tree(data, limits)
    except DocumentError as error:
        return list(error.problems)
    if reading is not None:
        return check_xml(reading, identifiers=identifiers)
    return check_document(tree, identifiers=identifiers)


def _unreadable(path: str, error: EpcisError) -> Problem:
    return Problem(
        "UNREADABLE",
        path,
        "Cấu trúc ở đây không đọc được thành sự kiện EPCIS. Đối chiếu với tài liệu mẫu.",
        str(error),
    )


def _event_list(tree: Json) -> tuple[list[Json], str]:
    """The plain events of a document, and the path of their list; a faulty frame may have none."""
    body, path = tree.get("epcisBody"), "/epcisBody"
    for name in ("queryResults", "resultsBody"):
        if isinstance(body, dict) and name in body:
            body, path = body[name], f"{path}/{name}"
    found = body.get("eventList") if isinstance(body, dict) else None
    return found if isinstance(found, list) else [], f"{path}/eventList"


class Frame:
    """A document whose events are still plain values, to be checked and decoded one at a time.

    For large documents, whose events should not all be in memory as objects. `document` is the document without its events,
    None where the frame is faulty; `problems` are the faults outside the events.
    """

    def __init__(self, tree: Json, reading: Reading | None = None) -> None:
        self._reading = reading
        self.bare = not is_document(tree)
        if self.bare:
            self._trees, self._path = [tree] if isinstance(tree, dict) else [], ""
        else:
            self._trees, self._path = _event_list(tree)
        self._of_events: dict[int, list[Problem]] = {}
        self.problems: list[Problem] = []
        for problem in (*(reading.problems if reading else ()), *self._shown(check_frame(tree))):
            self._file(problem)
        if not isinstance(tree, dict):
            self.problems.extend(check_event(tree))
        self.document, self._names = self._decoded(tree)

    def _shown(self, problems: list[Problem]) -> list[Problem]:
        if self._reading is None:
            return problems
        return [problem for problem in problems if not only_in_json(problem)]

    def _file(self, problem: Problem) -> None:
        """Assign a fault to its event, or to the frame."""
        found = _EVENT_PATH.match(problem.path)
        if found or (self.bare and problem.path):
            self._of_events.setdefault(int(found[1]) if found else 0, []).append(problem)
        else:
            self.problems.append(problem)

    def _decoded(self, tree: Json) -> tuple[Document | None, Names]:
        if not self.problems:
            try:
                document, names, self._trees = decode_frame(tree, from_xml=self._reading is not None)
            except EpcisError as error:
                self.problems.append(_unreadable("", error))
            else:
                return document, names
        return None, Names({})

    def __len__(self) -> int:
        """How many events the document has."""
        return len(self._trees)

    def path(self, place: int) -> str:
        """Where the event at an index is in the document, as a JSON pointer."""
        return "" if self.bare else f"{self._path}/{place}"

    def check(self, place: int, *, identifiers: bool = True) -> list[Problem]:
        """All faults of the event at an index (from 0); `identifiers`: also those of severity CONTENT."""
        found = self._shown(check_event(self._trees[place], self.path(place), identifiers=identifiers))
        return [*self._of_events[place], *found] if place in self._of_events else found

    def event(self, place: int, *, context: str | None = None) -> Event:
        """The event at an index, of a document with a valid frame; `context` for an event without its own context.

        May be asked for once, after `check`: its plain value is let go, so that a large document is not in memory twice.

        Raises:
            DocumentError: it cannot be decoded as an event; `check` says why.
        """
        tree, self._trees[place] = self._trees[place], {}
        try:
            return decode_event(tree, self._names, context=context)
        except EpcisError as error:
            raise DocumentError([_unreadable(self.path(place), error)]) from None


def read_frame(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS) -> Frame:
    """Read the frame of a document in JSON or XML; its events are then read from it one at a time.

    Raises:
        DocumentError: the text is not JSON or XML, or exceeds the limits.
    """
    return Frame(*_tree(data, limits))


def read(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, identifiers: bool = True) -> Outcome:
    """Read a document in JSON / JSON-LD 2.0, XML 2.0 or XML 1.x, and take from it what is sound.

    Args:
        data: the document; the format is recognised by its first character.
        limits: size, depth and length of numbers that are taken.
        identifiers: look for faults of severity CONTENT too; they do not make an event unsound.
    """
    try:
        frame = read_frame(data, limits=limits)
    except DocumentError as error:
        return Outcome(None, error.problems)
    problems = list(frame.problems)
    faulty: dict[int, tuple[Problem, ...]] = {}
    events: list[Event] = []
    for place in range(len(frame)):
        found = frame.check(place, identifiers=identifiers)
        form = tuple(problem for problem in found if problem.severity is Severity.FORM)
        if not form and frame.document is not None:
            try:
                events.append(frame.event(place))
            except DocumentError as error:
                form = error.problems
                found += form
        problems += found
        if form:
            faulty[place] = form
    document = frame.document.with_events(events) if frame.document and (events or not frame.bare) else None
    return Outcome(document, tuple(problems), faulty)


def load(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, strict: bool = False) -> Document:
    """Read a document that must be sound.

    Args:
        data: the document, JSON or XML.
        limits: size, depth and length of numbers that are taken.
        strict: refuse problems of severity CONTENT too (check digits, classes among instances).

    Raises:
        DocumentError: with every problem that counts.
    """
    outcome = read(data, limits=limits, identifiers=strict)
    counted = [problem for problem in outcome.problems if strict or problem.severity is Severity.FORM]
    if counted or outcome.document is None:
        raise DocumentError(counted or outcome.problems)
    return outcome.document
