"""`python -m app.cli`: what an operator of the installation does from a shell."""

import json
import sys
from pathlib import Path

import click

import app
from app import config, db, logs, outbox, schema


@click.group()
def main() -> None:
    """GuideDesk 企微导购台"""


def start() -> config.Settings:
    """Settings, logs, database and jobs of a shell command."""
    settings = config.from_environment()
    config.configure(settings)
    logs.configure(settings, process="cli")
    db.configure(settings.database_url, pool_size=2)
    outbox.register_jobs_of(app)
    return settings


@main.command("migrate")
def migrate() -> None:
    """Bring the database to the newest shape."""
    settings = config.from_environment()
    logs.configure(settings, process="migrate")
    schema.upgrade(settings.database_url)
    click.echo(f"数据库已是最新（{schema.head()}）")


@main.command("check-settings")
def check_settings() -> None:
    """Say whether the processes may start with this environment."""
    config.from_environment()
    click.echo("配置没有问题")


@main.command("openapi")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="a file; standard output if left out")
def openapi(out: Path | None) -> None:
    """Write the API's shapes, from which the front end's types are made. Needs no server."""
    from app.http import document
    from app.web import import_blueprints

    import_blueprints()
    text = json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text)


if __name__ == "__main__":
    main()
