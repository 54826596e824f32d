"""Beside a SQLite database file stands a note for who is about to copy it by hand."""

from khcn.kernel.backup.copy_note import NOTE, write_note


def test_the_note_names_the_file_and_the_way(tmp_path):
    file = tmp_path / "khcn.sqlite3"
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    write_note(database)
    assert list(tmp_path.iterdir()) == []  # no database yet
    file.touch()
    write_note(database)
    text = (tmp_path / NOTE).read_text("utf-8")
    assert all(word in text for word in ("khcn.sqlite3-wal", "khcn backup", "khcn restore"))
    (tmp_path / NOTE).write_text("x")
    write_note(database)
    assert (tmp_path / NOTE).read_text("utf-8") == text


def test_another_kind_of_database_has_no_file(tmp_path):
    write_note({"ENGINE": "django.db.backends.postgresql", "NAME": str(tmp_path / "khcn")})
    assert list(tmp_path.iterdir()) == []
