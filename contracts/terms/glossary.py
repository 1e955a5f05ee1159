"""用語: the words that the terms define, and the words of the house; explained in our own words, cited by number."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word with its reading, what it means here, and where it stands; `fault` names a fault of the published text."""

    word: str
    kana: str
    meaning: str
    clause: str = ""
    fault: str = ""

    @property
    def search_key(self) -> str:
        """All that is searched, folded."""
        return folded(f"{self.word} {self.kana} {self.meaning}")


DEFINED: tuple[Word, ...] = (  # in the order in which the terms define them
    Word(word="当社", kana="とうしゃ", clause="1(1)", meaning="規約を定め、サービスを提供する会社。この仕組みを使う側です。"),
    Word(word="本サービス", kana="ほんさーびす", clause="3(1)", meaning="規約の対象のサービス。おもな機能と、その問い合わせの対応などを含みます。"),
    Word(word="利用者", kana="りようしゃ", clause="2(1)(1)", meaning="申し込み、承諾された人や会社。契約のある相手です。"),
    Word(word="利用希望者", kana="りようきぼうしゃ", clause="2(1)(2)", meaning="利用者になりたい人や会社。まだ契約のない、申込の相手です。"),
    Word(word="個別規約等", kana="こべつきやくとう", clause="2(1)(3)",
         meaning="会社が別に定める規約やガイドライン。食い違うときは、こちらが優先します（第1条第3項）。"),
    Word(word="SaaS", kana="さーす", clause="2(1)(4)", meaning="ソフトウェアを、インターネットを通してブラウザーで使う形のこと。"),
    Word(word="本サービス用プログラム", kana="ほんさーびすようぷろぐらむ", clause="2(1)(5)", meaning="サービスを動かす、会社のソフトウェア。"),
    Word(word="本サービス用設備", kana="ほんさーびすようせつび", clause="2(1)(6)",
         meaning="サービスの提供に要る通信設備と、プログラムの載ったサーバーなど。利用者の情報は、ここに保存されます。"),
    Word(word="利用者端末設備", kana="りようしゃたんまつせつび", clause="2(1)(7)", meaning="利用者が自分で用意する、パソコンや通信の機器。"),
    Word(word="当社サイト", kana="とうしゃさいと", clause="2(1)(8)",
         meaning="会社のウェブサイト。規約と料金が載る所とは、別に扱われることがあります。"),
    Word(word="届け出事項等", kana="とどけでじこうとう", clause="7(1)",
         meaning="利用者が会社に知らせ、届け出る情報のすべて。変わったら、すぐに届け出てもらいます（第7条第3項）。"),
    Word(word="認証情報", kana="にんしょうじょうほう", clause="8(3)", fault="credentials",
         meaning="管理用のURL、ID、パスワード。この仕組みでは、この意味だけに使います。"),
    Word(word="本サービス利用開始日", kana="ほんさーびすりようかいしび", clause="8(3)", fault="moment",
         meaning="認証情報を知らせた日。料金と期間は、ここから数えます。"),
    Word(word="サブスクリプションライセンス", kana="さぶすくりぷしょんらいせんす", clause="12(1)", fault="subscription_license",
         meaning="サポートの期間を区切る語。定義はありません。"),
    Word(word="遅延利息・延滞利息", kana="ちえんりそく・えんたいりそく", clause="14(2)", fault="late_interest_words",
         meaning="支払いが遅れたときの、年率で数える金額。この仕組みでは「遅延損害金」と書きます。"),
    Word(word="利用者情報", kana="りようしゃじょうほう", clause="25(1)",
         meaning="利用者から受け取った個人の情報と、サービスの利用の情報をあわせたもの。"),
    Word(word="機密情報", kana="きみつじょうほう", clause="26(1)",
         meaning="サービスを通して知った、相手や相手の顧客の、営業や技術などの情報。例外は第26条第2項にあります。"),
    Word(word="ベータ機能", kana="べーたきのう", clause="beta 1(1)", meaning="正式に出す前の、試しの機能。保証はありません。"),
)  # fmt: skip

HOUSE: tuple[Word, ...] = (
    Word(word="利用申込", kana="りようもうしこみ", clause="6(1)",
         meaning="申込の一件。受け取った内容、同意した版、事由の判断、承諾か不承諾までを持ちます。番号は A で始まります。"),
    Word(word="不承諾事由", kana="ふしょうだくじゆう", clause="6(3)",
         meaning="承諾しないことができる五つの事由。一致しただけでは決まらず、人が判断します。"),
    Word(word="承諾", kana="しょうだく", clause="6(3)", meaning="申込を受けること。通知が届いた日に、契約が成立します。"),
    Word(word="取消し", kana="とりけし", clause="6(3)",
         meaning="成立の後に、申込のときからあった事由が分かったときに、承諾をなかったことにすること。二人の決裁が要ります。"),
    Word(word="金銭の扱い", kana="きんせんのあつかい", clause="13(4)",
         meaning="取消しの後に、受け取った料金を返すか返さないか。法務が決め、理由を残します。"),
    Word(word="利用契約", kana="りようけいやく", clause="6(3)", meaning="成立した契約の一件。成立、利用中、終了と進みます。番号は S で始まります。"),
    Word(word="ライセンス", kana="らいせんす", clause="10(1)", meaning="使える数。いつからいくつかを、変更ごとに持ちます（第11条）。"),
    Word(word="利用開始日", kana="りようかいしび", clause="8(3)", meaning="URL、ID、パスワードの最後のものを発送した日。"),
    Word(word="違反", kana="いはん", clause="17(1)",
         meaning="違反案件の一件。事項ごとに、該当、おそれのある行為、疑いを認定します。番号は V で始まります。"),
    Word(word="是正通知", kana="ぜせいつうち", clause="23(1)", meaning="違反を直すように求める通知。発送から是正期間を数えます。"),
    Word(word="是正期間", kana="ぜせいきかん", clause="23(1)", meaning="直すのを待つ期間。過ぎても直らないことを確かめてから、終了を起案できます。"),
    Word(word="措置", kana="そち", clause="17(2)",
         meaning="会社が規約の力を使って行うこと（使用停止、停止、中断、廃止など）。番号は M で始まります。"),
    Word(word="中断", kana="ちゅうだん", clause="18", meaning="点検や事故などのために、しばらく提供を止めること。"),
    Word(word="停止", kana="ていし", clause="19",
         meaning="違反や直らない中断のために、提供を止めること。認証情報だけを止めるのは、使用停止（第9条第4項）です。"),
    Word(word="廃止", kana="はいし", clause="20", meaning="サービスの全部か一部をやめること。前もって知らせます。"),
    Word(word="利用終了", kana="りようしゅうりょう", clause="23(3)", meaning="契約の終わり。利用が止まり、削除までの日数を数えます。"),
    Word(word="利用の停止", kana="りようのていし",
         meaning="いつからいつまで、何が、どの条項で使えないかの記録。「その時に使えたか」は、これだけで答えます。"),
    Word(word="遅延損害金", kana="ちえんそんがいきん", clause="14(2)", meaning="支払いの遅れに付く、年14.6%の金額。"),
    Word(word="適格請求書", kana="てきかくせいきゅうしょ", meaning="登録番号と税率ごとの税額のある請求書（消費税法第57条の4）。"),
    Word(word="決裁", kana="けっさい",
         meaning="一人が起案し、書いていない人が承認する手続。取り返しのつかないことに使います。番号は D で始まります。"),
    Word(word="期限", kana="きげん", meaning="利用者の期限か、当社の期限。計算の根拠と、開始時の読み方を持ちます。"),
    Word(word="措置できる日時", kana="そちできるにちじ", meaning="利用者の期限が過ぎて、会社が動けるようになる最初の時。"),
    Word(word="異議", kana="いぎ",
         meaning="利用者が判断に納得しないという申出。先に判断していない人が決め、認めると元に戻します。番号は O で始まります。"),
    Word(word="発送", kana="はっそう", clause="4(2)",
         meaning="通知がメールで出たか、郵便に差し出されたこと。効力は、承認ではなく発送のときに生じます。"),
    Word(word="到達", kana="とうたつ", meaning="通知が相手に届いたこと（民法第97条）。契約の成立は、これで決まります。"),
    Word(word="返戻", kana="へんれい", meaning="郵便が戻ったこと。メールが戻ったものは「不達」と書きます。"),
    Word(word="受信簿", kana="じゅしんぼ", meaning="届いた手紙、メール、電話の記録。番号は R で始まります。"),
    Word(word="台帳", kana="だいちょう", meaning="開示、委託、損害など、決まった事柄を一件ずつ控える表。"),
    Word(word="要旨", kana="ようし", meaning="条項を、この仕組みの言葉でまとめたもの。本文を取り込んでいないときに出ます。だれも拘束しません。"),
    Word(word="社内の取扱い", kana="しゃないのとりあつかい", meaning="規約が定めない日数などを、会社が決めたもの。管理の担当者が変えられます。"),
    Word(word="開始時に固定", kana="かいしじにこてい",
         meaning="動いている期間は、始まった時の値と読み方のままという意味。後の変更では変わりません。"),
)  # fmt: skip


def folded(text: str) -> str:
    """Full and half width, upper and lower case, katakana and hiragana alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in plain)


def matching(words: Iterable[Word], text: str) -> list[Word]:
    """Those in which every part of the text stands; all for an empty text."""
    parts = folded(text).split()
    return [word for word in words if all(part in word.search_key for part in parts)]
