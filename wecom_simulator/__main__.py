"""`python -m wecom_simulator`: runs until Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading

from wecom_simulator.envelope import BadEnvelope
from wecom_simulator.settings import BadSetting, Settings
from wecom_simulator.simulator import Simulator


def main() -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        settings = Settings.from_environment()
        simulator = Simulator(
            corp_id=settings.corp_id,
            agent_id=settings.agent_id,
            agent_secret=settings.agent_secret,
            callback_url=settings.callback_url,
            callback_token=settings.callback_token,
            encoding_aes_key=settings.encoding_aes_key,
            app_url=settings.app_url,
            state_file=settings.state_file,
            port=settings.port,
        )
        if simulator.started_empty:
            simulator.seed_shop()
        simulator.start()
    except BadSetting as error:
        return _fail(str(error))
    except BadEnvelope:
        return _fail("WECOM_ENCODING_AES_KEY 必须是 43 个字符，解码后 32 字节")
    except OSError:
        return _fail(f"端口 {settings.port} 打不开，可能已被占用；可以用 SIMULATOR_PORT 换一个")
    sys.stdout.write(f"模拟企业微信：{simulator.url}（状态保存在 {settings.state_file.parent}）\n")
    sys.stdout.flush()
    stopping.wait()
    simulator.close()
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
