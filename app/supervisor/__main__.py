"""`python -m app.supervisor`: start everything, say what to open, stop cleanly on Ctrl-C."""

import argparse
import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app import config
from app.embedded.process import CannotStart
from app.supervisor import environment, programs
from app.supervisor.environment import Plan, Refused
from app.supervisor.group import Failed, Group, StopAsked
from app.supervisor.output import say

_WELCOME = """
GuideDesk 企微导购台已就绪，用时 {seconds:.1f} 秒 / ready in {seconds:.1f} s
{doors}
  数据 / data        {data}
  日志 / logs        {data_dir}/logs
  命令行 / command   set -a; . {data_dir}/run.env; set +a; {python} -m app.cli --help
  停止 / stop        Ctrl-C
"""

_SIMULATED_DOORS = """
  打开 / open        {simulator}/   模拟企业微信：扮演顾客与导购 / play customer and guide
                     {app}/console/   管理后台 / console
  身份 / as whom     lin 林晓（导购，上海南京路店） · li 李昂（店长） · he 何静（合规）
                     yun 周云（运营） · boss 陈思远（管理员）：登录页上选人即可 / pick one when asked
"""

_REAL_DOORS = """
  打开 / open        {public}/console/   管理后台，用企业微信扫码登录 / console, sign in with WeCom
  回调 / callback    {public}/wecom/callback
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.supervisor", description=__doc__)
    parser.add_argument("--check", action="store_true", help="start everything, wait until healthy, stop")
    options = parser.parse_args()
    plan = environment.plan(os.environ, Path.cwd())
    with _only_one(plan):
        raise SystemExit(_run(plan, check=options.check))


def _run(plan: Plan, *, check: bool) -> int:
    began = time.monotonic()
    programs.check_ports(plan)
    try:
        servers = programs.databases(plan)
    except CannotStart as reason:
        raise Refused(str(reason)) from None
    config.from_environment(plan.variables)  # says what is wrong before eight processes do
    logs = plan.data_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    note = environment.note_running(plan)
    say(f"GuideDesk 正在启动 / starting（DATA_DIR={plan.data_dir}）")
    group = Group(logs)
    code = 0
    try:
        group.start([*servers, *programs.simulator(plan)])
        group.wait_ready()
        group.start([programs.migrate(plan)], kept=False)
        group.wait_done("migrate")
        group.start(programs.workforce(plan))
        for seed in programs.seed(plan):
            group.start([seed], kept=False)
            group.wait_done(seed.name)
        group.wait_ready()
        say(_welcome(plan, time.monotonic() - began))
        if not check:
            group.watch()
    except StopAsked:
        pass
    except (Failed, CannotStart) as reason:
        say(f"\nGuideDesk 没有启动 / did not start: {reason}")
        code = 1
    say("GuideDesk 正在停止 / stopping …")
    stopping = time.monotonic()
    group.stop()
    note.unlink(missing_ok=True)
    say(f"已停止，用时 {time.monotonic() - stopping:.1f} 秒；数据都在 / stopped, data kept: {plan.data_dir}")
    return code


def _welcome(plan: Plan, seconds: float) -> str:
    doors = (_SIMULATED_DOORS if plan.simulated else _REAL_DOORS).format(
        simulator=plan.simulator_url, app=plan.app_url, public=plan.variables["PUBLIC_URL"].rstrip("/")
    )
    note = plan.data_dir / "postgres-is-at"
    data = f"{plan.data_dir}" + (f" + {note.read_text().strip()}" if note.exists() else "")
    return _WELCOME.format(seconds=seconds, doors=doors, data=data, data_dir=plan.data_dir, python=sys.executable)


@contextlib.contextmanager
def _only_one(plan: Plan) -> Iterator[None]:
    """
    :raises Refused: if another run has this DATA_DIR, saying which.
    """
    with (plan.data_dir / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused(
                f"{plan.data_dir} 正被另一个 make run 使用（{lock.read().strip()}）：先停掉它，"
                f"或另设 DATA_DIR / that directory is in use by another run: stop it, or set DATA_DIR"
            ) from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}, {plan.app_url}\n")
        lock.flush()
        yield


if __name__ == "__main__":
    main()
