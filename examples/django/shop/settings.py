"""What differs by environment comes from variables."""

import os

SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only for tests")
INSTALLED_APPS = ["shop"]
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        # The test runner copies this database, in which a superuser created the extension.
        "TEST": {"TEMPLATE": os.environ.get("SHOP_TEMPLATE")},
    }
}
SHOP_PROVIDER = os.environ["SHOP_PROVIDER"]
SHOP_KIND = os.environ["SHOP_KIND"]
SHOP_KEY = os.environ["SHOP_KEY"]
SHOP_APP = os.environ["SHOP_APP"]
