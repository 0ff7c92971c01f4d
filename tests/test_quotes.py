"""Quote frames and reported speech."""

import pytest

from align.extract.quotes import find_frames
from align.records import Block, BlockKind


@pytest.mark.parametrize(
    ("text", "speech", "is_direct"),
    [
        ('وقال سامي العابد: "سنعود غداً".', "سنعود غداً", True),
        ("وأضافت لينا: «سنعود غداً».", "سنعود غداً", True),
        ("وأكّد الوزير: ”سنعود غداً“.", "سنعود غداً", True),
        ('وغرّد الوزير: "سنعود غداً', "سنعود غداً", True),
        ("وأعلن الوزير أنّ الجسر مغلق.", "الجسر مغلق", False),
        ("وقالت لينا إنها ستعود غداً.", "ستعود غداً", False),
    ],
)
def test_speech_and_verb(text: str, speech: str, is_direct: bool) -> None:
    (frame,) = find_frames(text, [Block(BlockKind.PARAGRAPH, 0, len(text))])
    assert (frame.speech[0].cut(text), frame.is_direct) == (speech, is_direct)
    assert frame.verb is not None
    assert text[: frame.verb.end].strip()


def frames_of(*paragraphs, kinds=None):
    text, blocks = "", []
    for number, paragraph in enumerate(paragraphs):
        kind = kinds[number] if kinds else BlockKind.PARAGRAPH
        blocks.append(Block(kind, len(text), len(text) + len(paragraph)))
        text += paragraph + "\n"
    return [
        (
            frame.speaker.cut(text) if frame.speaker else None,
            frame.verb.cut(text) if frame.verb else None,
            [span.cut(text) for span in frame.speech],
        )
        for frame in find_frames(text, blocks)
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("وقال وزير الخارجية سامي العابد في تغريدة: «سنعود غداً إلى هنا».", "وزير الخارجية سامي العابد"),
        ('وكتبت لينا سامر على حسابها في "تويتر": «سنعود غداً إلى هنا».', "لينا سامر"),
        ("وأعلنت المتحدثة باسم الوزارة أنّ الجسر مغلق.", "المتحدثة باسم الوزارة"),
        ("وأشار الوزير إلى أن الجسر مغلق.", "الوزير"),
        ("وقال رئيس شركة «مرفأ» للنقل سامي العابد إن الجسر مغلق.", "رئيس شركة «مرفأ» للنقل سامي العابد"),
        ("وقالت كبيرة الباحثين في معهد البحار لينا سامر إن الجسر مغلق.", "كبيرة الباحثين في معهد البحار لينا سامر"),
        ("وقال سامي العابد (@sami) أمس: «سنعود غداً إلى هنا».", "سامي العابد"),
        ("وغرّد الوزير قائلاً: «سنعود غداً إلى هنا».", "الوزير"),
        ("وتهكّمت الوزيرة قائلة: «سنعود غداً إلى هنا».", "الوزيرة"),
        ("وزير النقل سامي العابد يؤكد أنّ الجسر مغلق.", "وزير النقل سامي العابد"),
        ("وكانت لينا سامر قد أعلنت أن الجسر مغلق.", "لينا سامر"),
        ("«سنعود غداً إلى هنا»، قال سامي العابد للصحفيين.", "سامي العابد"),
        ("«سنعود غداً إلى هنا»، على حد قول سامي العابد.", "سامي العابد"),
        ("وقال د. سامي العابد إن الجسر مغلق.", "د. سامي العابد"),
        ("ونقلت الوكالة عن الوزير قوله إن الجسر مغلق.", "الوزير"),
        ("وقال عليه إن الجسر مغلق.", None),
        ("وأضافت بسخريتها المعهودة: «سنعود غداً إلى هنا».", None),
    ],
)
def test_speaker_is_the_name_and_the_office_alone(text: str, speaker: str | None) -> None:
    ((found, verb, _),) = frames_of(text)
    assert found == speaker
    assert verb


def test_second_verb_goes_on_with_the_same_speaker() -> None:
    first, second, third = frames_of(
        "وقالت لينا سامر: «سنفتح الجسر يوم الاثنين»، وأضافت: «لن نرفع الرسوم قبل حزيران».", "وتابعت أن العمل لم ينته."
    )
    assert {first[0], second[0], third[0]} == {"لينا سامر"}
    assert (second[1], third[1]) == ("أضافت", "تابعت")


def test_verb_of_another_subject_takes_over_no_speaker() -> None:
    _, second = frames_of("وقالت لينا سامر إن الجسر مغلق.", "لكن النقابة قدمت صورة مغايرة، إذ كتبت أن العمل لم ينته.")
    assert second[0] is None


def test_unclosed_quote_goes_on_in_the_next_paragraph() -> None:
    ((speaker, _, speech),) = frames_of("وقال سامي العابد: «سنعود غداً إلى هنا.", "ولن نغادر بعدها أبداً».")
    assert (speaker, speech) == ("سامي العابد", ["سنعود غداً إلى هنا.", "ولن نغادر بعدها أبداً"])
    ((speaker, _, speech),) = frames_of('وقال سامي العابد: "سنعود غداً إلى هنا.', '"ولن نغادر بعدها أبداً".')
    assert (speaker, speech) == ("سامي العابد", ["سنعود غداً إلى هنا.", "ولن نغادر بعدها أبداً"])


def test_quote_may_stand_in_the_paragraph_after_its_frame() -> None:
    ((speaker, verb, speech),) = frames_of("وقال سامي العابد في تغريدة:", "«سنعود غداً إلى هنا».")
    assert (speaker, verb, speech) == ("سامي العابد", "قال", ["سنعود غداً إلى هنا"])


def test_brackets_of_the_editor_stay_inside_the_quote() -> None:
    ((_, _, speech),) = frames_of("وقال سامي العابد: «سنعود غداً (...) إلى هنا [الميناء]».")
    assert speech == ["سنعود غداً (...) إلى هنا [الميناء]"]


def test_names_in_marks_are_no_speech_and_verbs_in_a_quote_bring_in_none() -> None:
    assert frames_of("زار الوزير سفينة «مرفأ الخير» أمس.") == []
    assert len(frames_of("وقال سامي العابد: «قال أبي إن البحر لا يرحم، وقالت أمي لا».")) == 1


def test_headline_names_a_speaker_that_the_text_gives_the_floor() -> None:
    kinds = [BlockKind.HEADLINE, BlockKind.PARAGRAPH]
    headline, _ = frames_of("العابد: سنعود غداً", "وقال سامي العابد إن الجسر مغلق.", kinds=kinds)
    assert headline == ("العابد", None, ["سنعود غداً"])
    assert len(frames_of("أسعار القمح: إلى أين؟", "وقال سامي العابد إن الجسر مغلق.", kinds=kinds)) == 1


def test_english_line_introduces_the_tweet_under_it() -> None:
    kinds = [BlockKind.PARAGRAPH, BlockKind.TWEET]
    ((speaker, verb, speech),) = frames_of("Minister Lina Sample tweeted on Monday:", "We open today.", kinds=kinds)
    assert (speaker, verb, speech) == ("Minister Lina Sample", "tweeted", ["We open today."])


@pytest.mark.parametrize("mark", ['"', "«", "“"])
def test_quote_of_the_next_paragraph_does_not_end_one_that_was_never_closed(mark: str) -> None:
    first, second = frames_of("وقال الخبير: «العمل صعب.", f"وأوضح الوزير: {mark}لا نعرف متى ينتهي")
    assert first == ("الخبير", "قال", ["العمل صعب."])
    assert second == ("الوزير", "أوضح", ["لا نعرف متى ينتهي"])


def test_reported_clause_goes_on_behind_a_title() -> None:
    (frame,) = frames_of("وأكد الوزير أن د. سامي العابد سيعود غداً. ثم غادر.")
    assert frame == ("الوزير", "أكد", ["د. سامي العابد سيعود غداً"])


@pytest.mark.parametrize(
    "quote",
    [
        "”سنعود غداً إلى هنا”",
        "“سنعود غداً إلى هنا“",
        "”سنعود غداً إلى هنا“",
        "” سنعود غداً إلى هنا ”",
        '" سنعود غداً إلى هنا "',
        "»سنعود غداً إلى هنا«",
    ],
)
def test_marks_used_alike_or_the_wrong_way_round_close_their_quote(quote: str) -> None:
    first, second = frames_of(f"وقال سامي العابد: {quote}، وأضافت لينا سامر: {quote}.")
    assert [words.strip() for words in first[2]] == [words.strip() for words in second[2]] == ["سنعود غداً إلى هنا"]
    assert (first[0], second[0]) == ("سامي العابد", "لينا سامر")


def test_quote_in_a_quote_does_not_end_it() -> None:
    ((_, _, speech),) = frames_of("وقال سامي العابد: “سنعود إلى “مرفأ الخير” غداً ولن نغادر”.")
    assert speech == ["سنعود إلى “مرفأ الخير” غداً ولن نغادر"]


@pytest.mark.parametrize("middle", ["وسنبقى ما بقي البحر.", "وسنبقى في “مرفأ الخير” ما بقي البحر."])
def test_quote_goes_on_over_several_paragraphs_to_its_mark(middle: str) -> None:
    ((speaker, _, speech),) = frames_of("وقال سامي العابد: “سنعود غداً إلى هنا.", middle, "ولن نغادر بعدها أبداً”.")
    assert (speaker, speech) == ("سامي العابد", ["سنعود غداً إلى هنا.", middle.rstrip("."), "ولن نغادر بعدها أبداً"])


def test_mark_that_closes_what_no_paragraph_opened_opens_nothing() -> None:
    text = "ولن نغادر بعدها أبداً”، وقالت لينا سامر: “سنرى ذلك غداً”."
    (frame,) = find_frames(text, [Block(BlockKind.PARAGRAPH, 0, len(text))])
    assert frame.speech[0].cut(text) == "سنرى ذلك غداً"
