"""The reasoning in sentences that can be read out on the telephone: what was done, on which law or clause, with what result."""

from collections.abc import Iterable, Mapping

from contracts.deadlines.reckoning import OPENING

Step = Mapping[str, str]
SENTENCES = {  # by the rule of the step, or its beginning; {given}, {result}, {basis} are the step's
    "遅いほうから数える": "メールと郵送の両方で送りましたので、遅いほうの{result}数えます（{basis}）。",
    "郵送分の到達を見込む": "郵送は{given}で、{result}として数えます（{basis}）。",
    "郵送分は配達から数える": "郵送は、配達された{result}から数えます（{basis}）。",
    "初日は算入しない": "{given}の日は数えず、{result}（{basis}）。",
    "初日を算入する": "{given}なので、{result}（{basis}）。",
    "期間は": "{rule}で、{given}の{result}が末日です（{basis}）。",
    "末日は繰り下げない": "末日が休業日に当たっても、繰り下げません（{basis}）。",
    "末日が休業日なら繰り下げる": "{given}は休業日に当たるので、末日を{result}に繰り下げます（{basis}）。",
    "春分の日と秋分の日は予測": "{given}なので、{result}があります（{basis}）。",
    "末日が終わってから措置できる": "当社が次の手続に進めるのは、その日が終わった{result}からです（{basis}）。",
    "通知に書いた期限の終わりまで待つ": "通知には{given}と書きましたので、それが終わる{result}とします（{basis}）。",
    "二人の承認で、郵送分の配達を待たない": "郵送の配達の記録は待たないことを、二人で決めました（{given}）。{result}ます。",
    "期間を延ばした": "利用者との合意により、期間を{given}延ばしました。進めるのは{result}です（{basis}）。",
    OPENING: "いつから進めるかは、まだ決まりません。{given}。{result}ることになります（{basis}）。",
}
NOT_ROLLED = "末日は{given}で、休業日ではないので繰り下げません（{basis}）。"
OTHER = "{rule}：{given}、{result}（{basis}）。"


def spoken(steps: Iterable[Step]) -> str:
    """One sentence a step, in its order."""
    return "".join(_sentence(step) for step in steps)


def _sentence(step: Step) -> str:
    rule = next((start for start in SENTENCES if step["rule"].startswith(start)), "")
    if rule == "末日が休業日なら繰り下げる" and step["result"].startswith("休業日ではない"):
        return NOT_ROLLED.format(**step)
    return SENTENCES.get(rule, OTHER).format(**dict(step) | {"result": _result(rule, step["result"])})


def _result(rule: str, result: str) -> str:
    """The ends of results as they fit into their sentence."""
    return result.replace("とする", "とします").replace("から数える", "から数え").replace(" から", "から")
