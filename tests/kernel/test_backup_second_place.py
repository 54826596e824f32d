"""Each good set is copied into a second folder and the copy is checked; that no set is on another disk than the data is reported."""

from datetime import UTC, datetime, timedelta

import pytest

from khcn.config.doctor import work
from khcn.kernel.backup import condition, runs, second_place
from khcn.kernel.backup.backup_set import open_set
from khcn.kernel.backup.condition import backup_condition
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.jobs import nightly_backup
from khcn.kernel.backup.models import BackupRun
from khcn.kernel.backup.second_place import copy_set
from khcn.kernel.jobs.recurring import JobContext
from tests.kernel.test_backup import IDENTITY, made, source

__all__ = ["made", "source"]

AT = datetime(2026, 11, 28, 18, 30, tzinfo=UTC)


def parts(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_copy_is_the_same_and_only_this_account_reads_it(made, tmp_path):
    place = tmp_path / "second"
    place.mkdir()
    size = copy_set(made, place)
    copied = place / made.name
    assert parts(copied) == parts(made)
    assert size == sum(map(len, parts(copied).values()))
    assert {path.stat().st_mode & 0o077 for path in (copied, *copied.iterdir())} == {0}
    assert [path.name for path in place.iterdir()] == [made.name]


def test_a_copy_that_is_not_the_same_never_looks_whole(made, tmp_path, monkeypatch):
    place = tmp_path / "second"
    place.mkdir()

    def copied_wrong(source_file, target):
        content = bytearray(source_file.read())
        content[len(content) // 2] ^= 1
        target.write(content)

    monkeypatch.setattr(second_place.shutil, "copyfileobj", copied_wrong)
    with pytest.raises(BackupError):
        copy_set(made, place)
    assert list(place.iterdir()) == []


def test_a_disk_that_is_not_mounted_or_full_is_named(made, tmp_path, monkeypatch):
    with pytest.raises(BackupError, match="KHCN_BACKUP_SECOND_FOLDER"):
        copy_set(made, tmp_path / "absent")
    place = tmp_path / "second"
    place.mkdir()

    def full(_source, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(second_place.shutil, "copyfileobj", full)
    with pytest.raises(BackupError, match="No space left"):
        copy_set(made, place)
    assert list(place.iterdir()) == []


@pytest.mark.django_db
def test_each_night_the_set_goes_to_the_second_place_and_old_ones_go_there_too(
    source, tmp_path, settings, monkeypatch
):
    sets, place = tmp_path / "sets", tmp_path / "second"
    old = [folder / "khcn-06-20200101T000000Z-00000000" for folder in (sets, place)]
    for each in old:
        each.mkdir(parents=True)
    settings.BACKUP_FOLDER, settings.BACKUP_SECOND_FOLDER = sets, place
    settings.BACKUP_RETENTION = (1, 0, 0)
    settings.BACKUP_PUBLIC_KEYS = [str(IDENTITY.to_public())]
    monkeypatch.setattr(runs.Installation, "of_settings", lambda: source)
    monkeypatch.setattr(runs, "rehearse", lambda *_arguments: "")
    nightly_backup(JobContext(lambda: AT))
    [stored], [copied] = list(sets.iterdir()), list(place.iterdir())
    assert parts(copied) == parts(stored)
    open_set(copied)
    assert list(BackupRun.objects.order_by("pk").values_list("action", "folder", "is_good")) == [
        ("backup", str(sets), True),
        ("rehearsal", str(sets), True),
        ("backup", str(place), True),
    ]
    assert backup_condition(at=AT).found == ()
    settings.BACKUP_SECOND_FOLDER = tmp_path / "away"
    nightly_backup(JobContext(lambda: AT))
    texts = backup_condition(at=AT).warnings
    assert [text.partition(" (")[0] for text in texts] == [
        "Bản sao ở nơi thứ hai"
    ] * 2  # never yet, and the last one
    assert "Không thấy nơi sao lưu thứ hai" in texts[1]


@pytest.mark.django_db
def test_a_copy_that_has_not_been_made_for_a_day_is_late(settings, tmp_path):
    settings.BACKUP_FOLDER, settings.BACKUP_SECOND_FOLDER = tmp_path / "sets", tmp_path / "second"
    for folder, at in ((tmp_path / "sets", AT), (tmp_path / "second", AT - timedelta(hours=27))):
        for action in ("backup", "rehearsal"):
            BackupRun.objects.create(
                action=action, folder=str(folder), set_name="x", started_at=at, finished_at=at, is_good=True
            )
    [(action, text)] = backup_condition(at=AT).found
    assert (action.value, "quá 26 giờ" in text, "second" in text) == ("backup", True, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("second", "other", "found"),
    [(False, (), True), (True, (), True), (True, ("second",), False), (False, ("sets",), False)],
)
def test_that_no_set_is_on_another_disk_is_reported(settings, tmp_path, monkeypatch, second, other, found):
    for name in ("data", "sets", "second"):
        (tmp_path / name).mkdir()
    settings.DATA, settings.BACKUP_FOLDER = tmp_path / "data", tmp_path / "sets"
    settings.BACKUP_SECOND_FOLDER = tmp_path / "second" if second else None
    real = condition._is_on_disk_of_data
    assert real(tmp_path / "sets")
    assert not real(tmp_path / "absent")
    monkeypatch.setattr(
        condition, "_is_on_disk_of_data", lambda folder: folder.name not in other and real(folder)
    )
    assert backup_condition(at=AT).is_beside_data is found
    texts = [each.text for each in work.backups(AT) if each.level.value == "warning"]
    assert any("cùng ổ đĩa với dữ liệu" in text for text in texts) is found


@pytest.mark.parametrize(
    ("mail", "server", "level"),
    [
        ([], "smtp.EmailBackend", "warning"),
        (["a@b.vn"], "filebased.EmailBackend", "warning"),
        (["a@b.vn"], "smtp.EmailBackend", "good"),
    ],
)
def test_the_doctor_says_where_the_head_of_the_log_goes(settings, mail, server, level):
    settings.ANCHOR_MAIL = mail
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{server}"
    settings.EMAIL_FILE_PATH = "/x"
    assert [each.level.value for each in work.log_anchors(AT)] == [level]
