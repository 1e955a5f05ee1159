"""Settings of Kiyaku. They wire; they hold no rule. Everything that differs between places comes from the environment."""

from pathlib import Path

import environ

from config.settings import mail
from config.settings.secret import secret_key

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
VAR_DIR = Path(env("KIYAKU_VAR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
# Without a mail server nothing can leave, so such a place is for training: marked 研修, it sends and prints nothing real.
KIYAKU_ANYMAIL_BACKEND = env(
    "KIYAKU_ANYMAIL_BACKEND", default=""
)  # a mail service by the name django-anymail has for it
CAN_SEND = bool(env("EMAIL_URL", default="") or KIYAKU_ANYMAIL_BACKEND)
KIYAKU_MODE = env("KIYAKU_MODE", default="service" if CAN_SEND else "training")

INSTALLED_APPS = [
    "config.apps.ProjectConfig",
    "config.desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "django_q",
    "axes",
    "csp",
    "anymail",
    "config.desk",
    "accounts",
    "contracts.incoming",
    "contracts.terms",
    "contracts.decisions",
    "notices",
    "contracts.deadlines",
    "contracts.licenses",
    "contracts.closing",
    "contracts.applications",
    "contracts.violations",
    "contracts.measures",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.desk.context.desk",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'kiyaku.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a check and its act are one step; FULL: a committed dispatch survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: 15 minutes
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "desk/locked_out.html"
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # What came in, kept as proof; never served by the web server, only through a permission.
    "files": {"BACKEND": "contracts.incoming.storage.HashedStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {"camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": []}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.desk.errorpages.out_of_date"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
HTTPS = env.bool("KIYAKU_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from inside, past the proxy that ends TLS

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True

Q_CLUSTER = {
    "name": "kiyaku",
    "orm": "default",
    "workers": 1,
    "queue_limit": 2,
    "timeout": 120,
    "retry": 600,  # more than (queue_limit + workers + 1) × timeout / workers
    "max_attempts": 3,
    "ack_failures": True,
    "recycle": 50,  # rendering leaks memory
    "save_limit": 100,
    "catch_up": False,
    "label": "自動処理",
    "sync": env.bool("KIYAKU_Q_SYNC", default=False),
}

EMAIL_CONFIG = env.email("EMAIL_URL", default="dummymail:")
EMAIL_BACKEND = mail.backend(KIYAKU_MODE, KIYAKU_ANYMAIL_BACKEND, EMAIL_CONFIG["EMAIL_BACKEND"])
ANYMAIL = mail.anymail()  # ANYMAIL_MAILGUN_API_KEY=… in the environment is MAILGUN_API_KEY here
KIYAKU_ANYMAIL_WEBHOOKS = mail.webhooks(env.list("KIYAKU_ANYMAIL_WEBHOOKS", default=[KIYAKU_ANYMAIL_BACKEND]), ANYMAIL)
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="keiyaku@kiyaku.example")

# How the product is told of a suspension (contracts/measures/gateway.py); by hand unless a place has its own.
KIYAKU_PRODUCT_GATEWAY = env("KIYAKU_PRODUCT_GATEWAY", default="contracts.measures.gateway.ByHand")

# Where the web form's export is dropped; empty: nowhere. It is read by the worker, every minute.
KIYAKU_INTAKE_FOLDER = env("KIYAKU_INTAKE_FOLDER", default="")
LETTER_RENDERER = env("KIYAKU_LETTER_RENDERER", default="pdf")  # "text": stories and most tests

# The company on whose letterhead the letters leave; invented unless the environment names it.
SENDER = {
    "company": env("KIYAKU_COMPANY", default="株式会社アカツキ認証"),
    "postal_code": env("KIYAKU_POSTAL_CODE", default="100-0000"),
    "address": env("KIYAKU_ADDRESS", default="東京都千代田区見本一丁目1番1号"),
    "department": env("KIYAKU_DEPARTMENT", default="契約管理部"),
    "person": env("KIYAKU_PERSON", default="高橋　修一"),
    "phone": env("KIYAKU_PHONE", default="03-0000-0000"),
    "email": env("KIYAKU_EMAIL", default="keiyaku@akatsuki.example"),
    "service": env("KIYAKU_SERVICE", default="アカツキID"),
}
KIYAKU_REPLY_TO = env("KIYAKU_REPLY_TO", default=SENDER["email"])  # where the customers' answers go

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # who was turned away is no fault: no traceback in the log
        "django-q": {"level": "WARNING"},
        "django_q": {"level": "WARNING"},
    },
}
