"""Edits as the spine: what a stage answers with, how answers compose, and how a record replays and undoes them."""

from cleaner.edits.algebra import Edit, Edits, coalesce, compose
from cleaner.edits.moves import Move, replay, segments, undo

__all__ = ["Edit", "Edits", "Move", "coalesce", "compose", "replay", "segments", "undo"]
