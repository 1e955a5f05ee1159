"""Home sections of this engine."""


def register_all() -> None:
    """Called once, when the engine starts."""
