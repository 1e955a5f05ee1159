"""The letter that confirms a change of the registered e-mail address, to the former and to the new one. House policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.desk.jst import jday_year
from contracts.licenses.change_models import ChangeNotice
from contracts.rules.clauses import ClauseRef
from notices.rendering.content import LetterContent, LetterItem

OPENING = "時下ますますご清栄のこととお慶び申し上げます。平素は格別のお引き立てを賜り、厚く御礼申し上げます。"
TO_OLD = "本通知は、これまでのご登録のメールアドレスにお送りしています。お心当たりのない場合は、至急、差出人までご連絡ください。"
TO_NEW = "今後の通知は、このメールアドレスにお送りいたします。"


def confirmation_content(row: ChangeNotice, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """That an e-mail address was changed, from when, and what to do if nobody there knows of it."""
    clause = ClauseRef.parse("7(3)").full_label()
    return LetterContent(
        title="ご登録内容の変更の確認",
        opening=OPENING,
        paragraphs=(
            f"さて、{jday_year(row.notified_at)}に、利用規約{clause}による変更のお届け出を承りました。"
            "通知をお送りするメールアドレスを、下記のとおり変更いたします。",
            TO_OLD if fields["whom"] == "old" else TO_NEW,
        ),
        items=(
            LetterItem(label="お届け出の番号", lines=(row.number,)),
            LetterItem(label="変更の日", lines=(jday_year(row.since),)),
            LetterItem(label="変更の内容", lines=tuple(str(line["label"]) for line in row.changes)),
        ),
        clauses=("7(3)",),
    )
