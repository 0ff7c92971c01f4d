"""Names: countries, cities, organisations, faiths, diseases and people that the Arabic exchanged for others.

A name that only vanished or only appeared is no error (برلين for Germany, "the Polish city of ..."): an error takes a
name of the tweet without counterpart and a name of the same kind in the Arabic without ground. Names that no table
holds are compared by their consonants.
"""

from __future__ import annotations

from collections.abc import Sequence

from align.check.codes import CodeInfo
from align.check.evidence.known_names import Name, answers, is_firm
from align.check.evidence.lexicon import read_list
from align.check.evidence.links import Linked
from align.check.evidence.tokens import Token
from align.check.view import View
from align.records import Finding, Severity, Span, Subject
from align.text.mention import Topic
from align.text.normal import normal_form
from align.text.spans import Covered
from align.text.transliteration import name_likeness

_ELSEWHERE = 0.6  # a link from which a name is taken to be rendered by another word
_FAINT = 0.45  # a link below it does not say that the name is rendered elsewhere
_ALIKE = 0.55  # the same consonants with other long vowels (Hassan, حسين) come out at 0.6
_SAME, _SURE, _FAR = 0.75, 0.62, 0.42  # likeness of one name's spellings; that of a chance word; of another name
_CLITICS = frozenset("و ف ب ل ك ال وب ول فل لل".split())


def _unmatched(english: Sequence[Name], arabic: Sequence[Name]) -> tuple[list[Name], list[Name]]:
    """What is left on both sides when each name has taken its counterpart: its own name first, then its place."""
    lost, gained = list(english), list(arabic)
    for same in (lambda e, a: e.kind == a.kind and e.key == a.key, answers):
        for en in tuple(lost):
            ar = next((a for a in gained if same(en, a)), None)
            if ar is not None:
                lost.remove(en)
                gained.remove(ar)
    return lost, gained


def _is_grounded(arabic: Name, english: Sequence[Name]) -> bool:
    """Whether the English holds the name, or a place of that country ("Katowice" for مدينة كاتوفيتسه البولندية)."""
    return any(arabic.kind == e.kind and arabic.key in (e.key, e.country) for e in english)


def _changed(view: View) -> list[Finding]:
    subject, english, arabic = view.subject, view.en.names, view.ar.names
    if not english or not arabic:
        return []
    lost, gained = _unmatched(english, arabic)
    lost = [e for e in lost if normal_form(e.span.cut(subject.en)) not in view.ar.form.text]
    ground = (*english, *view.tweet.names)
    months = Covered(m.span for m in view.ar.topics[Topic.MONTH])  # كانون is no plural of كان
    gained = [a for a in gained if is_firm(a, view.ar.tokens) and not _is_grounded(a, ground)]
    gained = [a for a in gained if months.over(*a.span) is None]
    findings = []
    for en in lost:
        rivals = [a for a in gained if a.kind == en.kind]
        if not rivals:
            continue
        ar = max(rivals, key=lambda a: _link(view.links, en, a))
        is_elsewhere = _link(view.links, en, ar) == 0.0 and _best_link(view.links, en) >= _ELSEWHERE
        severity = Severity.WARNING if is_elsewhere or subject.is_excerpt else Severity.ERROR
        findings.append(_finding(subject, severity, en.span, ar.span, {"kind": en.kind, "en": en.key, "ar": ar.key}))
    return findings


def _link(links: Linked, en: Name, ar: Name) -> float:
    return max(
        (
            score
            for at in range(en.first, en.last + 1)
            for place, score in links.en.get(at, [])
            if ar.first <= place <= ar.last
        ),
        default=0.0,
    )


def _best_link(links: Linked, en: Name) -> float:
    return max((score for at in range(en.first, en.last + 1) for _, score in links.en.get(at, [])), default=0.0)


def _finding(subject: Subject, severity: Severity, en: Span, ar: Span, detail: dict[str, str]) -> Finding:
    return Finding(
        "name.changed",
        severity,
        f"another name: {en.cut(subject.en)} is rendered as {ar.cut(subject.ar)}",
        f"اسم آخر: {ar.cut(subject.ar)} بدلاً من {en.cut(subject.en)}",
        en,
        ar,
        detail,
    )


def _capitalised_runs(text: str, tokens: Sequence[Token], known: Sequence[Name]) -> list[list[int]]:
    """Names of two words and more that no table holds, by word number."""
    taken = {at for name in known for at in range(name.first, name.last + 1)}
    runs: list[list[int]] = [[]]
    for at, token in enumerate(tokens):
        word = token.span.cut(text)
        is_part = (
            word[0].isupper() and len(token.norm) > 2 and at not in taken and token.norm not in read_list("translated")
        )
        if not is_part or (runs[-1] and token.clause != tokens[runs[-1][-1]].clause):
            runs.append([])
        if is_part:
            runs[-1].append(at)
    return [run for run in runs if len(run) > 1]


def _respelt(view: View) -> list[Finding]:
    """Names of which one part is there and the part beside it is another one (Elias Karam, إلياس خوري)."""
    subject, links, english, arabic = view.subject, view.links, view.en.tokens, view.ar.tokens
    capitals = sum(token.span.cut(subject.en)[0].isupper() for token in english)
    if not links or 2 * capitals > len(english):  # a headline in capitals says nothing about names
        return []
    for run in _capitalised_runs(subject.en, english, view.en.names):
        for known, other, step in ((run[-2], run[-1], 1), (run[-1], run[-2], -1)):
            place = _place_of(english[known], arabic)
            if place is None or not 0 <= place + step < len(arabic):
                continue
            rival = arabic[place + step]
            if not _is_another(english, arabic, english[other], rival, clause=arabic[place].clause):
                continue
            likeness = _likeness(english[other], rival)
            if _stands_for(links, other, place + step, likeness, is_last=step == 1):
                is_sure = likeness < _FAR and not subject.is_excerpt
                severity = Severity.ERROR if is_sure else Severity.WARNING
                detail = {"kind": "spelling", "likeness": f"{likeness:.2f}"}
                return [_finding(subject, severity, english[other].span, rival.span, detail)]
    return []


def _stands_for(links: Linked, name: int, rival: int, likeness: float, *, is_last: bool) -> bool:
    """Whether the Arabic word is in the name's place: linked to it, or neither of the two is linked to any other."""
    if any(place == rival for place, _ in links.en.get(name, [])):
        return is_last or likeness >= _ALIKE  # what precedes a last name may be a title
    best = max((score for _, score in links.en.get(name, [])), default=0.0)
    return is_last and likeness < _FAR and not links.ar.get(rival) and best < _FAINT


def _likeness(english: Token, arabic: Token) -> float:
    """The best likeness over the Arabic word as written and without its first letters that may be clitics."""
    base = english.norm.removesuffix("'s")
    spellings = {arabic.norm, *(arabic.norm[n:] for n in (1, 2) if arabic.norm[:n] in _CLITICS)}
    return max(name_likeness(base, spelling) for spelling in spellings)


def _place_of(english: Token, arabic: Sequence[Token]) -> int | None:
    scored = [(_likeness(english, token), place) for place, token in enumerate(arabic)]
    best, place = max(scored, default=(0.0, -1), key=lambda pair: pair[0])
    return place if best >= _SAME else None


def _is_another(english: Sequence[Token], arabic: Sequence[Token], name: Token, rival: Token, *, clause: int) -> bool:
    """Whether `rival` stands where `name` should, and neither is found anywhere else."""
    if (
        rival.clause != clause
        or len(rival.norm) < 3
        or rival.norm.startswith(("ال", "وال", "لل", "بال"))
        or rival.norm.endswith("ه")
    ):
        return False
    if any(_likeness(name, token) >= _SURE for token in arabic):
        return False
    return all(_likeness(token, rival) < _SURE for token in english if len(token.norm) > 2)


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "name.changed",
        Severity.ERROR,
        "A place, organisation, faith, disease or person is missing, and another of its kind stands in the Arabic.",
        "اسم بلد أو مدينة أو منظمة أو شخص في الأصل غائب، وحل محله في النص العربي اسم آخر من نوعه.",
        "Estonia closes its border tonight.",
        "تغلق لاتفيا حدودها الليلة.",
    ),
)


def check_names(view: View) -> list[Finding]:
    """Names exchanged for others of their kind, known ones by table, others by their spelling."""
    return _changed(view) or _respelt(view)
