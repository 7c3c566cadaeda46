"""What differs by environment comes from variables."""

import os

SECRET_KEY = os.environ.get("PEOPLE_SECRET_KEY", "only for tests")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["kwtools.django", "people"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "people.urls"
WSGI_APPLICATION = "people.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        "CONN_MAX_AGE": 600,
        # Values are parameters of the protocol, not a part of the statement.
        "OPTIONS": {"server_side_binding": True},
        # The test runner copies this database, in which a superuser created the extension.
        "TEST": {"TEMPLATE": os.environ.get("PEOPLE_TEMPLATE")},
    }
}
KWTOOLS_PROVIDER = os.environ.get("KWTOOLS_PROVIDER", "local")
KWTOOLS_KIND = os.environ.get("KWTOOLS_KIND", "local")
KWTOOLS_KEY = os.environ.get("KWTOOLS_KEY", "people")
