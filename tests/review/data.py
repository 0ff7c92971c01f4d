"""Run directories for the review's tests and benchmark: invented articles, rows as docs/formats.md describes them."""

import hashlib
import json
import re
from pathlib import Path

# (English sentence, Arabic rendering) by article; all people and places are invented.
SENTENCES = [
    (
        "The harbour of Qalat will reopen on Monday with 14 new berths.",
        "ميناء قلعة سيعاد افتتاحه يوم الاثنين بأربعة عشر رصيفا جديدا",
    ),
    ("We did not close it to punish anyone.", "لم نغلقه لمعاقبة أحد"),
    (
        "Our fishermen waited 3 months, and they deserve an apology.",
        "صيادونا انتظروا ثلاثة أشهر وهم يستحقون اعتذارا",
    ),
    ("The new bridge is safe, the tests prove it.", "الجسر الجديد آمن والاختبارات تثبت ذلك"),
    (
        "Nearly 2,500 families will get clean water before winter.",
        "نحو 2500 أسرة ستحصل على مياه نظيفة قبل الشتاء",
    ),
    ("I thank the teachers of Wadi Sarim for their patience.", "أشكر معلمي وادي صارم على صبرهم"),
]
PEOPLE = [("Lina Haddour", "LinaHaddour"), ("Omar Beltane", "obeltane"), ("Nadia Kessab", "nkessab_office")]
OUTLETS = ["www.sahel-news.example", "alafaq.example", "nabd.example"]
CODES = [
    ("number.changed", "error", "the number differs", "العدد مختلف"),
    ("omission.clause", "warning", "a clause has no counterpart", "عبارة بلا مقابل"),
    ("name.spelling", "note", "an unusual spelling of a name", "كتابة غير مألوفة لاسم"),
]
FILLER = "وقال مسؤولون محليون إن الأعمال مستمرة منذ مطلع العام، وإن السكان يتابعون تفاصيلها باهتمام كبير."


class Builder:
    """One article's text, grown piece by piece; offsets are code points."""

    def __init__(self):
        self.text, self.blocks = "", []

    def block(self, kind, text):
        if self.text:
            self.text += "\n"
        start = len(self.text)
        self.text += text
        self.blocks.append({"kind": kind, "start": start, "end": len(self.text)})
        return start


def article_rows(number, sentences=None, *, hostile=None):
    """Rows of one article with a pair for every sentence; `hostile` is put into every field that is text."""
    bad = f" {hostile}" if hostile else ""
    chosen = sentences or [SENTENCES[(number + k) % len(SENTENCES)] for k in range(3)]
    author, handle = PEOPLE[number % len(PEOPLE)]
    doc_id = f"a{number:06d}{bad}"
    builder = Builder()
    builder.block("headline", f"أخبار الميناء رقم {number}{bad}")
    builder.block("paragraph", FILLER + bad)
    english = " ".join(en for en, _ in chosen) + f" #Qalat https://t.co/a{number}{bad}"
    tweet_start = builder.block("tweet", english)
    spans = []
    for _, ar in chosen:
        frame = f"وكتب المتحدث في تغريدة على حسابه @{handle}: «"
        start = builder.block("paragraph", f"{frame}{ar}{bad}».")
        spans.append((start + len(frame), start + len(frame) + len(ar) + len(bad)))
        builder.block("paragraph", FILLER)
    document = {
        "doc_id": doc_id,
        "source": f"pages/{doc_id}.html",
        "text": builder.text,
        "title": f"أخبار الميناء رقم {number}{bad}",
        "published": "2024-03-05" + bad,
        "url": hostile or f"https://{OUTLETS[number % len(OUTLETS)]}/{number}",
        "blocks": builder.blocks,
    }
    tweet = {
        "doc_id": doc_id, "tweet": 0, "start": tweet_start, "end": tweet_start + len(english), "text": english,
        "author": author + bad, "handle": handle + bad, "created_at": "2024-03-05" + bad, "platform": "twitter",
        "tweet_id": None, "findings": [],
        "url": hostile or f"https://x.example/{handle}/status/{number}", "status": "full",
        "sentences": sentence_rows(tweet_start, chosen),
    }  # fmt: skip
    pairs, rejected, position = [], [], tweet_start
    for k, ((en, ar), (ar_start, ar_end)) in enumerate(zip(chosen, spans, strict=True)):
        place = {"en_start": position, "en_end": position + len(en), "ar_start": ar_start, "ar_end": ar_end}
        position += len(en) + 1
        texts = {"en": en, "ar": builder.text[ar_start:ar_end]}
        pairs.append(_pair_row(doc_id, number, k, place, texts, bad))
        runner = dict(place, ar_start=ar_start, ar_end=ar_start + len(ar.split()[0]), ar=ar.split()[0])
        rejected.append(
            {"doc_id": doc_id, "stage": "match", "reason": "below_threshold", "tweet": 0, "probability": 0.12, **runner,
             "detail": "probability 0.12 is below the threshold" + bad, "features": {"cosine": 0.2, "coverage_ar": 0.3}}
        )  # fmt: skip
    return document, [tweet], pairs, rejected


def sentence_rows(start, chosen):
    """The sentences of a tweet that begins at `start`, all of them rendered."""
    rows = []
    for english, _ in chosen:
        rows.append({"start": start, "end": start + len(english), "covered": True})
        start += len(english) + 1
    return rows


def edges(text):
    """Where the first three words of a text begin and end."""
    return [match.span() for match in re.finditer(r"\S+", text)][:3]


def _pair_row(doc_id, number, k, place, texts, bad):
    code, severity, message, message_ar = CODES[(number + k) % len(CODES)]
    finding = {
        "code": code + bad, "severity": severity, "message": message + bad, "message_ar": message_ar + bad,
        "en_start": place["en_start"], "en_end": place["en_start"] + 3,
        "ar_start": place["ar_start"], "ar_end": place["ar_start"] + 4, "detail": {},
    }  # fmt: skip
    links = [[*en, *ar, 0.7] for en, ar in zip(edges(texts["en"]), edges(texts["ar"]), strict=False)]
    key = hashlib.sha256(f"{doc_id}{place}{texts}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    probability = (int(key[:8], 16) % 9500 + 400) / 10000
    return {
        "pair_id": key, "rendering_id": key, "doc_id": doc_id, "tweet": 0, **place, **texts, "rendering": "quote",
        "cosine": 0.61, "margin": 1.2, "probability": probability, "coverage_en": 0.8, "coverage_ar": 0.7,
        "speaker": None, "findings": [finding] if (number + k) % 2 else [], "verdict": "faithful",
        "features": {"soft_en": 0.5}, "links": links,
    }  # fmt: skip


def uneven_rows(number=0):
    """An article that renders its tweet's first sentence in two pieces, the second elsewhere, the third not at all."""
    document, tweets, pairs, rejected = article_rows(number)
    first, _, third = pairs
    third |= {name: first[name] for name in ("en_start", "en_end", "en", "rendering_id")}
    tweets[0]["sentences"][2]["covered"] = False
    tweets[0]["status"] = "partial"
    return document, tweets, pairs, rejected


def write_run(path, rows, signature="model:test|v:1"):
    """A run directory of the given (document, tweets, pairs, rejected) rows."""
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    files = {
        name: (path / f"{name}.jsonl").open("w", encoding="utf-8")
        for name in ("documents", "tweets", "pairs", "rejected")
    }
    for document, tweets, pairs, rejected in rows:
        parts = {"documents": [document], "tweets": tweets, "pairs": pairs, "rejected": rejected}
        for name, part in parts.items():
            files[name].writelines(json.dumps(row) + "\n" for row in part)
    for stream in files.values():
        stream.close()
    (path / "run.json").write_text(json.dumps({"schema_version": 1, "signature": signature}))
    return path


def make_run(path, articles=4, signature="model:test|v:1"):
    """A run directory of so many invented articles, three pairs each."""
    return write_run(path, (article_rows(number) for number in range(articles)), signature)
