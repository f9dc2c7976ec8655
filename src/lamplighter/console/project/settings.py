"""Django settings of one workspace, which the environment names (`configuration.WORKSPACE`)."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from lamplighter.console.project.configuration import HOSTS, WORKSPACE, read_console, secret_key

CONSOLE = read_console(Path(os.environ[WORKSPACE]))

SECRET_KEY = secret_key(CONSOLE.folder)
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get(HOSTS, "").split(",") if host]
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
if CONSOLE.origin:
    ALLOWED_HOSTS.append(CONSOLE.origin.split("://")[1].split(":")[0])
    CSRF_TRUSTED_ORIGINS = [CONSOLE.origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "lamplighter.console.people",
    "lamplighter.console.leads",
    "lamplighter.console.review",
    "lamplighter.console.wellbeing",
    "lamplighter.console.api",
    "lamplighter.console.search",
    "lamplighter.console.cases",
    "lamplighter.console.exports",
    "lamplighter.console.appeals",
    "lamplighter.console.notices",
    "lamplighter.console.auditing",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lamplighter.console.project.idle.IdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lamplighter.console.project.gate.GateMiddleware",
    "lamplighter.console.project.reads.ReadsMiddleware",
]
if CONSOLE.oidc:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": f"oidc{place}",
                    "name": one.name,
                    "client_id": one.client_id,
                    "secret": os.environ.get(one.secret_variable, ""),
                    "settings": {"server_url": one.issuer},
                }
                for place, one in enumerate(CONSOLE.oidc)
            ],
        }
    }
    SOCIALACCOUNT_ADAPTER = "lamplighter.console.people.adapter.OidcAdapter"
    SOCIALACCOUNT_ONLY = False

ROOT_URLCONF = "lamplighter.console.project.urls"
WSGI_APPLICATION = "lamplighter.console.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lamplighter.console.project.frame.frame",
            ],
            "builtins": ["lamplighter.console.project.templatetags.words"],
        },
    }
]
DATABASES = {"default": CONSOLE.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
STATIC_URL = "/static/"
STATICFILES_DIRS = [("console", Path(__file__).parent / "static")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lamplighter.console.project.report_assets.ReportFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "lamplighter.console.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Lock-out: five failures for one name or thirty from one address, then a quarter of an hour.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,30/15m/ip"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Lamplighter"
# Browsers give WebAuthn to https and to localhost only; this concerns the latter.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CONSOLE.https
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # One process. A small cache would let an attacker push failure counts out of it.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

SESSION_COOKIE_AGE = CONSOLE.session_hours * 3600  # from sign-in, however busy
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CONSOLE.https
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
CSRF_COOKIE_SECURE = CONSOLE.https
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "lamplighter.console.project.faults.forgery"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CONSOLE.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONSOLE.https else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: is the QR code of a new authenticator, made by ourselves.
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        # A browser holds what a form leads to against this, too: sign-in leads to the provider.
        "form-action": [SELF, *(one.origin for one in CONSOLE.oidc)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
