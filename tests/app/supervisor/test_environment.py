"""What the group is told: given values win, secrets are made once, mistakes are named."""

import pytest

from app import config
from app.supervisor.environment import Refused, plan


def test_a_machine_with_nothing_set_gets_settings_that_may_start(tmp_path):
    made = plan({}, tmp_path)
    servers = {"DATABASE_URL": "postgresql:///x", "REDIS_URL": "unix:///x"}
    assert config.from_environment(made.variables | servers).environment == "development"
    assert (made.data_dir, made.port, made.simulator_port) == (tmp_path / "var", 8000, 8001)
    assert made.variables["WECOM_API_BASE_URL"] == made.variables["TRUSTED_ORIGINS"] == "http://127.0.0.1:8001"


def test_secrets_are_made_once_and_kept_from_others(tmp_path):
    """Sabotage: make them anew at each start: every session and sealed phone number would be lost."""
    first, second = plan({}, tmp_path), plan({}, tmp_path)
    assert first.variables == second.variables
    assert plan({}, tmp_path / "elsewhere").variables["SECRET_KEY"] != first.variables["SECRET_KEY"]
    assert (tmp_path / "var" / "settings.env").stat().st_mode & 0o777 == 0o600


def test_the_environment_wins_over_the_file_and_the_file_over_what_we_make_up(tmp_path):
    (tmp_path / ".env").write_text("# ours\nexport LOG_LEVEL='WARNING'\nPUBLIC_URL=https://a.example\n\n")
    told = plan({"PUBLIC_URL": "https://b.example", "PORT": "9000"}, tmp_path).variables
    assert (told["LOG_LEVEL"], told["PUBLIC_URL"], told["PORT"]) == ("WARNING", "https://b.example", "9000")


def test_a_real_wecom_gets_no_simulator_and_no_invented_credentials(tmp_path):
    told = plan({"WECOM_API_BASE_URL": "https://qyapi.weixin.qq.com"}, tmp_path)
    assert not told.simulated
    assert "WECOM_AGENT_SECRET" not in told.variables
    assert len(told.variables["SECRET_KEY"]) >= 32


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"PORT": "80x"}, "PORT=80x"),
        ({"PORT": "0"}, "PORT=0"),
        ({"SIMULATOR_PORT": "70000"}, "SIMULATOR_PORT=70000"),
        ({"PORT": "8001"}, "SIMULATOR_PORT"),
    ],
)
def test_a_port_that_is_none_is_named(tmp_path, given, named):
    with pytest.raises(Refused, match=named):
        plan(given, tmp_path)


def test_a_broken_line_of_the_file_is_named(tmp_path):
    (tmp_path / ".env").write_text("PORT=8000\nwhat is this\n")
    with pytest.raises(Refused, match="line 2"):
        plan({}, tmp_path)


def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="DATA_DIR"):
        plan({"DATA_DIR": str(tmp_path / "file" / "var")}, tmp_path)
