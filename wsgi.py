"""The web process's entry point: `granian --interface wsgi wsgi:application`."""

import logging
import threading

import sensitive_words
from app import config
from app.compliance import lexicon
from app.errors import AppError
from app.web import create_app

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Half a second of loading and building that the first sidebar would otherwise wait for."""
    sensitive_words.warm_up()
    try:
        lexicon.current()
    except AppError:
        logger.debug("no word list to prepare yet")


application = create_app(config.from_environment())
# Beside the first requests: WeCom's callbacks must be answered at once.
threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
