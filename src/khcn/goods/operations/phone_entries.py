"""Entries that a telephone sends, each once however often it comes: the same rules as for the form, and the photographs of each."""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from khcn.epcis.ids.label_paths import LONGEST
from khcn.goods.enums import EntryKind
from khcn.goods.models import Location, LotEntry, ProcessStep
from khcn.goods.operations.phone_lots import BegunLot, lots_named, row_named
from khcn.goods.operations.phone_receipts import receive_from_phone
from khcn.kernel.access.scopes import CHOOSE, CREATE
from khcn.kernel.actions.running import NotVisible
from khcn.kernel.audit.row_locks import locked, wait_for_turn
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.refusals.constraints import errors_by_field
from khcn.kernel.registers.attachments import attach, attachments_of
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from khcn.kernel.actors import Actor


MOST_PHOTOS: Final = 10
LARGEST_PHOTO: Final = 3 * 1024 * 1024
"""Bytes. A photograph of 1600 pixels has a tenth of it."""

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""By how much the clock of a telephone may differ before that is marked on the entry."""

_FIRST_PARTS: Final = frozenset({"version", "id", "account", "sent_at", "typed_at", "entry", "photos"})
_FIRST: Final = frozenset(
    {"lot", "kind", "done_on", "done_at", "location", "amount", "into", "receiver", "note"}
)
_SECOND: Final = _FIRST | {"step"}
_FOURTH: Final = _SECOND | {"shipment", "code"}
VERSIONS: Final = {
    1: (_FIRST_PARTS, _FIRST),
    2: (_FIRST_PARTS, _SECOND),
    3: (_FIRST_PARTS | {"typed_off"}, _SECOND),
    4: (_FIRST_PARTS | {"typed_off"}, _FOURTH),
    5: (_FIRST_PARTS | {"typed_off"}, _FOURTH),  # in which a lot may be one that begins
    6: (
        _FIRST_PARTS | {"typed_off"},
        _FOURTH,
    ),  # in which a package may have come as a whole: without an amount
}
"""Of what telephones send, with the parts and the fields of each. One that was given out stays here: an entry may wait on a telephone for weeks."""

_WITH_BEGUN_LOTS: Final = 5
_WITH_WHOLE_PACKAGES: Final = 6
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_MOST_OFF: Final = (_LATEST - _EARLIEST) // timedelta(minutes=1)
_LONGEST_NOTE: Final = 2_000
_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SentEntry:
    """An entry as a telephone sends it."""

    version: int
    id: UUID
    account: int
    sent_at: datetime
    typed_at: datetime
    typed_off: int | None
    values: Mapping[str, Any]
    photos: tuple[tuple[UUID, str], ...]
    sha256: str

    def clock_off(self, at: datetime) -> int | None:
        """By how many minutes the clock was wrong, as far as is known: when it was sent, or while it was typed.

        The telephone notes the second, by the server's last answer; that nobody types after the server has the entry is seen here.
        """
        minute = timedelta(minutes=1)
        found = (
            round((self.sent_at - at) / minute),
            self.typed_off or 0,
            max(round((self.typed_at - at) / minute), 0),
        )
        most = max(found, key=abs)
        return most if abs(most) > CLOCK_TOLERANCE / minute else None

    def as_stored(self) -> dict[str, Any]:
        """What is noted on the entry, by which the same is known again."""
        photos = [{"id": str(key), "sha256": digest} for key, digest in self.photos]
        return {"version": self.version, "sha256": self.sha256, "photos": photos}


def read_entry(sent: Any) -> SentEntry:
    """An entry out of JSON. Raises ``Refused`` for a version that is not known, and for what no telephone with the app sends."""
    if not isinstance(sent, dict) or type(sent.get("version")) is not int:
        raise _unreadable("version")
    if sent["version"] not in VERSIONS:
        raise Refused(
            _(
                "Ứng dụng trên điện thoại khác phiên bản với máy chủ. Mở lại ứng dụng khi có mạng rồi gửi lại."
            ),
            code="unknown_version",
        )
    parts, fields = VERSIONS[sent["version"]]
    if set(sent) != parts or not isinstance(sent["entry"], dict) or set(sent["entry"]) != fields:
        raise _unreadable("entry")
    values, off = {"step": None, "shipment": None, "code": None, **sent["entry"]}, sent.get("typed_off")
    if (values["lot"] is None) == (values["shipment"] is None and values["code"] is None):
        raise _unreadable("lot")  # goods of a lot of one's own, or goods that come
    is_uncounted = values["amount"] is None
    if is_uncounted and sent["version"] >= _WITH_WHOLE_PACKAGES:
        is_uncounted = values["code"] is None or values["shipment"] is not None
    arrival = (values["kind"], is_uncounted, values["into"])
    if values["lot"] is None and arrival != (EntryKind.RECEIVE, False, None):
        raise _unreadable("kind")
    lot = _lot_or_begun if sent["version"] >= _WITH_BEGUN_LOTS else _whole
    content = {name: sent[name] for name in ("version", "typed_at", "entry", "photos")}
    return SentEntry(
        version=sent["version"],
        id=_read("id", _uuid, sent["id"]),
        account=_read("account", _whole, sent["account"]),
        sent_at=_read("sent_at", _moment, sent["sent_at"]),
        typed_at=_read("typed_at", _moment, sent["typed_at"]),
        typed_off=None if off is None else _read("typed_off", _minutes, off),
        values={
            "location": _read("location", _whole, values["location"]),
            **{
                name: None if values[name] is None else _read(name, read, values[name])
                for name, read in (
                    ("lot", lot),
                    ("into", lot),
                    ("receiver", _whole),
                    ("step", _whole),
                    ("shipment", _whole),
                )
            },
            "code": None if values["code"] is None else _read("code", _code, values["code"]),
            "kind": _read("kind", EntryKind, values["kind"]),
            "done_on": _read("done_on", date.fromisoformat, values["done_on"]),
            "done_at": None if values["done_at"] is None else _read("done_at", _hour, values["done_at"]),
            "amount": None if values["amount"] is None else _read("amount", _amount, values["amount"]),
            "note": _read("note", _note, values["note"]),
        },
        photos=_read("photos", _photos, sent["photos"]),
        sha256=hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest(),
    )


def _unreadable(name: str) -> Refused:
    words = _("Máy chủ không đọc được mục này. Chọn “Sửa” rồi lưu lại.")
    return Refused.about(words, name, code="unreadable")


def _read(name: str, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise _unreadable(name) from None


def _uuid(value: Any) -> UUID:
    found = UUID(value)
    if str(found) != value:
        raise ValueError("not in its one spelling")
    return found


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 < value < 2**63:
        raise ValueError("no key")
    return value


def _lot_or_begun(value: Any) -> int | BegunLot:
    if not isinstance(value, dict):
        return _whole(value)
    if set(value) != {*BegunLot._fields}:
        raise ValueError("no lot")
    number = _note(value["number"]).strip()
    return BegunLot(_whole(value["item"]), number, date.fromisoformat(value["made_on"]))


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.utcoffset() is None:
        raise ValueError("without its offset")
    if (
        not _EARLIEST <= found.astimezone(UTC) <= _LATEST
    ):  # a year in which no clock can be is an OverflowError
        raise ValueError("no clock is so far off")
    return found


def _minutes(value: Any) -> int:
    if type(value) is not int or abs(value) > _MOST_OFF:
        raise ValueError("no clock is so far off")
    return value


def _hour(value: Any) -> time:
    found = time.fromisoformat(value)
    if found.tzinfo is not None:
        raise ValueError("with an offset")
    return found


def _amount(value: Any) -> str:
    if not _AMOUNT.fullmatch(value):
        raise ValueError("no amount")
    return str(value)


def _note(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_NOTE or "\0" in value:
        raise ValueError("no note")
    return value


def _code(value: Any) -> str:
    found = _note(value).strip()
    if not 0 < len(found) <= LONGEST:
        raise ValueError("no code")
    return found


def _photos(value: Any) -> tuple[tuple[UUID, str], ...]:
    if not isinstance(value, list) or len(value) > MOST_PHOTOS:
        raise ValueError("too many")
    found = tuple((_uuid(each["id"]), each["sha256"]) for each in value if set(each) == {"id", "sha256"})
    right = all(_SHA256.fullmatch(digest) for _key, digest in found)
    if not right or len({key for key, _digest in found}) != len(value):
        raise ValueError("no photographs")
    return found


def record_from_phone(*, sent: SentEntry, actor: Actor, on: date, at: datetime) -> LotEntry:
    """The entry that a telephone sends, stored now or before.

    Raises ``NotVisible`` for what is another organisation's, ``Stale`` where another content has the id, and ``Refused`` as the form
    does.
    """
    with transaction.atomic():
        wait_for_turn(f"goods.phone_entry.{sent.id}")
        if (found := LotEntry.objects.filter(event=sent.id).first()) is not None:
            return _same(found, sent, actor)
        return _store(sent, actor=actor, on=on, at=at)


def _same(found: LotEntry, sent: SentEntry, actor: Actor) -> LotEntry:
    if not register_of(LotEntry).may("read", actor, found):
        raise _not_found(_("Không có mục này."))
    if (found.sent or {}).get("sha256") != sent.sha256:
        raise Stale(
            _("Máy chủ đã có mục này với nội dung khác. Mở nhật ký của lô để xem, rồi bỏ hoặc ghi mục mới."),
            code="other_content",
        )
    return found


def _store(sent: SentEntry, *, actor: Actor, on: date, at: datetime) -> LotEntry:
    register, values = register_of(LotEntry), sent.values
    entry = LotEntry(
        event=sent.id,
        location=_location(values["location"], actor),
        partner=_receiver(values["receiver"], actor),
        step=_step(values["step"], actor),
        **{name: values[name] for name in ("kind", "done_on", "done_at", "amount", "note")},
        typed_at=sent.typed_at,
        typed_offset=round((sent.typed_at.utcoffset() or timedelta(0)) / timedelta(minutes=1)),
        received_at=at,
        clock_off=sent.clock_off(at),
        sent=sent.as_stored(),
    )
    if values["lot"] is None:
        named = {"shipment": values["shipment"], "code": values["code"] or ""}
        with _with_its_words():
            return receive_from_phone(counted=entry, **named, actor=actor, on=on)
    with _with_its_words():
        entry.lot, entry.into = lots_named(values["lot"], values["into"], actor=actor, on=on)
    if not register.fits(CREATE, actor, entry):
        raise NotPermitted(_("Tài khoản của bạn không có quyền ghi nhật ký lô này."), code="not_permitted")
    with _with_its_words():
        entry.full_clean()
    save_row(register, entry, actor=actor, on=on)
    return entry


@contextmanager
def _with_its_words() -> Iterator[None]:
    """What a column refuses is answered as a refusal with the sentences of the form."""
    try:
        yield
    except ValidationError as error:
        found = errors_by_field(error, LotEntry)
        text = " ".join(dict.fromkeys(each for texts in found.values() for each in texts))
        raise Refused(text, code="invalid", fields=found) from error


def _location(key: int, actor: Actor) -> Any:
    words = _("Địa điểm này không còn trong danh sách của cơ sở. Bấm “Sửa”, chọn địa điểm khác rồi lưu lại.")
    return row_named(Location, key, words, actor=actor)


def _step(key: int | None, actor: Actor) -> Any:
    words = _("Không còn công đoạn này. Bỏ mục này rồi ghi lại với công đoạn khác.")
    return None if key is None else row_named(ProcessStep, key, words, actor=actor, verb=CHOOSE)


def _receiver(key: int | None, actor: Actor) -> TraceParty | None:
    if key is None:
        return None
    found: TraceParty | None = (
        register_of(TraceParty).visible(actor, CHOOSE).filter(pk=key, is_authority=False).first()
    )
    if found is None:
        raise _not_found(
            _("Bên nhận này không còn trong danh sách. Bấm “Sửa”, chọn bên nhận khác rồi lưu lại.")
        )
    return found


def _not_found(why: str) -> NotVisible:
    return NotVisible(why, code="not_found")


def received_photos(entry: LotEntry) -> list[str]:
    """Ids of the photographs of an entry that are here, in the order in which the telephone listed them."""
    there = {each.name for each in attachments_of(entry)}
    listed = zip(entry.photo_names, (entry.sent or {}).get("photos", ()), strict=True)
    return [each["id"] for name, each in listed if name in there]


def photo_from_phone(*, entry: LotEntry, photo: str, content: bytes, actor: Actor, at: datetime) -> None:
    """Attach one photograph of an entry, unless it is attached already.

    Raises ``Refused`` for one that the entry does not list or whose bytes are others, ``FileRefusedError`` for no picture.
    """
    listed = (entry.sent or {}).get("photos", ())
    place = next((place for place, each in enumerate(listed) if each["id"] == photo), None)
    if place is None:
        raise _not_found(_("Mục này không có ảnh như vậy."))
    if len(content) > LARGEST_PHOTO or hashlib.sha256(content).hexdigest() != listed[place]["sha256"]:
        raise Refused(_("Ảnh đến máy chủ không còn nguyên vẹn. Hãy gửi lại."), code="other_bytes")
    with transaction.atomic():
        locked(LotEntry, entry.pk)  # the same photograph may come twice at once
        if photo not in received_photos(entry):
            attach(record=entry, content=content, name=entry.photo_names[place], actor=actor, at=at)
