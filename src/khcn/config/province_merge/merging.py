"""The merger: one transaction, in which everything of the other store comes, or nothing does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from khcn.config.province_merge.source_store import SourceStore, table_of
from khcn.config.province_merge.staged_tables import ALIKE, Changes, StagedTable, copy_rows, rows, run
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.anchors import read_file
from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.chain_check import check_merged_chains
from khcn.kernel.audit.digests_and_seals import proof_of_plain_end, seal_keys
from khcn.kernel.audit.log_entries import append_entries, entry_of
from khcn.kernel.audit.logged_values import logged_values
from khcn.kernel.audit.merged_chains import MergedChain, MergedLink
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.backup.installation import SECRETS_BEFORE
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.durable_writes import sync_file, sync_folder
from khcn.kernel.id_slots.models import STEP
from khcn.kernel.id_slots.sequences import go_on_behind, refuse_other_slot, sequence_of, stored_slot
from khcn.kernel.papers.models import PaperTemplate
from khcn.kernel.query_chunks import chunks
from khcn.kernel.search.rebuilding import rebuild_entries
from khcn.kernel.text.fold import fold
from khcn.parties.models import AccountRole, RoleRight, User
from khcn.parties.models.account_roles import LONGEST_NAME
from khcn.reference.models import CodeListItem, ReportingRegime, RuleParameter
from khcn.reports.models import FormVersion
from khcn.trace.models import CaptureJob, Event, Subscription, TraceParty
from khcn.trace.operations.dispatch_round_numbers import lock_rounds

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

# What describes an installation and not a province, or lives for minutes.
_LEFT: Final = {
    "auth",
    "contenttypes",
    "django_tasks_database",
    "kernel_id_slots",
    "kernel_jobs",
    "kernel_backup",
    "kernel_search",  # made anew from the records
    "kernel_integrity",  # so are these
    "kernel_files.storedfilereading",  # asked for again in the night
    "kernel_audit.chainhead",
    "kernel_audit.chainlink",
    "kernel_audit.forwardedlog",
    "kernel_audit.logcheck",
    "kernel_deadlines.driftcheck",
    "trace.copiedcode",  # noticed again from new look-ups, under the keys of this store
    "trace.pagestamp",
    "trace.scanday",
    "trace.scankey",
    "trace.scannetwork",
    "trace.storedpage",  # made again when it is asked for
    "parties.accountsession",
    "parties.failurecount",
    "parties.linkedidentity",  # the same person may have one in both stores; people link theirs again
    "parties.refusalcount",
    "parties.signinfailure",
    "parties.usedonce",
    "parties.user_groups",
    "parties.user_user_permissions",
}
# Large, and naming nothing that both stores have alike.
_AS_THEY_ARE: Final = {
    "kernel_audit.changeentry",
    "trace.event",
    "trace.identity",
    "trace.eventobject",
    "trace.partyobject",
    "trace.lineageedgeend",
    "trace.knownvalue",
    "trace.masterrecord",
}


@dataclass(slots=True)
class Merged:
    """What came."""

    rows: dict[str, int] = field(default_factory=dict)
    alike: dict[str, int] = field(default_factory=dict)
    accounts: list[tuple[str, str]] = field(default_factory=list)  # name there, name here
    files: int = 0
    differing: list[str] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)


def merge_store(source: SourceStore, *, province: str, data: Path, at: datetime) -> Merged:
    """Take the whole store in. Raises ``CommandError`` with nothing changed where that cannot be.

    Files and keys of the log come first: they do no harm where the rows do not follow. To be called as the owner of the tables.
    """
    slot = _refuse_unfit(source, province)
    source.refuse_unless_at_rest()
    merged = Merged(files=source.copy_files(data))
    _add_keys(source.secrets(), data)
    reason = f"Gộp kho của tỉnh mã {province} (số kho {slot})"
    try:
        with transaction.atomic(), acting(SYSTEM, reason, new_batch=True):
            _merge_rows(source, merged, province=province, slot=slot, at=at)
    except DatabaseError as fault:
        raise CommandError(
            f"Không gộp được, chưa có gì thay đổi: {str(fault).strip()}. / Nothing was changed."
        ) from fault
    return merged


def _refuse_unfit(source: SourceStore, province: str) -> int:
    """The slot of the other store. Raises ``CommandError`` where the two cannot be merged."""
    refuse_other_slot()
    own = stored_slot()
    if own is None:
        raise CommandError("Chỉ gộp được vào kho trên PostgreSQL đã có số kho (khcn migrate).")
    name = MigrationRecorder.Migration._meta.db_table
    if not source.value(f"SELECT to_regclass('{name}') IS NOT NULL"):
        raise CommandError(
            "Ở địa chỉ kia không có kho nào: không có bảng. Xem lại tên cơ sở dữ liệu và ?currentSchema=."
        )
    asked = f"SELECT app, name FROM {name}"
    if set(source.rows(asked)) != set(rows(asked)):
        raise CommandError(
            "Hai kho không cùng phiên bản phần mềm (cấu trúc dữ liệu khác nhau). Nâng cấp cả hai lên cùng một bản (khcn upgrade) rồi chạy lại."
        )
    slot = source.slot()
    if slot is None or slot == own:
        raise CommandError(
            f"Kho kia mang số kho {slot}, kho này cũng {own}: số bản ghi trùng nhau nên không gộp được. Chỉ gộp được hai kho đã đặt "
            "KHCN_ID_SLOT khác nhau từ khi khởi tạo."
        )
    if MergedChain.objects.filter(slot=slot).exists():
        raise CommandError(f"Kho số {slot} đã được gộp vào đây rồi; không làm gì thêm.")
    taken = source.value(f"SELECT count(*) FROM {table_of(User)} WHERE id % {STEP} = {own}")
    if taken:
        raise CommandError(f"Kho kia đã có bản ghi mang số kho {own} của kho này; không gộp được.")
    if province == settings.PROVINCE:
        raise CommandError(f"Hai kho cùng mã tỉnh {province}: các mã và sổ cấp số sẽ trùng nhau.")
    return slot


def _add_keys(keys: list[str], data: Path) -> None:
    """Keep the keys of the other log for verification, on the disk and in this process."""
    known = {settings.SECRET_KEY, *settings.LOG_SECRETS_BEFORE}
    fresh = [key for key in dict.fromkeys(keys) if key not in known]
    if not fresh:
        return
    path = data / SECRETS_BEFORE
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"\n{key}" for key in fresh) + "\n")
        sync_file(file)
    sync_folder(data)
    settings.LOG_SECRETS_BEFORE += fresh


def _merge_rows(source: SourceStore, merged: Merged, *, province: str, slot: int, at: datetime) -> None:
    last_round = lock_rounds()
    staged = {model: StagedTable(model) for model in _models() if model._meta.label_lower not in _AS_THEY_ARE}
    for table in staged.values():
        table.read(source)
    for name in sorted(_AS_THEY_ARE):
        model = apps.get_model(name)
        columns = [str(each.column) for each in model._meta.concrete_fields if each.column]
        copy_rows(source, table_of(model), table_of(model), columns)
    _take_chain(source, province=province, slot=slot, at=at)
    changes = _make_alike(staged, merged)
    _prepare_trace(staged, last_round)
    parties = staged[TraceParty].staged
    merged.authorities = [
        name for (name,) in rows(f"SELECT name FROM {parties} WHERE is_authority ORDER BY id")
    ]
    numbered = number_templates(staged[PaperTemplate], changes[PaperTemplate])
    merged.accounts = _prepare_accounts(staged[User], changes.setdefault(User, {}), province)
    _prepare_roles(staged[AccountRole], changes.setdefault(AccountRole, {}), province)
    _withdraw_rights(staged[RoleRight], changes.setdefault(RoleRight, {}), on=timezone.localdate(at))
    gone = {model: _values_of(table) for model, table in staged.items() if table.alike}
    for model, table in staged.items():
        merged.rows[model._meta.label_lower] = table.insert()
    counted: list[type[models.Model]] = [*_models(), MergedLink]
    for model in counted:
        if sequence := sequence_of(model):
            go_on_behind(sequence, table_of(model), "id")
    go_on_behind("trace_event_number", table_of(Event), "id")
    for model in staged:
        _log(model, changes.get(model, {}), gone.get(model, []))
    renew_templates(numbered)
    for table in staged.values():
        table.drop()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    rebuild_entries()
    if findings := check_merged_chains().findings:
        shown = "; ".join(map(str, findings[:5]))
        raise CommandError(
            f"Nhật ký của kho kia không còn nguyên: {shown}. Chạy khcn verify-log ở kho ấy; chưa có gì thay đổi."
        )


def _models() -> list[type[models.Model]]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if not (model._meta.managed and not model._meta.proxy) or label == MergedLink._meta.label_lower:
            continue
        if label not in _LEFT and model._meta.app_label not in _LEFT:
            found.append(model)
    return found


def _take_chain(source: SourceStore, *, province: str, slot: int, at: datetime) -> None:
    """The chain stays as it was sealed, beside ours. Raises ``CommandError`` where it does not agree with its own anchors."""
    run("CREATE TABLE merging_links (position bigint, entry bigint, digest text, seal text)")
    columns = ["position", "entry", "digest", "seal"]
    copy_rows(source, "kernel_audit_chainlink", "merging_links", columns)
    run(
        f"INSERT INTO {table_of(MergedLink)} (slot, position, entry, digest, seal) "
        f"SELECT {int(slot)}, position, entry, digest, seal FROM merging_links ORDER BY position"
    )
    copy_rows(
        source, table_of(MergedLink), table_of(MergedLink), ["id", "slot", *columns]
    )  # of earlier mergers
    position, seal, plain_to, proof = source.head()
    seals = dict(rows("SELECT position, seal FROM merging_links"))
    run("DROP TABLE merging_links")
    signed = any(
        proof_of_plain_end(key, position=plain_to, seal=seals.get(plain_to, "")) == proof
        for key in seal_keys()
    )
    anchors = read_file(source.anchors())[0] if source.anchors().exists() else []
    wrong = [each.short for each in anchors if seals.get(each.position) != each.seal]
    if wrong:
        raise CommandError(
            f"Nhật ký của kho kia khác với mốc đã lưu bên ngoài: {wrong[0]}. Chạy khcn verify-log ở kho ấy; chưa có gì thay đổi."
        )
    MergedChain(
        province=province,
        slot=slot,
        position=position,
        seal=seal,
        plain_to=plain_to if signed else 0,
        merged_at=at,
    ).save()


def _make_alike(
    staged: dict[type[models.Model], StagedTable], merged: Merged
) -> dict[type[models.Model], Changes]:
    """Rows that both stores have become ours; what names them follows. Gives what changed, to be logged."""
    changes: dict[type[models.Model], Changes] = {}
    done: list[StagedTable] = []
    for model, by in ALIKE.items():
        table = staged[model]
        changes[model] = table.rewrite_links(done)
        for pk, columns in table.find_alike(by).items():
            changes[model].setdefault(pk, {}).update(columns)
        merged.alike[model._meta.label_lower] = len(table.alike)
        done.append(table)
    for model in (CodeListItem, RuleParameter, ReportingRegime, FormVersion):
        merged.differing += staged[model].differing()
    staged[Deadline].follow("rule_id", staged[RuleParameter])
    for model, table in staged.items():
        if model not in ALIKE:
            changes[model] = table.rewrite_links(done)
    return changes


def number_templates(table: StagedTable, changes: Changes) -> dict[str, tuple[int, int]]:
    """Give templates that come a version that is free here: papers name theirs by its key. Returns the newest version here and
    the newest of both, of each kind of which one comes.
    """
    ours: dict[str, set[int]] = {}
    for kind, version in rows(f"SELECT kind, version FROM {table.table}"):
        ours.setdefault(kind, set()).add(version)
    newest: dict[str, int] = {}
    coming = rows(
        f"SELECT id, kind, version FROM {table.staged} WHERE id <> ALL(%s) ORDER BY kind, version",
        [list(table.alike)],
    )
    for _pk, kind, version in coming:
        newest[kind] = max(newest.get(kind, 0), version, *ours.get(kind, ()))
    for pk, kind, version in coming:
        if version in ours.get(kind, ()):
            newest[kind] += 1
            run(f"UPDATE {table.staged} SET version = %s WHERE id = %s", [newest[kind], pk])
            changes.setdefault(pk, {})["version"] = (version, newest[kind])
    return {kind: (max(ours[kind]), last) for kind, last in newest.items() if kind in ours}


def renew_templates(numbered: dict[str, tuple[int, int]]) -> None:
    """New papers are made with the newest version: it must go on being ours, and not one that came."""
    for kind, (own, newest) in numbered.items():
        if own < newest:
            template = PaperTemplate.objects.get(kind=kind, version=own)
            template.pk, template._state.adding = None, True
            template.version, template.note = newest + 1, "Gộp kho: mẫu đang dùng của kho này"
            template.save()


def _prepare_trace(staged: dict[type[models.Model], StagedTable], last_round: int) -> None:
    """What was captured there has been answered there: our subscriptions are not sent it, and theirs go on with our rounds."""
    run(f"UPDATE {staged[CaptureJob].staged} SET dispatch_round = -1")
    run(f"UPDATE {staged[Subscription].staged} SET last_round = {int(last_round)}")


def _prepare_accounts(accounts: StagedTable, changes: Changes, province: str) -> list[tuple[str, str]]:
    """Accounts come closed, for an administrator of this store decides who works in it; a name that is taken gets the province."""
    names = {name for (name,) in rows(f"SELECT username FROM {accounts.table}")}
    found = []
    for pk, name, is_active in rows(f"SELECT id, username, is_active FROM {accounts.staged} ORDER BY id"):
        fresh, number = name, 1
        while fresh in names:
            fresh, number = f"{name}.{province}" + (f".{number}" if number > 1 else ""), number + 1
        names.add(fresh)
        if fresh != name:
            changes.setdefault(pk, {})["username"] = (name, fresh)
        if is_active:
            changes.setdefault(pk, {})["is_active"] = (True, False)
        run(f"UPDATE {accounts.staged} SET username = %s, is_active = false WHERE id = %s", [fresh, pk])
        found.append((name, fresh))
    return found


def _prepare_roles(roles: StagedTable, changes: Changes, province: str) -> None:
    """A name that another role has here gets the province."""
    names = {key for (key,) in rows(f"SELECT name_key FROM {roles.table}")}
    for pk, name in rows(f"SELECT id, name FROM {roles.staged} ORDER BY id"):
        if pk in roles.alike:
            continue
        fresh, number = name, 1
        while fold(fresh) in names:
            more = f" ({province})" if number == 1 else f" ({province} {number})"
            fresh, number = f"{name[: LONGEST_NAME - len(more)]}{more}", number + 1
        names.add(fold(fresh))
        if fresh != name:
            changes.setdefault(pk, {})["name"] = (name, fresh)
            run(f"UPDATE {roles.staged} SET name = %s, name_key = %s WHERE id = %s", [fresh, fold(fresh), pk])


def _withdraw_rights(rights: StagedTable, changes: Changes, *, on: date) -> None:
    """What was decided there about roles would otherwise be in force for everybody here who has such a role."""
    because = "Gộp kho: quyền theo vai trò do kho này quyết định"
    found = rows(
        f"UPDATE {rights.staged} SET withdrawn_on = greatest(%s, valid_from), withdrawn_reason = %s "
        "WHERE withdrawn_on IS NULL RETURNING id, withdrawn_on",
        [on, because],
    )
    for pk, day in found:
        changes[pk] = {"withdrawn_on": (None, day.isoformat()), "withdrawn_reason": ("", because)}


def _values_of(table: StagedTable) -> list[tuple[Audited, dict[str, Any]]]:
    """The rows that became ours, as their log has them."""
    if not issubclass(table.model, Audited):
        return []
    query = f"SELECT * FROM {table.staged} WHERE id = ANY(%s)"
    found: Any = table.model._base_manager.raw(query, [list(table.alike)])
    return [(each, logged_values(each)) for each in found]


def _log(
    model: type[models.Model],
    changes: Changes,
    gone: list[tuple[Audited, dict[str, Any]]],
) -> None:
    """Say in the log what has become of the records of the other store."""
    if not issubclass(model, Audited):
        return
    made: Any = model
    left = {each.pk for each, _values in gone}
    changed = {pk: columns for pk, columns in changes.items() if pk not in left}
    labels = _last_labels(model, [*changed, *left])
    entries = [
        entry_of(LoggedAction.DELETE, each, values, None, label=labels.get(str(each.pk), str(each.pk)))
        for each, values in gone
    ]
    for pk, columns in changed.items():
        before, after = ({name: pair[side] for name, pair in columns.items()} for side in (0, 1))
        label = labels.get(str(pk), str(pk))
        entries.append(entry_of(LoggedAction.UPDATE, made(pk=pk), before, after, label=label))
    append_entries(entries)


def _last_labels(model: type[models.Model], keys: list[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    log = ChangeEntry.objects.filter(model=model._meta.label_lower).order_by("pk")
    for part in chunks([str(key) for key in keys]):
        found |= dict(log.filter(object_id__in=part).values_list("object_id", "object_label"))
    return found
