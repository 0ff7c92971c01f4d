"""A small folder of training texts in the form of ../shared: made of glossary sentences, all invented."""

import csv
import json

from tests.fakes import glossary_sentences

_WOMAN = "قالت الطبيبة إنها سعيدة", "كتبت المعلمة رسالتها", "عادت الكاتبة إلى بيتها", "فتحت مكتبتها وحدها"
_MAN = "قال الطبيب إنه سعيد", "كتب المعلم رسالته", "عاد الكاتب إلى بيته", "فتح مكتبته وحده"
_SHE = "She said she was happy.", "She wrote her letter.", "She returned to her house.", "She opened her library."
_HE = "He said he was happy.", "He wrote his letter.", "He returned to his house.", "He opened his library."


def article(number, english, arabic):
    """One benchmark article: the first sentence of its tweet is rendered in a quotation, the second nowhere."""
    before = f"عنوان {number}\nوصلت السفينة أمس إلى الميناء البعيد.\nوقالت ليلى سمير: «"
    behind = "».\nوعاد الناس إلى بيوتهم مساء.\n"
    text = before + arabic[0] + behind
    body = [len(text), len(text) + len(f"{english[0]}.\n{english[1]}.")]
    text += f"{english[0]}.\n{english[1]}.\n— Layla Samir (@laylasamir) March 21, 2022\n"
    second = len(english[0]) + 2
    sents = [
        {"en": english[0] + ".", "body_span": [0, len(english[0]) + 1], "row": 2 * number},
        {"en": english[1] + ".", "body_span": [second, second + len(english[1]) + 1], "row": 2 * number + 1},
    ]
    place = [len(before), len(before) + len(arabic[0])]
    link = {"tweet": 0, "sent": 0, "ar": place, "ar_text": arabic[0], "mode": "quote", "error": None}
    facts = {"name": "Layla Samir", "handle": "laylasamir", "date": "2022-03-21"}
    tweet = {"body": body, "body_text": text[body[0] : body[1]], **facts, "sents": sents}
    row = {"id": f"a{number}", "doc": f"d{number}", "text": text, "scenario": f"s{number % 2}"}
    return {**row, "tweets": [tweet], "links": [link], "tweet_status": ["partial"]}


def write_jsonl(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def write_table(path, names, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", escapechar=None)
        writer.writerows([names, *rows])


def _write_weighed(folder, pairs):
    """Quads of each batch that may be fitted on, cases and an article: what findings are weighed on."""
    for batch in ("Q09", "Q10", "Q14"):
        numbered = [(f"{en} {{}}", f"{ar} {{}}") for en, ar in pairs[:6]]
        quads = [
            {
                "id": f"{batch}-{n}",
                "type": "number",
                "en": en.format(30),
                "en2": en.format(70),
                "ar": [ar.format(30), ar.format("30 ")],
                "ar2": [ar.format(70), ar.format("70 ")],
                "spans": {"en": "30", "en2": "70", "ar": ["30", "30"], "ar2": ["70", "70"]},
            }
            for n, (en, ar) in enumerate(numbered)
        ]
        write_jsonl(folder / "train" / "quads" / f"{batch}.jsonl", quads)
    cases = [{"id": f"c{n}", "kind": "control", "label": "ok", "en": en, "ar": ar} for n, (en, ar) in enumerate(pairs)]
    cases.append({"id": "b-1", "kind": "control", "label": "unread"})
    write_jsonl(folder / "field" / "cases.jsonl", cases)
    write_jsonl(folder / "train" / "natural.jsonl", [article(7, *zip(*pairs[:2], strict=True)) | {"id": "J01"}])


def make_shared(folder, articles=16):
    """Benchmarks, parallel rows, and the counterfactual pairs of gender."""
    pairs = glossary_sentences(articles * 4)
    half = len(pairs) // 2
    made = [article(n, *zip(*pairs[2 * n : 2 * n + 2], strict=True)) for n in range(articles)]
    write_jsonl(folder / "bench" / "dev.jsonl", made[: articles // 2])
    write_jsonl(folder / "bench" / "natural_dev.jsonl", made[articles // 2 :])
    contrast = [{"base": f"c{n}", "type": None, "en": en, "ar": ar} for n, (en, ar) in enumerate(pairs[:4])]
    write_jsonl(folder / "bench" / "contrast_dev.jsonl", contrast)
    long = list(zip(pairs[:half], pairs[half:], strict=True))
    rows = [(n, f"d{n // 4}", f"{a[0]}, {b[0]}", f"{a[1]}، {b[1]}", 0) for n, (a, b) in enumerate(long)]
    write_table(folder / "data" / "ntrex_dev" / "ntrex.tsv", ("row", "doc", "en", "ar", "glued"), rows)
    write_table(folder / "data" / "tico19" / "tico19.all.tsv", ("id", "en", "ar"), [("t0", *pairs[0])])
    for end, line in (("en", "A door."), ("ar", "باب."), ("ar.labels", "ara")):
        path = folder / "data" / "tatoeba" / f"tatoeba.{end}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(line + "\n", encoding="utf-8")
    counterfactual = list(zip(_SHE, _WOMAN, _HE, _MAN, strict=True)) * 5
    _write_weighed(folder, pairs)
    names = ("en", "ar", "en_flipped", "ar_flipped")
    write_table(folder / "data" / "mt_geneval" / "geneval_counterfactual.dev.tsv", names, counterfactual)
    return folder
