"""All settings in one place. What an installation may change comes from the environment, and fails loudly.

Variables: ``DATABASE_URL``, ``KHCN_OWNER_DATABASE_URL`` (:mod:`khcn.kernel.database_roles`), ``KHCN_DATA`` (folder of database, files, output), ``KHCN_SECRET_KEY``,
``KHCN_SECRET_KEYS_BEFORE`` (comma separated, after a change of the key), ``KHCN_HOSTS`` (comma separated),
``KHCN_URL`` (address in mails), ``KHCN_SMTP``, ``KHCN_MAIL_FROM``, ``KHCN_DEBUG``, ``KHCN_SECOND_FACTOR_ROLES`` (comma
separated), ``KHCN_OIDC_…`` (docs/adr/0037), ``KHCN_SECURITY_KEY_VERIFICATION``, ``KHCN_CODE_APP_STEPS``, ``KHCN_PASSWORD_RESET_BY_MAIL``, ``KHCN_BREACHED_PASSWORDS_FILE``, ``KHCN_SIGNATURE_…`` (docs/howto/sign-papers.md), ``KHCN_CLAMAV``, ``KHCN_HTTPS``, ``KHCN_TRUSTED_PROXY`` (address of the proxy in front), ``KHCN_TRUSTED_ORIGINS``, ``KHCN_PROVINCES`` and ``KHCN_REPLICA_URL`` (:mod:`khcn.config.provinces`), ``KHCN_REPLICA_SECONDS``, ``KHCN_WEBHOOK_PRIVATE``, ``KHCN_WEBHOOK_HOSTS``, ``KHCN_SMS_…`` (docs/van-hanh/tin-nhan-sms.md), ``KHCN_PLAINTEXT``, ``KHCN_TRACE_AHEAD_…``
(below), ``KHCN_ANCHOR_MAIL`` (comma separated addresses), ``KHCN_BACKUP_…`` (below, and docs/howto/back-up-and-restore.md), ``KHCN_LISTEN``, ``KHCN_LOG_FORMAT``, ``KHCN_LOG_CHANGES``, ``KHCN_SLOW_STATEMENT_MS``, ``KHCN_MONITORING_…`` (below, and docs/adr/0034). The numbers of the web server have theirs in ``khcn.config.server_limits``, those of signing in in ``khcn.config.sign_in_limits``, those of passwords and sessions in ``khcn.config.account_limits``, those of keys in ``khcn.config.key_limits``.
"""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from khcn.config import credentials, encrypted_connections, garbage, places_in_use, provinces
from khcn.config.account_limits import AccountLimits
from khcn.config.database_addresses import application_database, owner_database
from khcn.config.environment_values import (
    env_address,
    env_bool,
    env_choice,
    env_hosts,
    env_listen,
    env_networks,
    env_number,
    env_origins,
    env_path,
    env_socket,
    env_token,
)
from khcn.config.identity_provider import identity_provider
from khcn.config.installed_apps import INSTALLED_APPS  # noqa: F401 -- a setting
from khcn.config.key_limits import KeyLimits
from khcn.config.sign_in_limits import SignInLimits
from khcn.config.sms_gateway import sms_gateway
from khcn.kernel.durable_writes import make_folder, sync_file, sync_folder

garbage.look_seldom()
credentials.take_credentials()
PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent


def secrets_before(data: Path) -> list[str]:
    """Keys before the present one: those of the environment, and those that a restore has put beside the data."""
    given = os.environ.get("KHCN_SECRET_KEYS_BEFORE", "").split(",")
    restored = data / "secret-keys-before"
    return [key for key in [*given, *(restored.read_text().split() if restored.exists() else [])] if key]


def env_secret(data: Path) -> str:
    """The signing key: given by the environment, else made once and kept beside the data.

    It appears whole or not at all, so that a process killed here leaves no empty key to start with; of two processes
    that make it at once both read the one that was there first.
    """
    if given := os.environ.get("KHCN_SECRET_KEY"):
        return given
    key_file = data / "secret-key"
    if not key_file.exists():
        make_folder(data, mode=0o700)
        made = data / f".secret-key-{os.getpid()}"
        made.unlink(missing_ok=True)
        made.touch(mode=0o600)
        with made.open("w") as file:
            file.write(os.urandom(48).hex())
            sync_file(file)
        with suppress(FileExistsError):
            os.link(made, key_file)
        made.unlink()
        sync_folder(data)  # what it signs and encrypts would be lost with it
    return key_file.read_text()


DATA = Path(os.environ.get("KHCN_DATA", ROOT / "var"))
places_in_use.refuse_unusable(DATA)
OUTPUT = ROOT / "out"
DEMO = ROOT / "demo"
NODE_MODULES = ROOT / "node_modules"
FONTS = NODE_MODULES / "@expo-google-fonts" / "tinos"

# Code of the province in force when the installation began; part of every unique key.
PROVINCE = os.environ.get("KHCN_PROVINCE", "06")
# Which of 64 sets of numbers the rows of this installation get, so that its database can be merged with those of others that have
# another one (docs/adr/0032). Given once: 0 where nothing is set.
ID_SLOT = env_number("KHCN_ID_SLOT", default=0, below=64) if os.environ.get("KHCN_ID_SLOT") else None
DEBUG = env_bool("KHCN_DEBUG", default=False)
HTTPS = env_bool("KHCN_HTTPS", default=False)
# The proxy whose X-Forwarded-For and X-Forwarded-Proto are used; both are removed from requests of any other address.
TRUSTED_PROXY = env_address("KHCN_TRUSTED_PROXY")
CSRF_TRUSTED_ORIGINS = env_origins("KHCN_TRUSTED_ORIGINS")  # of a proxy that passes on another name or port
# Where `serve` listens unless its options say otherwise, and where `doctor` asks it.
LISTEN = env_listen("KHCN_LISTEN", default="127.0.0.1:8000")
# Who may see what monitoring needs (/metrics, the details of /readyz): these addresses, and who sends the token.
MONITORING_NETWORKS = env_networks("KHCN_MONITORING_ADDRESSES", default="127.0.0.1,::1")
MONITORING_TOKEN = env_token("KHCN_MONITORING_TOKEN")
# Readiness and metrics are looked up at most so often in each web process, however often they are asked for.
CONDITION_SECONDS = 5.0
# Whether answers to subscriptions may be sent to machines of private networks, and to this one.
WEBHOOK_PRIVATE = env_bool("KHCN_WEBHOOK_PRIVATE", default=False)
WEBHOOK_HOSTS = env_hosts("KHCN_WEBHOOK_HOSTS")
# Where messages to the national traceability portal go; nothing is sent without it (docs/adr/0061).
NATIONAL_PORTAL_URL = os.environ.get("KHCN_NATIONAL_PORTAL_URL", "").strip()
# By which parties are told of recalls on their telephones; None: no text messages are sent.
SMS_GATEWAY = sms_gateway(
    url=os.environ.get("KHCN_SMS_URL", "").strip(),
    key=os.environ.get("KHCN_SMS_KEY", "").strip(),
    key_file=env_path("KHCN_SMS_KEY_FILE"),
    sender=os.environ.get("KHCN_SMS_SENDER", "").strip(),
    body=os.environ.get("KHCN_SMS_BODY", "").strip(),
    authorization=os.environ.get("KHCN_SMS_AUTHORIZATION", "Bearer {key}").strip(),
    success=os.environ.get("KHCN_SMS_SUCCESS", "").strip(),
    phone_form=env_choice("KHCN_SMS_PHONE", "84", "+84", "0"),
    with_diacritics=env_bool("KHCN_SMS_DIACRITICS", default=True),
)
# Where the public finds the department; public pages say it, and nothing where it is not set.
DEPARTMENT_ADDRESS = os.environ.get("KHCN_DEPARTMENT_ADDRESS", "").strip()
DEPARTMENT_TELEPHONE = os.environ.get("KHCN_DEPARTMENT_TELEPHONE", "").strip()
PLAINTEXT = encrypted_connections.env_words("KHCN_PLAINTEXT", encrypted_connections.PLAINTEXT_WORDS)
# An event of the future: noted if its time is more than this ahead of the server's, refused if it is more than that. No
# rule sets these; the department confirms or changes them when it takes the system into use.
TRACE_AHEAD_NOTED = timedelta(minutes=env_number("KHCN_TRACE_AHEAD_NOTED_MINUTES", default=5))
TRACE_AHEAD_REFUSED = timedelta(hours=env_number("KHCN_TRACE_AHEAD_REFUSED_HOURS", default=24))
SECRET_KEY = env_secret(DATA)
# The change log was signed with these; without them its older rows could no longer be verified.
LOG_SECRETS_BEFORE = secrets_before(DATA)
# Heads of the change log, kept outside the database; copy this file elsewhere, or have them mailed.
ANCHORS = DATA / "log-anchors"
ANCHOR_MAIL = [each for each in os.environ.get("KHCN_ANCHOR_MAIL", "").split(",") if each]
# Backups: where each night's goes, and a copy of it (another machine), for whom it is encrypted, what opens it here, how many stay (days, weeks, months).
BACKUP_FOLDER = env_path("KHCN_BACKUP_FOLDER")
BACKUP_SECOND_FOLDER = env_path("KHCN_BACKUP_SECOND_FOLDER")
BACKUP_PUBLIC_KEYS = [each for each in os.environ.get("KHCN_BACKUP_PUBLIC_KEYS", "").split(",") if each]
BACKUP_PASSPHRASE_FILE = env_path("KHCN_BACKUP_PASSPHRASE_FILE")
BACKUP_IDENTITY_FILE = env_path("KHCN_BACKUP_IDENTITY_FILE")
BACKUP_RETENTION = (
    env_number("KHCN_BACKUP_DAILY", default=7),
    env_number("KHCN_BACKUP_WEEKLY", default=5),
    env_number("KHCN_BACKUP_MONTHLY", default=12),
)
# The virus scanner that looks at what people send, such as unix:/run/clamav/clamd.ctl; "" where there is none.
CLAMAV = env_socket("KHCN_CLAMAV")
# The department's certificate, in a file (PKCS#12) or on a token (PKCS#11), and whom we trust about the certificates of others.
SIGNATURE_PKCS12 = env_path("KHCN_SIGNATURE_PKCS12")
SIGNATURE_PASSPHRASE_FILE = env_path("KHCN_SIGNATURE_PASSPHRASE_FILE")
SIGNATURE_PKCS11_MODULE = env_path("KHCN_SIGNATURE_PKCS11_MODULE")
SIGNATURE_PKCS11_TOKEN = os.environ.get("KHCN_SIGNATURE_PKCS11_TOKEN", "")
SIGNATURE_PKCS11_LABEL = os.environ.get("KHCN_SIGNATURE_PKCS11_LABEL", "")
SIGNATURE_PIN_FILE = env_path("KHCN_SIGNATURE_PIN_FILE")
SIGNATURE_TIMESTAMP_URL = os.environ.get("KHCN_SIGNATURE_TIMESTAMP_URL", "")
SIGNATURE_ROOTS = env_path("KHCN_SIGNATURE_ROOTS")
SIGNATURE_CRLS = env_path("KHCN_SIGNATURE_CRLS")
ALLOWED_HOSTS = os.environ.get("KHCN_HOSTS", "127.0.0.1,localhost").split(",")

MIDDLEWARE = [
    "khcn.config.monitoring.middleware.ObservingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "khcn.web.refusal_log.RefusalLogMiddleware",
    "khcn.trace.middleware.SessionlessMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "khcn.web.api_tokens.TokenMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "khcn.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "khcn.web.session_times.SessionTimesMiddleware",
    "khcn.web.api_tokens.AccountMiddleware",
    "khcn.web.middleware.SignInMiddleware",
    "khcn.web.viewing_only.ViewingOnlyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "khcn.web.middleware.ActingMiddleware",
    "khcn.web.middleware.ButtonAddressMiddleware",
    "khcn.web.middleware.DeadlockRetryMiddleware",
    "khcn.web.middleware.BusyMiddleware",
]

ROOT_URLCONF = "khcn.config.urls"
WSGI_APPLICATION = "khcn.config.wsgi.application"
AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["khcn.parties.operations.account_backend.AccountBackend"]
# Only one: with a second kind, the time of the answer to a wrong password would show which names have an account.
PASSWORD_HASHERS = ["khcn.config.password_hasher.Argon2idHasher"]
SIGN_IN_LIMITS = SignInLimits.from_environment()
ACCOUNT_LIMITS = AccountLimits.from_environment()
# Roles that must have a second factor, such as "admin,leader": their accounts open nothing but its page without one.
SECOND_FACTOR_ROLES = frozenset(filter(None, os.environ.get("KHCN_SECOND_FACTOR_ROLES", "").split(",")))
# Who else may say who somebody is (docs/adr/0037); None: nobody.
IDENTITY_PROVIDER = identity_provider(
    issuer=os.environ.get("KHCN_OIDC_ISSUER", ""),
    client_id=os.environ.get("KHCN_OIDC_CLIENT_ID", ""),
    secret_file=env_path("KHCN_OIDC_CLIENT_SECRET_FILE"),
    subject_field=os.environ.get("KHCN_OIDC_CLAIM", "sub"),
    label=os.environ.get("KHCN_OIDC_LABEL", "Đăng nhập bằng tài khoản định danh"),
    asks_factor=env_bool("KHCN_OIDC_ASKS_FACTOR", default=True),
    acr=os.environ.get("KHCN_OIDC_ACR", ""),
    amr=os.environ.get("KHCN_OIDC_AMR", ""),
    max_age=env_number("KHCN_OIDC_MAX_AGE_SECONDS", default=0),
    algorithms=os.environ.get("KHCN_OIDC_ALGORITHMS", "RS256,PS256,ES256"),
    hosts=os.environ.get("KHCN_OIDC_HOSTS", ""),
    seconds=env_number("KHCN_OIDC_SECONDS", default=6),
)
# By how many steps of 30 seconds the clock of a telephone may be wrong; with 0 a code lives no longer than its step.
CODE_APP_STEPS = env_number("KHCN_CODE_APP_STEPS", default=1, below=3)
# Whether a security key must know the person (PIN, finger) or only be touched.
SECURITY_KEY_VERIFICATION = env_choice("KHCN_SECURITY_KEY_VERIFICATION", "preferred", "required")
KEY_LIMITS = KeyLimits.from_environment()
CSRF_FAILURE_VIEW = "khcn.web.views.frame.expired"
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "login", "home", "login"
# Passwords of known breaches: sorted lines that begin with a SHA-1 (khcn.web.breached_passwords).
BREACHED_PASSWORDS_FILE = env_path("KHCN_BREACHED_PASSWORDS_FILE")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "khcn.web.passwords.LocalWordsValidator"},
    {"NAME": "khcn.web.passwords.BreachedPasswordValidator"},
]

# One template engine for our pages and the widgets of their forms (docs/adr/0002).
FORM_RENDERER = "django.forms.renderers.Jinja2"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "khcn.kernel.ui.template_environment.environment",
            "context_processors": ["khcn.web.frame.frame"],
        },
    },
]

DATABASES = {
    "default": application_database(os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'khcn.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)  # accounts and files are nobody else's
    places_in_use.refuse_copied(DATABASES["default"])
OWNER_DATABASE = None
if _owner := os.environ.get("KHCN_OWNER_DATABASE_URL"):
    OWNER_DATABASE = owner_database(_owner, DATABASES["default"])
# The stores of other provinces (khcn.config.provinces): the code of each with the name of its database; how long they have.
_others = provinces.other_provinces(
    os.environ.get("KHCN_PROVINCES", ""), own_code=PROVINCE, own=DATABASES["default"]
)
PROVINCES = {code: provinces.alias_of(code) for code in _others}
PROVINCE_SECONDS: float = provinces.SECONDS
# Of a ministry: it looks at these stores, and nobody but its administrators writes anything (khcn.web.viewing_only).
VIEWING_ONLY = env_bool("KHCN_VIEWING_ONLY", default=False)
DATABASES |= {provinces.alias_of(code): database for code, database in _others.items()}
# The standby from which public pages are read (khcn.trace.store.database.replica), and how far it may be behind.
if _replica := os.environ.get("KHCN_REPLICA_URL"):
    DATABASES["replica"] = provinces.replica(_replica, own=DATABASES["default"])
REPLICA_SECONDS = env_number("KHCN_REPLICA_SECONDS", default=5)
encrypted_connections.require_encrypted_databases(DATABASES, OWNER_DATABASE, PLAINTEXT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
# By HTTPS no other host of the domain sets or overwrites our cookies: browsers see to it by this prefix.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
MESSAGE_STORAGE = "khcn.web.message_storage.PrefixedStorage"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE = True, "Lax", HTTPS
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["khcn.config.formats"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "khcn.config.vendor.VendorFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "khcn.kernel.files.storage.DurableStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

# Mail: one .eml file for each message in a folder, until a server is named (smtp://user:password@host:587).
_default_url = f"https://{ALLOWED_HOSTS[0]}" if HTTPS else f"http://{ALLOWED_HOSTS[0]}:{LISTEN.port}"
PUBLIC_URL = os.environ.get("KHCN_URL", _default_url).rstrip("/")  # for links in mails
DEFAULT_FROM_EMAIL = os.environ.get("KHCN_MAIL_FROM", "khcn@localhost")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_BACKEND = "khcn.config.mail.EmlBackend"
if _server := os.environ.get("KHCN_SMTP"):
    encrypted_connections.require_encrypted_mail(_server, PLAINTEXT)
    _smtp = urlsplit(_server)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname or "localhost", _smtp.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp.port == 587, _smtp.scheme == "smtps"  # noqa: PLR2004 -- submission port
    EMAIL_TIMEOUT = 20

# Whether the owner of an account replaces a forgotten password by a link that comes by mail, and how long it is good (seconds).
PASSWORD_RESET_BY_MAIL = env_bool("KHCN_PASSWORD_RESET_BY_MAIL", default=False)
PASSWORD_RESET_TIMEOUT = 30 * 60
if PASSWORD_RESET_BY_MAIL and not _server:
    raise ImproperlyConfigured("KHCN_PASSWORD_RESET_BY_MAIL=1 needs a mail server (KHCN_SMTP)")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * ACCOUNT_LIMITS.session_hours
SESSION_ENGINE = "khcn.parties.operations.session_store"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]  # asked on this machine, past the proxy
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# A workbook is the largest thing a person sends; the reader itself refuses what unpacks to more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# A statement of the database that takes longer is logged, without its values; 0: none is.
SLOW_STATEMENT_MS = env_number("KHCN_SLOW_STATEMENT_MS", default=1000)
LOG_CHANGES = env_bool("KHCN_LOG_CHANGES", default=False)
LOG_FORMAT = env_choice("KHCN_LOG_FORMAT", "text", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "khcn.config.logging.TextLines"},
        "json": {"()": "khcn.config.logging.JsonLines"},
    },
    "filters": {
        "refusals": {"()": "khcn.config.logging.RefusalsInOneLine"},
        "request": {"()": "khcn.config.logging.NamesRequest"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["refusals", "request"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fido2": {"level": "WARNING"},  # a line with the identifier for each use of a security key
        "waitress.queue": {"level": "ERROR"},  # a line for each request that waits for a thread
    },
}
