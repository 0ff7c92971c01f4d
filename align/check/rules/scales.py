"""Scales of which a text says one step: charged or convicted, not all or none, still or no longer, hundreds or dozens.

The English step is gone and the Arabic says another one of the same scale without ground in the English.
"""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.evidence.opposites import Clash
from align.check.view import View
from align.records import Finding, Severity

_TABLE = "stages.tsv"
_CODES = {
    "modality.stage": "justice harm work accord law seat gain attack move trusty bid pledge allow",
    "negation.scope": "persist yet scope rate exception manage admit",
    "direction.scale": "embargo defence league closing haste grown",
    "quantity.rate": "toll times every only",
    "attribution.office": "office kin",
}
CODE_OF = {group: code for code, groups in _CODES.items() for group in groups.split()}


def _finding(view: View, clash: Clash) -> Finding:
    en, ar = clash.en.cut(view.subject.en), clash.ar.cut(view.subject.ar)
    return Finding(
        CODE_OF[clash.group],
        Severity.ERROR if clash.is_sure and not view.subject.is_excerpt else Severity.WARNING,
        f"another step: {en} is rendered as {ar}",
        f"درجة أخرى: «{ar}» مقابل {en}",
        clash.en,
        clash.ar,
        {"group": clash.group, "en": clash.en_key, "ar": clash.ar_key},
    )


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "modality.stage",
        Severity.ERROR,
        "Another stage: charged for convicted, wounded for killed, proposed for approved, asked for ordered.",
        "مرحلة أخرى: الإدانة بدل الاتهام، والقتل بدل الإصابة، والإقرار بدل الاقتراح.",
        "The clerk was charged with fraud.",
        "أُدين الموظف بالاحتيال.",
    ),
    CodeInfo(
        "negation.scope",
        Severity.ERROR,
        "A denial covers more or less, or came or went: not all and none, still and no longer, except and including.",
        "النفي يشمل أكثر أو أقل: ليس كل ولا أحد، لا يزال ولم يعد، باستثناء وبما في ذلك.",
        "Not all of the wells are dry.",
        "لم يجف أي من الآبار.",
    ),
    CodeInfo(
        "direction.scale",
        Severity.ERROR,
        "A measure turned round: lifted for imposed, defended for attacked, until for since.",
        "إجراء معكوس: الرفع بدل الفرض، والدفاع بدل الهجوم.",
        "The council lifted the parking ban.",
        "فرض المجلس حظراً على وقوف السيارات.",
    ),
    CodeInfo(
        "quantity.rate",
        Severity.ERROR,
        "Another rate or order of size: a day for a week, hundreds for dozens, half for twice, only for also.",
        "معدل أو حجم آخر: يومياً بدل أسبوعياً، ومئات بدل عشرات، والنصف بدل الضعف.",
        "The ferry sails three times a week.",
        "تبحر العبّارة ثلاث مرات يومياً.",
    ),
    CodeInfo(
        "attribution.office",
        Severity.ERROR,
        "Another standing of the one who speaks or acts: former, acting, deputy; wife, sister.",
        "صفة أخرى للقائل أو الفاعل: السابق، بالإنابة، النائب؛ الزوجة، الأخت.",
        "The former mayor opened the bridge.",
        "افتتح نائب العمدة الجسر.",
    ),
)


def check_scales(view: View) -> list[Finding]:
    """Steps of a scale that the Arabic exchanged."""
    return [_finding(view, clash) for clash in view.clashes(_TABLE)]
