"""Write docs/checks.md from the codes of the checks and the counts in docs/checks.json (bench_checks.py --json).

usage: python scripts/write_checks.py
"""

import json
from pathlib import Path

from align.check.registry import CODES
from align.check.severity import policy_table
from align.check.verdict import RULES
from align.files import write_atomic

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEAD = """# The checks

Written by `scripts/write_checks.py` from the checks' own codes; `align check --list` prints the same on a terminal.

A finding has a code, a severity, places in both texts, a message in English and Arabic, and its evidence in `detail`.
`error`: the reader is told something else than the tweet says. `warning`: look at it. `note`: good to know.
`--only` and `--skip` take the beginning of a code (`number`, `number.scale`).
"""
LOSSES = """
## What a loss weighs

Newsrooms quote half a sentence on purpose, and headlines compress; a bare pair (`align check`) claims to be whole. So
what a quotation or a report does not take up is a note, "quoted in part", unless words are cut out of the middle of one
quotation without a mark, or what is lost turns the rest into something else.

"""
ADDITIONS = """
Of several kinds the most telling counts. Where a loss is not sure, an error is a warning. What the Arabic adds is an
error in every frame but headline, standfirst and lead, where it is a note; one to three added words are a note as well.
What is said otherwise (another number, another name, a negation turned round) is no loss and weighs the same in every
frame, but in a headline no more than a warning where the checks of meaning (negation, modality, direction) find it.
"""
PARTS = """
## What is no omission

Hashtags, mentions, links, thread numbers, signatures, attributions ("officials said") and editors' brackets belong to
the tweet or to the article, not to the sentence. What became of each is a note with a policy: `kept`, `translated` or
`dropped`.
One change gives one finding. Of two that speak of the same words on both sides the heavier stays, of equal ones the
more exact: a changed year is no changed number as well, and a date of which weekday, day and month all changed is one.
A changed number is not an omission and an addition as well, and a name inside a clause that is left out is not missed a
second time.
"""
MEASURED = """
## How well they do

Counted on the gold pairs of three development sets (news translations with injected errors, freely written articles,
contrast pairs), text to text, weights fitted without the document at hand. A finding is right when its pair holds an
error of any kind. What this does not show: how often newsrooms make each mistake, and pairs that the matching got
wrong. `{signature}`

| kind of error | pairs with it | an error found | of the same kind |
|---|---|---|---|
"""


def page(measured):
    parts = [
        HEAD,
        "\n## The verdict\n\nThe first rule that applies decides.\n\n",
        RULES,
        LOSSES,
        policy_table(),
        ADDITIONS,
        PARTS,
        MEASURED.format(signature=measured["signature"]),
    ]
    for kind, c in measured["families"].items():
        parts.append(f"| {kind} | {c['pairs']} | {c['caught'] / c['pairs']:.2f} | {c['same'] / c['pairs']:.2f} |\n")
    parts.append("\n## The codes\n")
    for info in sorted(CODES, key=lambda c: c.code):
        parts.append(_entry(info, measured["codes"].get(info.code)))
    return "".join(parts)


def _entry(info, count):
    right, wrong = (count or {}).get("right", 0), (count or {}).get("wrong", 0)
    total = right + wrong
    told = (
        f"error findings: {total}, of them on pairs with an error {right} ({right / total:.2f})"
        if total
        else ("no error finding on the development sets" if info.severity.value == "error" else "never an error")
    )
    return (
        f"\n### `{info.code}`\n\n{_sentence(info.about)} Heaviest severity: {info.severity.value}; {told}.\n\n"
        f'<div dir="rtl" lang="ar">{_sentence(info.about_ar)}</div>\n\n'
        f'> {info.example_en}\n>\n> <span dir="rtl" lang="ar">{info.example_ar}</span>\n'
    )


def _sentence(text):
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "؟", "!")) else text + "."


def main():
    measured = json.loads((DOCS / "checks.json").read_text(encoding="utf-8"))
    write_atomic(DOCS / "checks.md", page(measured))


if __name__ == "__main__":
    main()
