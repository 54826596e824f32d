"""Backup and restore of an installation with a small database."""

import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command

from khcn.kernel.backup import backup_set, encryption_keys, making, rehearsal, restoring, runs, saved_files
from khcn.kernel.backup.backup_set import open_set, verify_set
from khcn.kernel.backup.encryption_keys import SetKeys, find_identities, make_keys
from khcn.kernel.backup.errors import BackupError, DamagedSetError, WrongKeyError
from khcn.kernel.backup.installation import UNFINISHED, Installation
from khcn.kernel.backup.jobs import nightly_backup
from khcn.kernel.backup.making import make_backup
from khcn.kernel.backup.models import BackupRun
from khcn.kernel.backup.postgresql_database import PostgresqlDatabase
from khcn.kernel.backup.restoring import finish, only_restore, restore_set
from khcn.kernel.backup.retention import Retention, remove_old_sets
from khcn.kernel.files.storage import place_of
from khcn.kernel.jobs.recurring import JobContext
from tests.kernel.age_files import passphrase_protected

AT = datetime(2026, 11, 28, 18, 30, 5, tzinfo=UTC)
IDENTITY = pyrage.x25519.Identity.generate()
KEYS = SetKeys([IDENTITY.to_public()])
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 9000
TABLES = """
    CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT);
    CREATE TABLE kernel_audit_changeentry (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT);
    CREATE TABLE kernel_audit_chainhead (id INTEGER PRIMARY KEY, position INTEGER, seal TEXT);
    CREATE TABLE kernel_files_storedfile (id INTEGER PRIMARY KEY, content TEXT);
    CREATE TABLE pairs (a TEXT, b INTEGER, c BLOB, PRIMARY KEY (b, a)) WITHOUT ROWID;
"""


def installation(data, **database):
    data.mkdir(parents=True, exist_ok=True)
    engine = database or {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data / "khcn.sqlite3")}
    return Installation(
        data=data, database=engine, province="06", secret="s" * 96, secrets_before=("before",)
    )


def store(data, content):
    digest = backup_set.hashlib.sha256(content).hexdigest()
    path = data / "files" / place_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return place_of(digest)


@pytest.fixture
def source(tmp_path):
    """An installation whose last rows stand only in the log beside the database file, as in every running one."""
    data = tmp_path / "source"
    made = installation(data)
    name = store(data, CONTENT)
    (data / "files" / "stored" / ".half-written").write_bytes(b"x")
    (data / "log-anchors").write_text("an anchor\n")
    writer = sqlite3.connect(data / "khcn.sqlite3", isolation_level=None)
    writer.executescript(f"PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; {TABLES}")
    writer.execute("INSERT INTO kernel_files_storedfile VALUES (1, ?)", [name])
    writer.execute("INSERT INTO kernel_audit_chainhead VALUES (1, 7, 'seal')")
    writer.executemany("INSERT INTO pairs VALUES (?, ?, ?)", [("ế\x00", 2, b"\xff"), ("a", 1, None)])
    yield made
    writer.close()


@pytest.fixture
def made(source, tmp_path):
    return make_backup(source, tmp_path / "sets", KEYS, at=AT).folder


def restore(folder, target, identity=IDENTITY):
    return restore_set(folder, target, [identity])


def rows(data, query):
    with closing(sqlite3.connect(data / "khcn.sqlite3", isolation_level=None)) as connection:
        return connection.execute(query).fetchall()


def test_a_set_is_restored_as_it_was_with_what_stood_beside_the_database_file(
    source, made, tmp_path, monkeypatch
):
    monkeypatch.setattr(restoring, "known_migrations", set)  # its database has none
    copied = tmp_path / "cp"
    copied.mkdir()
    shutil.copy(source.data / "khcn.sqlite3", copied)
    assert rows(copied, "SELECT name FROM sqlite_schema") == []  # the file alone has lost everything
    target = installation(tmp_path / "target")
    (target.data / "secret-key").write_text("made by the first command")
    restored = restore(made, target)
    assert (restored.differences, restored.manifest.faults, restored.older) == ([], [], False)
    assert (restored.manifest.log.position, restored.manifest.rows) == (7, 4)
    assert rows(target.data, "SELECT * FROM pairs ORDER BY b") == [("a", 1, None), ("ế\x00", 2, b"\xff")]
    found = {p.relative_to(target.data).as_posix() for p in target.data.rglob("*") if p.is_file()}
    stored = next((source.data / "files" / "stored").glob("[!.]*"))
    assert found == {
        "khcn.sqlite3",
        UNFINISHED,
        "secret-key",
        "secret-keys-before",
        "log-anchors",
        f"files/stored/{stored.name}",
    }
    assert (target.data / "files" / "stored" / stored.name).read_bytes() == CONTENT
    assert (target.data / "secret-key").read_text() == "s" * 96
    assert {path.stat().st_mode & 0o077 for path in [*made.iterdir(), made, *target.data.iterdir()]} == {0}
    asked = [sys.executable, "-c", "import khcn.config.settings"]
    environment = {**os.environ, "PYTHONPATH": "src", "KHCN_DATA": str(target.data)}
    started = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert "chạy lại ./khcn restore" in started.stderr
    finish(target)
    assert not (target.data / UNFINISHED).exists()


@pytest.mark.parametrize("name", ["database.sqlite3.gz", "files.tar", "secrets.tar", "manifest.json"])
@pytest.mark.parametrize("keys", [KEYS, SetKeys([])], ids=["encrypted", "plain"])
def test_a_changed_cut_or_lost_part_is_named_and_nothing_is_left(source, tmp_path, name, keys):
    made = make_backup(source, tmp_path / "sets", keys, at=AT).folder
    part = made / (name + ".age" * bool(keys.recipients))
    verify_set(made, [IDENTITY] if keys.recipients else [])
    whole = part.read_bytes()
    target = installation(tmp_path / "target")
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (60, len(whole) // 2)]
    for damaged in (*changed, whole[:-1], None):
        part.write_bytes(damaged) if damaged is not None else part.unlink()
        for work in (lambda: verify_set(made, [IDENTITY]), lambda: restore(made, target)):
            with pytest.raises(DamagedSetError, match=part.name.replace(".age", "")):
                work() if keys.recipients else restore_set(made, target, [])
        assert not (target.data / "khcn.sqlite3").exists()
        assert not (target.data / "files").exists()


@pytest.mark.parametrize("named", ["BACKUP_PASSPHRASE_FILE", "BACKUP_IDENTITY_FILE", "BACKUP_PUBLIC_KEYS"])
def test_a_set_that_is_not_encrypted_is_taken_only_where_no_key_is_configured(
    source, tmp_path, settings, named
):
    plain = make_backup(source, tmp_path / "sets", SetKeys([]), at=AT).folder
    target = installation(tmp_path / "target")
    verify_set(plain)
    setattr(settings, named, [str(IDENTITY.to_public())] if named.endswith("KEYS") else tmp_path / "key")
    for work in (lambda: verify_set(plain), lambda: restore_set(plain, target)):
        with pytest.raises(WrongKeyError, match="có thể ai đó đã đặt một bộ giả"):
            work()
    assert not (target.data / "khcn.sqlite3").exists()


def changed_head(folder, **values):
    head = folder / "set.json"
    head.write_text(json.dumps(json.loads(head.read_text()) | values))


def test_what_is_no_set_for_this_place_is_refused_with_the_way_to_go(source, made, tmp_path):
    target = installation(tmp_path / "target")
    with pytest.raises(WrongKeyError, match="Khóa đang có không mở được"):
        restore(made, target, pyrage.x25519.Identity.generate())
    with pytest.raises(BackupError, match=r"không phải một bộ sao lưu: không có tệp set\.json"):
        restore(tmp_path, target)
    with pytest.raises(BackupError, match="KHCN_PROVINCE=06"):
        restore(made, Installation(target.data, target.database, "01", "x"))
    rows(source.data, "INSERT INTO django_migrations VALUES (1, 'science', '0999_of_the_future')")
    newer = make_backup(source, tmp_path / "sets", KEYS, at=AT).folder
    with pytest.raises(BackupError, match=r"1 bước .*science\.0999_of_the_future.* Cài đúng phiên bản"):
        restore(newer, target)
    changed_head(newer, province="01")
    with pytest.raises(DamagedSetError, match="không cùng một lần sao lưu"):
        restore(newer, target)
    changed_head(newer, product="other")
    with pytest.raises(BackupError, match="là của “other”"):
        restore(newer, target)
    assert list(target.data.iterdir()) == []
    (target.data / "files").mkdir()
    with pytest.raises(BackupError, match=r"Chỉ phục hồi vào nơi trống.*: files"):
        restore(made, target)
    (target.data / "files").rmdir()
    (target.data / "khcn.sqlite3-wal").write_bytes(b"of a database that was moved away")
    with pytest.raises(BackupError, match=r"khcn\.sqlite3-wal"):
        restore(made, target)


def test_a_backup_that_is_ended_leaves_nothing_that_looks_whole(source, tmp_path, monkeypatch):
    sets = tmp_path / "sets"
    (sets / ".khcn-06-killed.part").mkdir(parents=True)
    monkeypatch.setattr(making, "write_part", no_space_at("files.tar"))
    with pytest.raises(BackupError, match="Kiểm tra dung lượng"):
        make_backup(source, sets, KEYS, at=AT)
    assert list(sets.iterdir()) == []  # not even what an earlier one left when it was killed
    assert [path.name for path in source.data.glob(".*")] == []


def no_space_at(part):
    def write(folder, name, chunks, recipients):
        if name == part:
            raise OSError(28, "No space left on device", str(folder / name))
        return backup_set.write_part(folder, name, chunks, recipients)

    return write


def test_a_restore_that_is_ended_is_begun_again_with_the_same_set_only(source, made, tmp_path, monkeypatch):
    target = installation(tmp_path / "target")
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_differences", no_space)
        with pytest.raises(OSError, match="No space"):
            restore(made, target)
    other = make_backup(source, tmp_path / "sets", KEYS, at=AT).folder
    with pytest.raises(BackupError, match="lần phục hồi chưa xong của bộ khác"):
        restore(other, target)
    assert restore(made, target).differences == []


def no_space(*_given):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("sums", "problem"),
    [
        ({"sha256": "0" * 64}, r"files\.tar .*: tệp files/stored/.* khác với bản kê"),
        ({}, "thiếu tệp files/other"),
    ],
)
def test_files_are_compared_with_the_manifest_one_by_one(source, tmp_path, monkeypatch, sums, problem):
    write = making._Writing._manifest

    def manifest(writing, seen, archive):
        archive.sums = {name: each.model_copy(update=sums) for name, each in archive.sums.items()}
        if not sums:
            archive.sums["files/other"] = next(iter(archive.sums.values()))
        return write(writing, seen, archive)

    monkeypatch.setattr(making._Writing, "_manifest", manifest)
    made = make_backup(source, tmp_path / "sets", KEYS, at=AT).folder
    with pytest.raises(DamagedSetError, match=problem):
        restore(made, installation(tmp_path / "target"))


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "files/../../evil", "elsewhere/file"])
def test_a_set_of_somebody_else_writes_nothing_outside_its_place(source, tmp_path, monkeypatch, name):
    def chunks(archive):
        yield from saved_files._entry(name, 4, io.BytesIO(b"evil"))
        yield bytes(1024)

    monkeypatch.setattr(saved_files.FileArchive, "chunks", chunks)
    made = make_backup(source, tmp_path / "sets", KEYS, at=AT).folder
    target = installation(tmp_path / "target")
    with pytest.raises(DamagedSetError, match=r"files\.tar của bộ sao lưu có mục lạ"):
        restore(made, target)
    assert list(tmp_path.rglob("evil")) == []


def test_only_one_restore_at_a_time_goes_into_a_place(tmp_path):
    target = installation(tmp_path / "target")
    with only_restore(target), pytest.raises(BackupError, match="đang chạy"), only_restore(target):
        pass


def test_sets_are_not_written_among_the_files_that_are_saved(source, tmp_path):
    (tmp_path / "link").symlink_to(source.data / "files")
    with pytest.raises(BackupError, match="Chọn nơi khác"):
        make_backup(source, tmp_path / "link" / "sets", KEYS, at=AT)


def test_lost_and_changed_files_and_broken_references_are_faults(source, tmp_path):
    stored = next((source.data / "files" / "stored").glob("[!.]*"))
    stored.write_bytes(b"%PDF changed")
    rows(source.data, "INSERT INTO kernel_files_storedfile VALUES (2, 'stored/lost')")
    rows(source.data, "CREATE TABLE child (id INTEGER PRIMARY KEY, of REFERENCES pairs_of_nobody)")
    rows(source.data, "INSERT INTO child VALUES (1, 1)")
    faults = make_backup(source, tmp_path / "sets", KEYS, at=AT).manifest.faults
    assert faults == [
        "Cơ sở dữ liệu có chỗ hỏng: child → pairs_of_nobody",
        "Thiếu tệp mà bản ghi nêu: files/stored/lost",
        f"Tệp không còn đúng nội dung khi lưu: files/stored/{stored.name}",
    ]


def test_keys_that_cannot_be_used_are_refused(tmp_path):
    short = tmp_path / "phrase"
    short.write_text("too short\n")
    for given in ({"passphrase_file": short}, {"passphrase_file": tmp_path / "absent"}):
        with pytest.raises(BackupError, match=str(tmp_path)):
            make_keys(public_keys=[], **given)
    with pytest.raises(BackupError, match="KHCN_BACKUP_PUBLIC_KEYS"):
        make_keys(public_keys=["age1nothing"], passphrase_file=None)


def test_a_machine_that_is_too_slow_at_the_moment_has_no_wrong_passphrase(tmp_path, settings, monkeypatch):
    """The work of the key derivation is written into the head of the file: 2 to the power of 25 takes half a minute."""
    settings.BACKUP_IDENTITY_FILE, settings.BACKUP_PASSPHRASE_FILE = None, tmp_path / "phrase"
    phrase = "cụm mật khẩu dài của lúc sao lưu"
    settings.BACKUP_PASSPHRASE_FILE.write_text(phrase + "\n")
    protected = passphrase_protected(f"{pyrage.x25519.Identity.generate()}\n".encode(), phrase)
    version, stanza, rest = protected.split(b"\n", 2)
    slow = b"\n".join((version, stanza.rpartition(b" ")[0] + b" 25", rest))
    monkeypatch.setattr(encryption_keys, "_PAUSE", 0)
    with pytest.raises(BackupError, match="quá bận hoặc quá chậm") as raised:
        find_identities(slow)
    assert not isinstance(raised.value, WrongKeyError)
    given, decrypt = (
        iter((slow, slow, protected)),
        pyrage.passphrase.decrypt,
    )  # slow twice, by the real library
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda _protected, phrase: decrypt(next(given), phrase))
    assert len(find_identities(protected)) == 1
    settings.BACKUP_PASSPHRASE_FILE.write_text("cụm mật khẩu khác, cũng dài\n")
    monkeypatch.undo()
    with pytest.raises(WrongKeyError):
        find_identities(protected)


def test_the_newest_set_of_each_day_week_and_month_stays(tmp_path):
    """Twice a day for a hundred days; folders of others are not touched."""
    for number in range(200):
        at = AT - timedelta(hours=12 * number)
        (tmp_path / f"khcn-06-{at:%Y%m%dT%H%M%SZ}-{number:08x}").mkdir()
    others = {"khcn-01-20250101T000000Z-00000000", "khcn-06-notes", ".khcn-06-20250101T000000Z-00000000.part"}
    for name in others:
        (tmp_path / name).mkdir()
    newest, proven = (path.name for path in sorted(tmp_path.glob("khcn-06-*Z-*"), reverse=True)[2:5:2])
    removed = remove_old_sets(
        tmp_path / newest, "06", Retention(daily=3, weekly=3, monthly=3), proven={proven}
    )
    remaining = {path.name for path in tmp_path.iterdir()} - others
    days = sorted((name[8:16] for name in remaining), reverse=True)
    # local days begin at 17:00 UTC; of 27/11 the set that was restored stays, not the newest; so does what was just made
    assert days == [
        "20261128",
        "20261128",
        "20261127",
        "20261126",
        "20261122",
        "20261115",
        "20261031",
        "20260930",
    ]
    assert len(removed) == 200 - len(remaining)
    assert {path.name for path in tmp_path.iterdir()} >= others


@pytest.mark.django_db
@pytest.mark.both
def test_a_postgresql_database_is_restored_with_equal_hashes(source, tmp_path, settings):
    given = settings.DATABASES["default"]
    if not given["ENGINE"].endswith("postgresql"):
        pytest.skip("SQLite is restored above")
    saved = installation(tmp_path / "saved", **given)
    made = make_backup(saved, tmp_path / "sets", KEYS, at=AT)
    with psycopg.connect(**PostgresqlDatabase(saved).parameters, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored_here TEMPLATE template0")
        try:
            target = installation(tmp_path / "target", **{**given, "NAME": "restored_here"})
            restored = restore(made.folder, target)
            assert (restored.differences, len(restored.manifest.tables) > 90) == ([], True)
            assert (
                restore(made.folder, target).differences == []
            )  # a killed restore is begun again; the database is there
            finish(target)
            with pytest.raises(BackupError, match="Chỉ phục hồi vào nơi trống"):
                restore(made.folder, target)
        finally:
            connection.execute("DROP DATABASE restored_here WITH (FORCE)")
    assert open_set(made.folder).head.engine == "postgresql"
    with pytest.raises(BackupError, match="Đặt DATABASE_URL cùng loại"):
        restore(made.folder, installation(tmp_path / "sqlite"))


@pytest.mark.django_db
def test_each_night_the_set_is_rehearsed_before_old_ones_go(source, tmp_path, settings, monkeypatch):
    sets = tmp_path / "sets"
    old = sets / "khcn-06-20200101T000000Z-00000000"
    old.mkdir(parents=True)
    context = JobContext(lambda: AT)
    for settings.BACKUP_FOLDER, problem in ((tmp_path / "not-mounted", "Gắn lại ổ"), (sets, "--unencrypted")):
        with pytest.raises(BackupError, match=problem):
            nightly_backup(context)
        assert problem in BackupRun.objects.get().problem
        BackupRun.objects.all().delete()
    settings.BACKUP_RETENTION = (1, 0, 0)
    settings.BACKUP_PUBLIC_KEYS = [str(IDENTITY.to_public())]
    monkeypatch.setattr(runs.Installation, "of_settings", lambda: source)
    rehearsed = []

    def rehearse(folder, installation, identity):
        rehearsed.append(folder)
        verify_set(folder, [identity])  # nobody else on this machine can
        if len(rehearsed) == 1:
            raise BackupError("not restored")

    monkeypatch.setattr(runs, "rehearse", rehearse)
    for number in (1, 2):
        nightly_backup(context)
        assert old.exists() is (number == 1)
    noted = BackupRun.objects.order_by("pk").values_list("action", "is_good", "problem")
    assert list(noted) == [
        ("backup", True, ""),
        ("rehearsal", False, "not restored"),
        ("backup", True, ""),
        ("rehearsal", True, ""),
    ]
    assert [path.exists() for path in rehearsed] == [False, True]
    monkeypatch.setattr(making, "write_part", no_space_at("files.tar"))
    with pytest.raises(BackupError, match="Kiểm tra dung lượng"):
        nightly_backup(context)
    assert BackupRun.objects.latest("pk").is_good is False


@pytest.mark.django_db
@pytest.mark.parametrize("log_agrees", [True, False])
def test_the_commands_save_verify_and_restore(source, tmp_path, settings, monkeypatch, log_agrees):
    sets, target, ran = tmp_path / "sets", installation(tmp_path / "target"), []
    monkeypatch.setattr(restoring, "known_migrations", set)  # its database has none

    def say(*words, here=source, **options):
        monkeypatch.setattr(Installation, "of_settings", lambda: here)
        call_command(*words, stdout=(text := io.StringIO()), **options)
        return text.getvalue()

    with pytest.raises(CommandError, match="Nêu thư mục đích"):
        say("backup")
    with pytest.raises(CommandError, match="--unencrypted"):
        say("backup", str(sets))
    printed = say("backup", str(sets), unencrypted=True)
    (made,) = sets.iterdir()
    assert str(made) in printed
    assert "6 bảng, 4 dòng, 1 tệp; nhật ký đến vị trí 7" in printed
    assert "đủ và đúng" in say("backup", verify=made)
    monkeypatch.setattr(
        "khcn.kernel.backup.management.commands.restore.Command._run",
        lambda _self, *words: ran.append(words) or (words[0] == "verify-log" and not log_agrees),
    )
    if log_agrees:
        printed = say("restore", str(made), here=target)
        assert re.search(r"= pairs +2 [0-9a-f]{16}\n", printed)
        assert "Phục hồi xong" in printed
    else:
        with pytest.raises(CommandError, match="nhật ký có chỗ không khớp"):
            say("restore", str(made), here=target)
    assert ran == [("verify-log", "--anchors", str(target.data / "log-anchors")), ("end-access",)]
    assert not (
        target.data / UNFINISHED
    ).exists()  # what was restored is what was saved, whatever its log says
    with pytest.raises(CommandError, match="Chỉ phục hồi vào nơi trống"):
        say("restore", str(made), here=target)


def test_a_rehearsal_has_nothing_of_the_installation_but_what_opens_the_set(source, tmp_path, monkeypatch):
    monkeypatch.setenv("KHCN_SECRET_KEY", "of this installation")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///of-this-installation")
    started = []

    def run(command, env, **_options):
        started.append(
            (command[-2:], Path(env["KHCN_DATA"]), Path(env["KHCN_BACKUP_IDENTITY_FILE"]).read_text())
        )
        assert not {"KHCN_SECRET_KEY", "DATABASE_URL"} & env.keys()
        return subprocess.CompletedProcess(command, returncode=len(started) - 1, stdout="what it wrote")

    monkeypatch.setattr(rehearsal.subprocess, "run", run)
    assert rehearsal.rehearse(tmp_path / "set", source, IDENTITY) == "what it wrote"
    with pytest.raises(BackupError, match="Phục hồi thử không xong: what it wrote"):
        rehearsal.rehearse(tmp_path / "set", source, IDENTITY)
    for words, data, identity in started:
        assert (words, identity) == (["restore", str(tmp_path / "set")], str(IDENTITY))
        assert data.is_relative_to(source.data)
        assert not data.parent.exists()
