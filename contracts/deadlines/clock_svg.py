"""The clock of a period, as pictures and in words: what screens import."""

from contracts.deadlines.clock_model import Clock, PostTrack, clock_rows, clock_sentence
from contracts.deadlines.clock_tall import clock_tall
from contracts.deadlines.clock_wide import clock_wide

__all__ = ["Clock", "PostTrack", "clock_rows", "clock_sentence", "clock_tall", "clock_wide"]
