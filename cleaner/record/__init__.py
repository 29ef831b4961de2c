"""The record: typed classes, their JSON, and the way back from the JSON to the source."""

from cleaner.record.document import Document

__all__ = ["Document"]
