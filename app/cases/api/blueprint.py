"""The blueprint that this domain's routes hang on."""

from flask import Blueprint

blueprint = Blueprint("cases", __name__)
