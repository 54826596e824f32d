"""Settings of the test run: the same, with an in-memory database, plain static files and fast passwords."""

import os
import tempfile
from pathlib import Path

from khcn.config.settings import *  # noqa: F403 -- the one place where settings are layered
from khcn.config.settings import DATABASES

if os.environ.get("DATABASE_URL"):
    if os.environ.get("KHCN_MIGRATED_POSTGRESQL"):
        # `./khcn test` has carried out the migrations once; the databases of its processes are copies (tools/run_tests.py)
        DATABASES["default"]["TEST"] = {"TEMPLATE": DATABASES["default"]["NAME"]}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "ATOMIC_REQUESTS": True,
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        }
    }
CONDITION_SECONDS = 0.0  # each test looks anew at what it has made
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # serves from the packages themselves; nothing is collected for a test
SECRET_KEY = "test"  # noqa: S105 -- not a secret: signs nothing outside a test
# Never there unless a test puts it there: anchors of one test's database mean nothing to another's.
ANCHORS = Path(tempfile.gettempdir()) / f"khcn-test-{os.getpid()}" / "log-anchors"
