"""structure: title, elements, tree, type and fields of the clean text."""

from cleaner.stages.structure.result import Found, Hints, Structure
from cleaner.stages.structure.stage import run, structure

__all__ = ["Found", "Hints", "Structure", "run", "structure"]
