"""The shipped wordings of the letters on an application, and what may stand in them. Legal may put others in force."""

from notices.phrases import CONTRACT, CONTRACT_ITEM, GREETING, OBJECTION, THANKS, may, must, rests_on
from notices.rendering.content import LetterItem
from notices.rendering.wording import Wording

NUMBER = must("申込番号", "申込の番号")
NUMBER_ITEM = LetterItem(label="申込番号", lines=("{申込番号}",))
CONTACT = LetterItem(label="お問合せ", lines=("{異議の申出}",))
SEND_IT = LetterItem(label="ご連絡先", lines=("電子メールまたは郵送で、差出人までお送りください。",))

ACCEPTANCE = Wording(
    title="利用申込の承諾について",
    opening=THANKS,
    paragraphs=(
        "さて、このたびお申し込みいただきましたサービスの利用につきまして、{根拠条項}に基づき、承諾いたします。",
        "管理画面のURL、管理者IDおよび初期パスワードは、準備が整いしだい、別にお知らせいたします。",
    ),
    items=(
        NUMBER_ITEM,
        LetterItem(label="契約の種類", lines=("{契約の種類}　{ライセンス数}ライセンス",)),
        LetterItem(label="適用規約", lines=("{同意した版}版（お申込みのときに同意いただいた版）",)),
    ),
)
ACCEPTANCE_SLOTS = (
    rests_on("承諾の根拠（第6条）"),
    NUMBER,
    must("契約の種類", "月額契約か年間契約"),
    must("ライセンス数", "申し込まれた数"),
    may("同意した版", "申込みのときに同意した規約の版"),
)

REFUSAL = Wording(
    title="利用申込の不承諾について",
    opening=GREETING,
    paragraphs=(
        "さて、お申し込みいただきましたサービスの利用につきまして、社内で審査いたしました結果、"
        "{根拠条項}に基づき、承諾いたしかねることとなりました。ご希望に沿えず、申し訳ございません。",
    ),
    items=(
        NUMBER_ITEM,
        LetterItem(label="根拠となる条項", lines=("{根拠となる条項}",)),
        LetterItem(label="不承諾の事由", lines=("{不承諾の事由}",)),
        CONTACT,
    ),
)
REFUSAL_SLOTS = (
    rests_on("不承諾の根拠（第6条）"),
    NUMBER,
    must("根拠となる条項", "事由の条項。理由が書かれていないときだけ載ります"),
    must("不承諾の事由", "事由の条項と、担当者が書いた理由。理由が書かれているときだけ載ります"),
    OBJECTION,
)

REQUEST = Wording(
    title="書類ご提示のお願い",
    opening=GREETING,
    paragraphs=(
        "さて、お申し込みいただきましたサービスの利用につきまして、下記2の事項を確認するため、{根拠条項}に基づき、"
        "下記3の書類を、下記4の期限までにご提示くださいますようお願い申し上げます。",
        "期限までにご提示がないときは、同項により、お申込みを承諾できないことがございます。"
        "既にお送りいただいている場合は、行き違いをご容赦くださいますようお願い申し上げます。",
    ),
    items=(
        NUMBER_ITEM,
        LetterItem(label="確認する事項", lines=("{確認する事項}", "{事由の条項}")),
        LetterItem(label="書類", lines=("{書類}",)),
        LetterItem(label="提示の期限", lines=("{提示の期限}まで",)),
        SEND_IT,
    ),
)
REQUEST_SLOTS = (
    rests_on("書類を求める根拠（第6条第4項）"),
    NUMBER,
    must("確認する事項", "確かめる事項"),
    must("事由の条項", "その事項についての条項（第6条第3項の各号）"),
    must("書類", "担当者が書いた書類"),
    must("提示の期限", "書類を待つ最後の日（社内の取扱い）"),
)

REMINDER = Wording(
    title="書類ご提示のお願い（再度のご案内）",
    opening=GREETING,
    paragraphs=(
        "さて、先にご提示をお願いいたしました下記2の書類が、まだ届いておりません。下記3の期限は変わりませんので、"
        "ご提示くださいますようお願い申し上げます。",
        "本通知と行き違いにお送りいただいている場合は、ご容赦くださいますようお願い申し上げます。",
    ),
    items=(
        NUMBER_ITEM,
        LetterItem(label="書類", lines=("{書類}",)),
        LetterItem(label="提示の期限", lines=("{提示の期限}",)),
        SEND_IT,
    ),
)
REMINDER_SLOTS = (
    may("根拠条項", "書類を求めた根拠（第6条第4項）。再度のお願いなので、標準の文面では示しません"),
    NUMBER,
    must("書類", "先に求めた書類"),
    must("提示の期限", "先の通知に記載した期限と、その通知の日付"),
)

RESCISSION = Wording(
    title="利用申込の承諾の取消しについて",
    opening=GREETING,
    paragraphs=(
        "さて、{相手方}のお申込みを承諾いたしましたが、その後、お申込みに下記3の事由のあることが判明いたしました。"
        "つきましては、{根拠条項}に基づき、本通知の発送をもって、承諾を取り消します。",
    ),
    items=(
        NUMBER_ITEM,
        CONTRACT_ITEM,
        LetterItem(
            label="取消しの事由",
            lines=("{事実}", "事実のあった日　{事実のあった日}", "判明した日　{判明した日}", "{事由の条項}"),
        ),
        LetterItem(label="精算", lines=("料金の精算については、別にご連絡いたします。",)),
        LetterItem(label="消費者の方へ", lines=("{消費者の権利}",)),
        CONTACT,
    ),
)
RESCISSION_SLOTS = (
    rests_on("取消しの根拠（第6条第3項）"),
    NUMBER,
    CONTRACT,
    must("事実", "担当者が書いた事実"),
    must("事実のあった日", "事実のあった日"),
    must("判明した日", "当社に判明した日"),
    must("事由の条項", "取消しの事由の条項（第6条第3項の各号）"),
    must("消費者の権利", "消費者に対する通知で、法令による権利を制限しないこと。消費者でなければ載りません"),
    OBJECTION,
)
