"""The server's settings for tests: a data folder of their own, the second factor off.

TANYUAN_TEST_DATABASE names a PostgreSQL to test on instead of SQLite.
"""

import os
import tempfile

os.environ["TANYUAN_DATA"] = tempfile.mkdtemp(prefix="tanyuan-test-")
os.environ.setdefault("TANYUAN_SECOND_FACTOR", "no")
os.environ["TANYUAN_DATABASE"] = os.environ.get("TANYUAN_TEST_DATABASE", "")

from tanyuan.server.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PAGES_KEPT = 0
