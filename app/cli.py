"""`python -m app.cli`: what an operator of the installation does from a shell."""

import json
import sys
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

import app
from app import clock, config, db, logs, outbox, schema
from app.audit import anchors, rights
from app.audit import queries as audit
from app.audit.actions import keep_reading
from app.audit.chain import GENESIS
from app.db import transaction
from app.evidence import checking
from app.staff import actions as staff
from app.staff import queries as people
from app.sync_runs.models import Kind, SyncRun
from app.viewer import Role


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


@main.command("sync")
@click.argument("kinds", nargs=-1, type=click.Choice([each.value for each in Kind]))
def sync(kinds: tuple[str, ...]) -> None:
    """Read staff, tags, customers and groups anew from WeCom, with progress; the workers must run."""
    from app import demo

    start()
    chosen = [Kind(each) for each in kinds] or [Kind.STAFF, Kind.TAGS, Kind.CUSTOMERS, Kind.GROUPS]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as shown:
        for kind in chosen:
            line = shown.add_task(demo.NAMES[kind], total=None)

            def report(run: SyncRun, line: TaskID = line) -> None:
                shown.update(line, completed=run.done, total=run.total)

            done = demo.sync(kind, started_by="cli", progress=report)
            shown.update(line, completed=done, total=done)


@main.command("seed-demo")
def seed_demo() -> None:
    """Fill an installation beside the simulator with a believable shop. Refused in production."""
    from app import demo

    if start().is_production:
        raise click.ClickException("演示数据不能写进生产环境")
    demo.seed(click.echo)


@main.command("grant-role")
@click.argument("userid")
@click.argument("role", type=click.Choice([each.value for each in Role]))
def grant_role(userid: str, role: str) -> None:
    """Give a member a role: how the first administrator comes to be. Run `sync staff` before."""
    start()
    with transaction() as session:
        member = people.member_by_userid(session, userid)
        if member is None:
            raise click.ClickException(f"没有成员 {userid}：先运行 python -m app.cli sync staff")
        staff.grant_role(session, "cli", member, Role(role))
    click.echo(f"{member.name} 现在是 {role}")


@main.command("verify-audit")
@click.option("--anchor", "heads", multiple=True, help="an earlier head, NUMBER:HASH, kept outside the database")
@click.option(
    "--anchors",
    "path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="a file of anchors, such as the copy on another machine; AUDIT_ANCHOR_FILE if left out",
)
def verify_audit(heads: tuple[str, ...], path: Path | None) -> None:
    """Read the whole audit chain; exit 1 and say where if it was tampered with."""
    settings = start()
    file = anchors.read(path or settings.audit_anchor_path)
    given = [_head(each) for each in heads]
    with transaction() as session:
        found = audit.verify(session, anchors=[*file.anchors, *given], file_problems=file.problems)
    for problem in found.problems:
        click.echo(problem.what)
    number, digest = found.head
    compared = len(file.anchors) + len(given)
    against = f"，与 {compared} 个库外摘要比对" if compared else "，没有库外摘要可比对"
    if not found.is_whole:
        with transaction() as session:
            keep_reading(session, "cli", found, anchors=compared)
    verdict = "完整" if found.is_whole else f"不完整：{found.problem_count} 处不对"
    click.echo(f"{found.entries} 条记录{against}，{verdict}；最后一条 {number}:{digest}")
    raise SystemExit(0 if found.is_whole else 1)


def _head(given: str) -> anchors.Anchor:
    number, _, digest = given.partition(":")
    try:
        return anchors.made(int(number), bytes.fromhex(digest), clock.now(), previous=GENESIS)
    except ValueError:
        raise click.BadParameter("写成 编号:摘要，例如 12:9f86d0…") from None


@main.command("check-evidence")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--anchors",
    "path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="a file of anchors of one's own: those of the pack have to be in it",
)
def check_evidence(file: Path, path: Path | None) -> None:
    """Say whether an evidence pack is as it was made; needs no settings, database or network."""
    try:
        found = checking.check(file, kept=anchors.read(path).anchors if path else ())
    except checking.NoPack as refused:
        raise click.ClickException(f"{file.name}：{refused}") from None
    for problem in found.problems:
        click.echo(problem)
    click.echo(
        f"《{found.title}》：{'没有被改动' if not found.problems else f'{len(found.problems)} 处不对'}；"
        f"{found.proven} 条审计记录的内容连得上链，{found.covered} 条因遮盖号码只证明位置，"
        f"{found.spans} 段里 {found.anchored} 段有库外留存为证"
    )
    click.echo(f"清单的 SHA-256 {found.sums_hash}，应当与审计里「导出证据包」那一条相同")
    raise SystemExit(1 if found.problems else 0)


@main.command("app-role")
@click.argument("role")
def app_role(role: str) -> None:
    """Let an existing database role run the product, unable to change the audit log. Run as the owner."""
    start()
    with transaction() as session:
        rights.grant_to(session, role)
    click.echo(f"数据库账号 {role} 可以运行 GuideDesk；审计记录它只能追加和读取")


if __name__ == "__main__":
    main()
