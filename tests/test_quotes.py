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
