"""GuideDesk's back end: one package per domain, floors from `web` down to `clock` (docs/architecture.md)."""
