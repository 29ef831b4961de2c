"""Many documents: which files they are, what their records are called, the processes that clean them, and what came of it."""
