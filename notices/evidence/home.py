"""What evidence adds to the sidebar."""

from config.desk import nav


def register_all() -> None:
    """Called once, when the engine starts."""
    nav.register(
        nav.Entry(group="規約と記録", label="通知番号の年次集計", url_name="notices:numbers", permission="notices.view_verification", order=58)
    )  # fmt: skip
