"""What the application server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 -- loads every view now and not while the first visitor waits

# What is loaded by now stays; without this some percent of all work is a search for garbage among it.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 10)
