"""All rows of a SQLite file, taken once and put there again, so that a program need not make them anew."""

import sqlite3

from django.db import connection


def take_rows():
    """What `put_rows` puts back."""
    connection.ensure_connection()
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(memory)
    return memory


def put_rows(rows):
    """The file is again as it was when the rows were taken."""
    connection.ensure_connection()
    rows.backup(connection.connection)
