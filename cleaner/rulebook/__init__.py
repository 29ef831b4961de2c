"""The rulebook: rules as data, read strictly, matched on a fold of the text, tested by their own examples."""

from cleaner.rulebook.load import Rulebook, load

__all__ = ["Rulebook", "load"]
