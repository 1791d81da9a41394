"""The blueprint that every view of the word list hangs on."""

from flask import Blueprint

blueprint = Blueprint("compliance", __name__)
