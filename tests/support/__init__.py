"""The test bed: real servers, named people, the simulator, and ways through the front door."""
