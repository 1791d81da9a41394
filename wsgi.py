"""The web process's entry point: `granian --interface wsgi wsgi:application`."""

from app import config
from app.web import create_app

application = create_app(config.from_environment())
