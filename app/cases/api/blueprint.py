"""What the routes of this domain share."""

from flask import Blueprint

blueprint = Blueprint("cases", __name__)
