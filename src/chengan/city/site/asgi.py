"""The web's entry for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengan.city.site.settings")
application = get_asgi_application()
