"""The state of the simulated WeCom and the verbs for what people do in it."""

from wecom_simulator.world.refusals import NotPossible
from wecom_simulator.world.world import World, empty_state, load, save

__all__ = ["NotPossible", "World", "empty_state", "load", "save"]
