"""What the tests of random typing share: how many tries, the seed, and what is on the page and in the database."""

import contextlib
import os
import random
import sqlite3
import sys
import unicodedata

SEED = 61
READY = "body[data-drafts=ready]"
LONG = bool(
    os.environ.get("KHCN_LONG_TYPING")
)  # the whole numbers instead of a few, which takes a quarter of an hour


def chance_of(test, capsys):
    """Random choices that a failure can be repeated with: ``KHCN_TYPING_SEED`` sets what is printed here.

    In the suite they are the same each time, in the long form new ones.
    """
    seed = int(os.environ.get("KHCN_TYPING_SEED") or (random.randrange(10**6) if LONG else SEED))
    say(capsys, f"{test}: KHCN_TYPING_SEED={seed}")
    return random.Random(seed)


def say(capsys, text):
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def fold(text):
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def ask(data, statement, *values):
    """Rows of the database of the running application, past its pages."""
    with contextlib.closing(sqlite3.connect(data / "khcn.sqlite3", timeout=120)) as connection:
        return connection.execute(statement, values).fetchall()


def save(page):
    """Press the form's own button, and wait for the next page."""
    button = page.locator(
        "main form .form-actions button[type=submit], main form .form-actions button:not([type])"
    ).last
    button.focus()  # as the person does who leaves the last box by Tab: its list, which may cover the button, closes
    with page.expect_navigation():
        button.click()
