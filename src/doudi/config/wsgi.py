"""The web application for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")
application = get_wsgi_application()
# What is loaded by now stays for good, and a page leaves few cycles behind: the collector need not look at every page.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
