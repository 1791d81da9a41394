"""The endpoints, one module per API family."""

from __future__ import annotations

from importlib import import_module

FAMILIES = (
    "tokens",
    "login",
    "contacts",
    "customers",
    "tags",
    "groups",
    "contact_ways",
    "welcome",
    "mass_messages",
    "intercept_rules",
    "media",
    "app_messages",
    "robots",
    "statistics",
)


def load_all() -> None:
    """Importing a family registers its endpoints."""
    for family in FAMILIES:
        import_module(f"wecom_simulator.api.{family}")
