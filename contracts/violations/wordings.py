"""The shipped wordings of a case's letters, and what may stand in them. Legal may put others in force."""

from notices import phrases
from notices.phrases import CONTRACT, CONTRACT_ITEM, OBJECTION, may, must, rests_on
from notices.rendering.content import LetterItem
from notices.rendering.wording import Wording

BY_MAIL = "電子メールまたは書面で"
THANKS = f"{phrases.GREETING}平素は「{{サービス名}}」をご利用いただき、厚く御礼申し上げます。"
CREDENTIALS = may(
    "認証情報の責任",
    "発行した認証情報を使って行われた事実を含むときの説明（第9条第5項）。なければ、この項目は載りません",
)
CREDENTIALS_ITEM = LetterItem(label="認証情報", lines=("{認証情報の責任}",))

CORRECTION = Wording(
    title="是正通知書",
    opening=THANKS,
    paragraphs=(
        "さて、{相手方}による「{サービス名}」のご利用につき、下記1のとおり利用規約（{規約の版}。以下「規約」といいます。）に違反する事実を"
        "確認いたしました。つきましては、{根拠条項}に基づき、下記2の期限までに、下記3のとおり是正してくださいますようご通知申し上げます。",
        "期限までに是正を確認できないときは、同項により、当社の判断で利用契約を終了することがございます。"
        "既に是正がお済みの場合は、行き違いをご容赦くださいますようお願い申し上げます。",
    ),
    items=(
        LetterItem(label="違反事項", lines=("{違反の事実}", "規約{違反の条項}")),
        LetterItem(label="是正期限", lines=("{是正期限}まで", "{個別規約の期間}")),
        LetterItem(label="是正の内容", lines=("{是正の内容}",)),
        CREDENTIALS_ITEM,
        LetterItem(
            label="ご連絡先", lines=(f"是正の日と内容を、{BY_MAIL}差出人までお知らせください。", "{異議の申出}")
        ),
    ),
)
CORRECTION_SLOTS = (
    rests_on("是正の通知の根拠（第23条第1項）"),
    must("違反の事実", "担当者が書いた違反事項"),
    must("違反の条項", "違反した条項"),
    must("是正期限", "是正できる最後の日"),
    may("個別規約の期間", "個別規約が期間を定めるときの説明。なければ載りません"),
    must("是正の内容", "担当者が書いた、求める是正"),
    may("規約の版", "発送予定日に施行中の規約の版"),
    CREDENTIALS,
    OBJECTION,
)

TERMINATION = Wording(
    title="利用契約終了通知書",
    opening=phrases.GREETING,
    paragraphs=(
        "さて、{先の是正通知}により、規約違反事項の是正をお願いいたしましたが、期限までに是正を確認することができませんでした。"
        "つきましては、{根拠条項}に基づき、本通知の発送をもって、{相手方}との利用契約を終了いたします。",
    ),
    items=(
        CONTRACT_ITEM,
        LetterItem(label="終了の理由", lines=("{是正されていない事項}",)),
        CREDENTIALS_ITEM,
        LetterItem(
            label="情報の削除",
            lines=("保存された情報は、利用契約の終了から{保存の期間}の経過をもって削除します（{削除の根拠}）。",),
        ),
        LetterItem(
            label="料金", lines=("終了までに生じた料金は、終了の後もお支払いいただきます（規約第23条第2項）。",)
        ),
        LetterItem(label="ご連絡先", lines=("{異議の申出}",)),
    ),
)
TERMINATION_SLOTS = (
    rests_on("終了の根拠（第23条第1項）"),
    must("先の是正通知", "期間が過ぎた是正通知の日付と番号"),
    CONTRACT,
    must("是正されていない事項", "期間内に是正されなかった事項と条項。一行に一つ"),
    may("保存の期間", "情報を削除するまでの期間"),
    may("削除の根拠", "その期間の根拠（第23条第4項か個別規約）"),
    CREDENTIALS,
    OBJECTION,
)

INQUIRY = Wording(
    title="事実の確認とご説明のお願い",
    opening=THANKS,
    paragraphs=(
        "さて、{相手方}による「{サービス名}」のご利用につきまして、{根拠条項}に基づき、"
        "下記1の事項について事実をご確認のうえ、下記2の期限までにご説明くださいますようお願い申し上げます。",
        "本書は、規約に違反する事実があったと判断するものではありません。{是正通知との関係}"
        "既にご説明をいただいている場合は、行き違いをご容赦くださいますようお願い申し上げます。",
    ),
    items=(
        LetterItem(label="ご確認事項", lines=("{ご確認事項}",)),
        LetterItem(label="ご回答の期限", lines=("{ご回答の期限}まで",)),
        LetterItem(label="ご回答の方法", lines=(f"{BY_MAIL}、差出人までお送りください。",)),
    ),
)
INQUIRY_SLOTS = (
    rests_on("問合せの根拠（第17条第4項）"),
    must("ご確認事項", "担当者が書いた、たずねること"),
    must("ご回答の期限", "回答を待つ最後の日（社内の取扱い）"),
    must("是正通知との関係", "是正期間が進行中のとき、その期限が変わらないこと。なければ空になります"),
)

WITHDRAWAL = Wording(
    title="是正通知の撤回について",
    opening=phrases.GREETING,
    paragraphs=(
        "さて、{撤回する通知の日付}付けの是正通知書（{撤回する通知}）を、撤回いたします。"
        "同通知に記載した期限は効力を失い、同通知に基づいて利用契約を終了することはございません。",
        "ご心配とお手数をおかけしましたことを、お詫び申し上げます。改めて是正をお願いするときは、"
        "{根拠条項}に基づき、新しい通知をお送りし、その通知から期間を数え直します。",
    ),
    items=(
        LetterItem(label="撤回する通知", lines=("是正通知書　{撤回する通知}",)),
        LetterItem(label="撤回の理由", lines=("{撤回の理由}",)),
        LetterItem(label="ご連絡先", lines=("ご不明の点は、差出人までお問い合わせください。",)),
    ),
)
WITHDRAWAL_SLOTS = (
    rests_on("是正通知の根拠（第23条第1項）"),
    must("撤回する通知", "撤回する是正通知書の番号"),
    must("撤回する通知の日付", "その通知の日付"),
    must("撤回の理由", "担当者が書いた理由"),
)
