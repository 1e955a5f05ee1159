"""What the page of a letter says of its return."""

from config.desk.pages import note
from notices.models import Notice
from notices.returns.register import REFUSED_TOLD


def came_back_notes(notice: Notice) -> list[dict[str, str]]:
    """Where the envelope lies and how the address stands; a refusal apart."""
    post = notice.post
    row = getattr(post, "came_back", None) if post else None
    if row is None:
        return []
    if post is not None and post.returned_at is None:
        return [note("info", f"返戻台帳 {row.number}：返戻の記録は、訂正で取り消しました。")]
    kept = f"封筒は{row.kept_in}にあります。" if row.kept_in else ""
    found = row.get_finding_display() if row.finding else "まだ確かめていません"
    told = note("info", f"返戻台帳 {row.number}（{row.get_ground_display()}）。{kept}住所：{found}。")
    return [note("warning", REFUSED_TOLD), told] if row.was_refused else [told]
