"""The web process's entry point: `granian --interface wsgi wsgi:application`."""

import sensitive_words
from app import config
from app.web import create_app

application = create_app(config.from_environment())
sensitive_words.warm_up()  # the dictionary, before the first person waits for it
