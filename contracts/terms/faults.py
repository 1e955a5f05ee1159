"""Faults of the published text: shown to staff, never mended (readings, section 3). Own words; no sentence of the terms.

Each says where it stands, what is wrong, and what the software does instead. It is shown only where the imported version
really has it: `there` looks at the clauses as imported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from contracts.rules.clauses import ClauseRef
from contracts.terms.references import Reference


@dataclass(frozen=True)
class Imported:
    """A version as imported, by clause: text, heading, whether its number is printed, and what it refers to."""

    texts: Mapping[str, str]
    headings: Mapping[str, str]
    numbered: Mapping[str, bool]
    references: Mapping[str, tuple[Reference, ...]]

    def has(self, ref: str, *words: str) -> bool:
        """Whether there is such a clause, and all these words stand in it."""
        return ref in self.texts and all(word in self.texts[ref] for word in words)

    def targets(self, ref: str) -> set[str]:
        """The clauses that a clause names."""
        return {target for one in self.references.get(ref, ()) for target in one.targets}

    def unnumbered(self, one: Reference) -> tuple[str, ...]:
        """What it names by a paragraph number that is not printed: 第18条第1項, where the single paragraph has none."""
        if "条" not in one.text or "第1項" not in one.text:
            return ()
        paragraphs = {str(replace(ref, item=0)) for ref in map(ClauseRef.parse, one.targets)}
        return tuple(sorted(ref for ref in paragraphs if not self.numbered.get(ref, True)))

    def names_an_unnumbered(self, ref: str) -> bool:
        """Whether one of its references does so."""
        return any(self.unnumbered(one) for one in self.references.get(ref, ()))


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: its clauses (the first is where it is told), what is wrong, what is done instead."""

    key: str
    clauses: tuple[str, ...]
    label: str
    wrong: str
    instead: str
    there: Callable[[Imported], bool] = field(repr=False)


FAULTS: tuple[Fault, ...] = (
    Fault(
        key="conversion_of_terms", clauses=("5(1)", "5(2)"), label="利用者に不利な改定の手続が足りない",
        wrong="急ぐときは後から知らせればよく、掲示のときから効くとしています。利用者に不利な改定は、効力の生じる前に周知しなければ効きません（民法第548条の4）。",
        instead="改定は、公表が適用開始より前かを確かめます。有利な改定も知らせ、急ぐときは理由を求めて、事後の通知を期限にします。",
        there=lambda t: t.has("5(1)") and t.has("5(2)"),
    ),
    Fault(
        key="moment", clauses=("8(3)",), label="「当時時点」という語",
        wrong="「当時」と「時点」が重なっていて、いつを指すかがあいまいです。",
        instead="URL、ID、パスワードの最後のものを発送したときを、利用開始とします（どれかが戻ったときは、始まりません）。",
        there=lambda t: t.has("8(3)", "当時時点"),
    ),
    Fault(
        key="credentials", clauses=("8(3)", "9(1)"), label="「認証情報」が二つの意味で使われている",
        wrong="第8条第3項では管理用のURL、ID、パスワードを、第9条第1項ではログなどの記録を指しています。",
        instead="認証情報は、URL、ID、パスワードだけを指します。第9条第1項のものは「記録」と呼び、使用停止（第9条第4項）の対象にしません。",
        there=lambda t: t.has("8(3)", "認証情報") and t.has("9(1)", "認証情報", "ログ"),
    ),
    Fault(
        key="subscription_license", clauses=("12(1)",), label="「サブスクリプションライセンス」の定義がない",
        wrong="サポートの期間をこの語で区切っていますが、どこにも定義がありません。",
        instead="利用契約のライセンスと同じものとして、契約が利用中の間をサポートの期間とします。",
        there=lambda t: t.has("12(1)", "サブスクリプションライセンス")
        and not any("サブスクリプションライセンス" in text for ref, text in t.texts.items() if ref.startswith("2(")),
    ),
    Fault(
        key="fees_during_suspension", clauses=("13(2)", "9(4)"), label="料金が減らない場合に、第9条第4項の使用停止がない",
        wrong="使えない間も料金が減らない定めが、第17条から第19条だけを挙げています。",
        instead="認証情報の使用停止の間の料金は、第13条第3項により続くものとして扱います。",
        there=lambda t: t.has("13(2)") and t.has("9(4)") and bool(t.targets("13(2)")) and not any(
            target.partition("(")[0] == "9" for target in t.targets("13(2)")
        ),
    ),
    Fault(
        key="late_interest_words", clauses=("14", "14(2)"), label="「遅延利息」と「延滞利息」",
        wrong="見出しと本文で、同じものに別の語を使っています。",
        instead="画面と書面では「遅延損害金」と書きます。遅延損害金には、さらに遅延損害金を付けません。",
        there=lambda t: "遅延利息" in t.headings.get("14", "") and t.has("14(2)", "延滞利息"),
    ),
    Fault(
        key="leap_years", clauses=("14(2)",), label="うるう年と端数の定めがない",
        wrong="年率だけを定め、うるう年の日割りと、円未満の端数の扱いを定めていません。",
        instead="うるう年の日数は366、ほかは365で割り、端数は請求ごとに最後に一度だけ切り捨てます（法務が読み方を変えられます）。",
        there=lambda t: t.has("14(2)") and not any(word in t.texts["14(2)"] for word in ("365", "366", "うるう")),
    ),
    Fault(
        key="single_paragraph_19", clauses=("19(1)(2)",), label="第18条に「第1項」はない",
        wrong="第18条の第1項を指していますが、第18条は項番号のない一つの項だけです。",
        instead="第18条の各号を指すものとして扱い、書面では「第18条第2号」のように項を書きません。",
        there=lambda t: t.names_an_unnumbered("19(1)(2)"),
    ),
    Fault(
        key="single_paragraph_20", clauses=("20(1)(3)",), label="第18条に「第1項」はない",
        wrong="第18条の第1項を指していますが、第18条は項番号のない一つの項だけです。",
        instead="第18条の各号を指すものとして扱い、書面では「第18条第2号」のように項を書きません。",
        there=lambda t: t.names_an_unnumbered("20(1)(3)"),
    ),
    Fault(
        key="suspension_reference", clauses=("21(5)(4)", "9(4)"), label="使用停止の根拠として、第9条第3項を指している",
        wrong="認証情報の使用停止の責任を負わないとする定めが第9条第3項を指しますが、使用停止の定めは第9条第4項です。",
        instead="使用停止は、第9条第4項を根拠として記録し、通知に書きます。",
        there=lambda t: "9(3)" in t.targets("21(5)(4)") and "9(4)" not in t.targets("21(5)(4)"),
    ),
    Fault(
        key="next_term", clauses=("22(1)",), label="継続した後の期間の定めがない",
        wrong="最初の期間を1年としていますが、継続したときの次の期間の長さを定めていません。",
        instead="継続した年間契約は、もう12か月とします（個別規約で変えられます）。",
        there=lambda t: t.has("22(1)", "継続") and "更新" not in t.texts["22(1)"],
    ),
)  # fmt: skip


def found_in(imported: Imported) -> list[Fault]:
    """Those that this version really has, in the order of the clauses."""
    return [fault for fault in FAULTS if fault.there(imported)]
