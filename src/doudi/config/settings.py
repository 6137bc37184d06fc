"""Django settings, all derived from the checked environment (see docs/reference/configuration.md)."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF  # noqa: F401  (NONCE kept out on purpose: no inline code at all)

from . import clock, environment

ENV = environment.read()
if ENV.clock_file:
    clock.follow(ENV.clock_file)

DEBUG = False
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = ENV.allowed_hosts
DOUDI_DEMO = ENV.is_demo
DOUDI_KEYRING = ENV.keyring
DOUDI_DATA_DIR = ENV.data_dir
DOUDI_CLOCK = ENV.clock_file
DOUDI_FEED_DIR = ENV.feed_dir
DOUDI_ROOT = environment.ROOT
DOUDI_COUNTY = "533103"
DOUDI_PROVINCE_URL = ENV.province_url
DOUDI_PROVINCE_KEY = ENV.province_key

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "doudi.privacy",
    "doudi.console",
    "doudi.accounts",
    "doudi.jobs",
    "doudi.audit",
    "doudi.places",
    "doudi.documents",
    "doudi.registry",
    "doudi.rulebook",
    "doudi.feeds",
    "doudi.verification",
    "doudi.awards",
    "doudi.casework",
    "doudi.payments",
    "doudi.monitoring",
    "doudi.services",
    "doudi.field",
    "doudi.exchange",
    "doudi.practice",
    "doudi.oversight",
    "doudi.demo",
    "doudi.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "doudi.accounts.middleware.SignedInStaff",
    "doudi.console.middleware.NothingKept",
    "doudi.console.middleware.ChosenLanguage",
    "doudi.console.middleware.TextOnly",
    "doudi.accounts.middleware.SecondWall",
    "doudi.audit.middleware.RequestTrace",
    "doudi.audit.middleware.Refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "doudi.config.urls"
WSGI_APPLICATION = "doudi.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "doudi.console.templatetags.doudi",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "doudi.console.context.shell",
            ],
        },
    }
]

DATABASES = {"default": environment.django_database(ENV.database_url) | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 600}}
if ENV.owner_url:
    DATABASES["owner"] = environment.django_database(ENV.owner_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Staff"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["doudi.accounts.backend.StaffBackend"]
LOGIN_URL = "accounts:sign_in"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "doudi_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Long readings use connections of their own beside the job's; tests cannot, their rows are not committed.
DOUDI_READERS_APART = True
DOUDI_IDLE_MINUTES = 30
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.behind_tls
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.behind_tls else None
SECURE_HSTS_SECONDS = 31536000 if ENV.behind_tls else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [environment.ROOT / "src" / "doudi" / "config" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = environment.VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A page that does not exist is the visitor's affair, not the operator's.
    "loggers": {"django.request": {"level": "ERROR"}},
}
