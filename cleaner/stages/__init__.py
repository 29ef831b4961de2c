"""The stages: each a room of its own, each a pure function from a text and a plan to a change."""
