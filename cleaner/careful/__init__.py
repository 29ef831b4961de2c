"""The careful way: what ``check`` and ``fix`` may do to a file that people edit, and how such a file is rewritten."""
