"""Every setting of the product, read top to bottom; deployment values come from the environment.

Each variable is described in docs/manual/settings.md (a test compares the two).
"""

from pathlib import Path

import pghistory
from psycopg_pool.base import AttemptWithBackoff

from chengan.city.site import env

CITY_FOLDER = Path(__file__).resolve().parent.parent
DATA_FOLDER = Path(env.text("CHENGAN_DATA", str(Path.home() / ".local/share/chengan")))

# ── Safety ────────────────────────────────────────────────────────────────────
DEBUG = env.flag("CHENGAN_DEBUG", default=False)
SECRET_KEY = env.text("CHENGAN_SECRET_KEY", "not-a-secret-only-good-for-commands-without-sessions")
ALLOWED_HOSTS = env.words("CHENGAN_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CHENGAN_ORIGINS")
IS_HTTPS = env.flag("CHENGAN_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SESSION_COOKIE_AGE = env.integer("CHENGAN_SESSION_HOURS", 12, low=1, high=720) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# ── Apps: the order of the flow ───────────────────────────────────────────────
STAGES = ["places", "journal", "hub", "sense", "assess", "warn", "command", "close", "portals"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "chengan.city.site",
    *[f"chengan.city.{stage}.apps.{stage.capitalize()}Config" for stage in STAGES],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chengan.city.site.middleware.page_headers",
    "chengan.city.site.middleware.no_nul",
    "chengan.city.site.middleware.OwnFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "chengan.city.site.urls"
ASGI_APPLICATION = "chengan.city.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CITY_FOLDER / "portals" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chengan.city.portals.context.frame",
            ],
        },
    }
]

# ── Records ───────────────────────────────────────────────────────────────────
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **env.database("CHENGAN_DATABASE_URL", "postgresql://chengan@127.0.0.1:5432/chengan"),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 10}},
    }
}
AttemptWithBackoff.DELAY_BACKOFF = 1.0
"""A database that was away is tried every second, not ever more seldom: time limits wait for it."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)

# ── The durable log and the lake ──────────────────────────────────────────────
NATS_URL = env.text("CHENGAN_NATS_URL", "nats://127.0.0.1:4222")
PARTITIONS = env.integer("CHENGAN_PARTITIONS", 1, low=1, high=64)
LOG_COPIES = env.integer("CHENGAN_LOG_COPIES", 1, low=1, high=5)
NATS_SYSTEM_URL = env.text("CHENGAN_NATS_SYSTEM_URL")
NATS_SOURCES_FILE = env.text("CHENGAN_NATS_SOURCES_FILE")
MQTT_HOST = env.text("CHENGAN_MQTT_HOST", "127.0.0.1")
MQTT_PORT = env.integer("CHENGAN_MQTT_PORT", 1883, low=1, high=65535)
LAKE_FOLDER = Path(env.text("CHENGAN_LAKE", str(DATA_FOLDER / "lake")))
UPLOAD_FOLDER = Path(env.text("CHENGAN_UPLOADS", str(DATA_FOLDER / "uploads")))
RETENTION_DAYS = env.integer("CHENGAN_RETENTION_DAYS", 400, low=0, high=36500)
MAX_BODY_BYTES = env.integer("CHENGAN_MAX_BODY_KB", 6144, low=16, high=7168) * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES + 64 * 1024

# ── Sign-in ───────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "places.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "50/15m/ip"}  # each account locks by a row: places.accounts
ACCOUNT_ADAPTER = "chengan.city.places.signing_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "chengan.city.places.signing_in.SocialAccountAdapter"
OIDC_ISSUER = env.text("CHENGAN_OIDC_ISSUER")
OIDC_APP = {
    "provider_id": "city",
    "name": env.text("CHENGAN_OIDC_NAME", "OIDC"),
    "client_id": env.text("CHENGAN_OIDC_CLIENT"),
    "secret": env.text("CHENGAN_OIDC_SECRET"),
    "settings": {"server_url": OIDC_ISSUER},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC_APP] if OIDC_ISSUER else []}}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Chengan"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# ── Language and time: Chinese first; stored in UTC, shown as Beijing time ────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS: list[Path] = []
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
CITY_NAME = env.text("CHENGAN_CITY_NAME", "样例城市")
CITY_NAME_EN = env.text("CHENGAN_CITY_NAME_EN", "Sample City")


# ── Warnings: who we are, how they go out ─────────────────────────────────────
DIVISION = env.text("CHENGAN_DIVISION", "000000")
AGENCY = env.text("CHENGAN_AGENCY", "000")
BASE_URL = env.text("CHENGAN_BASE_URL", "http://127.0.0.1:8420").rstrip("/")
EMAIL_HOST = env.text("CHENGAN_SMTP_HOST")
EMAIL_PORT = env.integer("CHENGAN_SMTP_PORT", 25, low=1, high=65535)
EMAIL_HOST_USER = env.text("CHENGAN_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("CHENGAN_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("CHENGAN_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("CHENGAN_SMTP_FROM", "chengan@localhost")
SMS_ADAPTER = env.text("CHENGAN_SMS_ADAPTER", "file")
OUTBOX_FOLDER = Path(env.text("CHENGAN_OUTBOX_FOLDER", str(DATA_FOLDER / "outbox")))
SMS_FOLDER = Path(env.text("CHENGAN_SMS_FOLDER", str(DATA_FOLDER / "sms")))
CAP_KEY_FILE = env.text("CHENGAN_CAP_KEY")
CAP_CERTIFICATE_FILE = env.text("CHENGAN_CAP_CERTIFICATE")
HEARTBEAT_URL = env.text("CHENGAN_HEARTBEAT_URL")
WEBHOOK_PRIVATE = env.flag("CHENGAN_WEBHOOK_PRIVATE", default=False)

# ── Files of the pages ────────────────────────────────────────────────────────
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"procrastinate": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.text("CHENGAN_LOG_LEVEL", "INFO")},
}
