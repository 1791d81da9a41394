"""The documented settings are the settings."""

import re
from dataclasses import fields
from pathlib import Path

from app.config import Settings
from app.settings_table import with_table

ROOT = Path(__file__).parents[2]


def test_the_documented_table_is_current():
    document = (ROOT / "docs" / "settings.md").read_text()
    assert "<!-- settings -->" in document
    assert document == with_table(document), "run `make settings`"


def test_the_example_names_every_setting_that_production_must_give():
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    required = {each.metadata["variable"] for each in fields(Settings) if not each.default}
    assert required - {"TRUSTED_ORIGINS"} <= example
    assert example <= {each.metadata["variable"] for each in fields(Settings)}
