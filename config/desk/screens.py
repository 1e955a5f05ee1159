"""The desk's own lines of the sidebar."""

from config.desk import nav

GROUP = "規約と記録"


def register_all() -> None:
    """Called once, when the desk starts."""
    lines = (
        ("社内の取扱い", "admin:desk_housesetting_changelist", "desk.view_housesetting", 60),
        ("入室の記録", "admin:desk_accesslog_changelist", "desk.view_accesslog", 70),
        ("後処理の記録", "admin:desk_handlerrun_changelist", "desk.view_handlerrun", 80),
    )
    for label, url_name, permission, order in lines:
        nav.register(nav.Entry(group=GROUP, label=label, url_name=url_name, permission=permission, order=order))
