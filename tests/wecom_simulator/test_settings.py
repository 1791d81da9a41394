from pathlib import Path

import pytest

from wecom_simulator.settings import BadSetting, Settings


def test_defaults_fit_make_run():
    settings = Settings.from_environment({})
    assert settings.callback_url == "http://127.0.0.1:8000/wecom/callback"
    assert settings.port == 8001
    assert settings.state_file == Path("var/simulator/world.json")


def test_the_app_may_be_elsewhere():
    settings = Settings.from_environment({"PORT": "9000", "SIMULATOR_PORT": "9001", "DATA_DIR": "/tmp/x"})
    assert settings.callback_url == "http://127.0.0.1:9000/wecom/callback"
    assert settings.state_file == Path("/tmp/x/simulator/world.json")
    assert Settings.from_environment({"APP_URL": "http://a:1/"}).callback_url == "http://a:1/wecom/callback"


@pytest.mark.parametrize("bad", [{"PORT": "abc"}, {"SIMULATOR_PORT": "70000"}, {"WECOM_AGENT_ID": "x"}])
def test_what_cannot_be_meant_is_refused_in_chinese(bad):
    with pytest.raises(BadSetting, match="必须是"):
        Settings.from_environment(bad)
