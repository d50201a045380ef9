"""Settings of the server. Every value that an operator may change is read from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tanyuan.languages import Message
from tanyuan.server.web.environment import SettingError, flag, integer, names, secret, text

HERE = Path(__file__).resolve().parent
DATA = Path(text("TANYUAN_DATA", "var")).resolve()
DEMONSTRATION = flag("TANYUAN_DEMONSTRATION", default=False)
DEBUG = flag("TANYUAN_DEBUG", default=False)
PRODUCTION = flag("TANYUAN_PRODUCTION", default=False)
SECRET_KEY = secret(DATA / "secrets", "django-key")
ALLOWED_HOSTS = names("TANYUAN_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = names("TANYUAN_ORIGINS", "")
BEHIND_TLS = flag("TANYUAN_BEHIND_TLS", default=PRODUCTION)
SECOND_FACTOR = flag("TANYUAN_SECOND_FACTOR", default=not DEMONSTRATION)
PROXIES = integer("TANYUAN_PROXIES", 0, least=0, most=5)

INSTALLED_APPS = [
    "tanyuan.server.base",
    "tanyuan.server.people",
    "tanyuan.server.factorbase",
    "tanyuan.server.studies",
    "tanyuan.server.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]

# The public pages (home, catalogue) need neither session nor account: see web.middleware
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tanyuan.server.web.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "tanyuan.server.web.middleware.BodyMiddleware",
    "tanyuan.server.web.middleware.SlimMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tanyuan.server.web.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tanyuan.server.web.middleware.SeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tanyuan.server.web.urls"
WSGI_APPLICATION = "tanyuan.server.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tanyuan.server.web.context.page",
            ],
            "builtins": ["tanyuan.server.web.templatetags.tanyuan"],
        },
    }
]


def _database(address: str) -> dict[str, Any]:
    """The database: a PostgreSQL address, or nothing for SQLite in the data folder."""
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "tanyuan.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": integer("TANYUAN_DATABASE_WAIT", 20, least=1, most=120),
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                    "PRAGMA cache_size=-65536; PRAGMA journal_size_limit=67108864"
                ),
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingError(
            Message("TANYUAN_DATABASE is no PostgreSQL address: postgresql://user@host/name")
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or parse_qs(parts.query).get("host", [""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": (
                "-c lock_timeout=3s -c statement_timeout=30s "
                "-c idle_in_transaction_session_timeout=60s"
            )
        },
    }


DATABASES = {"default": _database(text("TANYUAN_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "tanyuan.server.people.adapter.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "tanyuan.server.people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "tanyuan.server.people.adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Tanyuan"
# Addresses are not verified here; without this nobody could set up a second factor
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "tanyuan.server.people.adapter.tried_address"
AXES_CLIENT_IP_CALLABLE = "tanyuan.server.base.clients.client_address"
AXES_VERBOSE = False

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if text("TANYUAN_MAIL_HOST", ""):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = text("TANYUAN_MAIL_HOST", "")
    EMAIL_PORT = integer("TANYUAN_MAIL_PORT", 587, least=1, most=65535)
    EMAIL_USE_TLS = flag("TANYUAN_MAIL_TLS", default=True)
DEFAULT_FROM_EMAIL = text("TANYUAN_MAIL_FROM", "tanyuan@localhost")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
FILES = DATA / "files"
BACKGROUNDS = DATA / "backgrounds"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_LIMIT = 20 * 1024 * 1024
DATABASE_LIMIT = 200 * 1024 * 1024
PAGES_KEPT = 20  # seconds, of public pages

# Limits of sign-in and used codes of second factors: what one process knows, all must know
_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    _CACHE = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tanyuan_cache",
    }
CACHES = {
    "default": {**_CACHE, "OPTIONS": {"MAX_ENTRIES": 100_000}},
    # Parts of pages that stay the same for a sealed state of things: each process keeps its own
    "drawn": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "drawn",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
API_RATES = {
    "key": integer("TANYUAN_API_KEY_RATE", 600, least=1, most=1_000_000),
    "session": integer("TANYUAN_API_SESSION_RATE", 300, least=1, most=1_000_000),
    "address": integer("TANYUAN_API_ADDRESS_RATE", 60, least=1, most=1_000_000),
}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_SSL_REDIRECT = False
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": text("TANYUAN_LOG", "WARNING").upper()},
}
