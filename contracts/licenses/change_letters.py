"""The letter that confirms a change of the registered e-mail address, to the former and to the new one. House policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.licenses.change_models import ChangeNotice
from notices.phrases import THANKS, Values, cited, must, rests_on
from notices.rendering.content import LetterItem
from notices.rendering.wording import Material, Wording
from notices.wording.days import letter_day

CLAUSE = "7(3)"
TO_OLD = "本通知は、これまでのご登録のメールアドレスにお送りしています。お心当たりのない場合は、至急、差出人までご連絡ください。"
TO_NEW = "今後の通知は、このメールアドレスにお送りいたします。"

CONFIRMATION = Wording(
    title="ご登録内容の変更の確認",
    opening=THANKS,
    paragraphs=(
        "さて、{届出の日}に、{根拠条項}による変更のお届け出を承りました。"
        "通知をお送りするメールアドレスを、下記のとおり変更いたします。",
        "{宛先の案内}",
    ),
    items=(
        LetterItem(label="お届け出の番号", lines=("{届出の番号}",)),
        LetterItem(label="変更の日", lines=("{変更の日}",)),
        LetterItem(label="変更の内容", lines=("{変更の内容}",)),
    ),
)
CONFIRMATION_SLOTS = (
    rests_on("変更の届出の根拠（第7条第3項）"),
    must("届出の日", "届け出られた日"),
    must("宛先の案内", "元のアドレスへの通知か、新しいアドレスへの通知かに応じた案内"),
    must("届出の番号", "変更の届出の番号"),
    must("変更の日", "新しい登録を使い始める日"),
    must("変更の内容", "変わった項目。一行に一つ"),
)


def confirmation_material(row: ChangeNotice, fields: Mapping[str, Any], planned: date) -> Material:
    """That an e-mail address was changed, from when, and what to do if nobody there knows of it."""
    values: Values = {
        "根拠条項": cited(CLAUSE),
        "届出の日": letter_day(row.notified_at),
        "宛先の案内": TO_OLD if fields["whom"] == "old" else TO_NEW,
        "届出の番号": row.number,
        "変更の日": letter_day(row.since),
        "変更の内容": tuple(str(line["label"]) for line in row.changes),
    }
    return Material(values=values, clauses=(CLAUSE,))
