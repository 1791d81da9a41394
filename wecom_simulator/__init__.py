"""A WeCom that runs on this machine. See README.md."""

from wecom_simulator.faults import Answer, Delay, Http, Reset, Truncated
from wecom_simulator.simulator import Simulator

__all__ = ["Answer", "Delay", "Http", "Reset", "Simulator", "Truncated"]
