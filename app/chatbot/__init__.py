"""Answers to what members write to the app itself: no model, a few commands, every answer through the filter."""
