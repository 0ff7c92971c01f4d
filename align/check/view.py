"""What a check looks at: a rendering, with everything that is read in it worked out once, when first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from align.check.coverage.measure import Coverage, measure
from align.check.evidence.equal import Pairing, pair_numerals
from align.check.evidence.links import Linked, linked_words
from align.check.evidence.opposites import Clash, find_clashes
from align.check.evidence.polarity import Sides
from align.check.evidence.text_view import TextView
from align.models.bundle import CheckModels
from align.records import Subject

_NEAR = 300  # characters of the article on either side of a rendering that may carry what it leaves out


class Texts:
    """The texts of some pairs, each viewed once: pairs of one batch often share their English, or the tweet around."""

    def __init__(self) -> None:
        self._views: dict[tuple[str, bool], TextView] = {}

    def view(self, text: str, *, is_arabic: bool) -> TextView:
        """The one view of a text."""
        found = self._views.get((text, is_arabic))
        if found is None:
            found = self._views[text, is_arabic] = TextView(text, is_arabic=is_arabic)
        return found


class View:
    """A subject and what the checks read in it; spans are as in `Subject`. What it gives is shared: read it only."""

    def __init__(self, subject: Subject, models: CheckModels, texts: Texts) -> None:
        """`texts`: those of the batch that the subject is judged in."""
        self.subject = subject
        self.models = models
        self.en = texts.view(subject.en, is_arabic=False)
        self.ar = texts.view(subject.ar, is_arabic=True)
        self._texts = texts

    @cached_property
    def tweet(self) -> TextView:
        """The whole tweet."""
        return self._texts.view(self.subject.en_context, is_arabic=False)

    @cached_property
    def around(self) -> TextView:
        """The article just before and just after the rendering, a line apart."""
        before, after = self.subject.ar_before[-_NEAR:], self.subject.ar_after[:_NEAR]
        return self._texts.view(f"{before}\n{after}", is_arabic=True)

    @cached_property
    def frame(self) -> TextView:
        """The words of the frame."""
        return self._texts.view(self.subject.frame, is_arabic=True)

    @cached_property
    def speaker(self) -> TextView:
        """The speaker whom the frame names; an empty text where it names none."""
        return self._texts.view(self.subject.speaker or "", is_arabic=True)

    @cached_property
    def links(self) -> Linked:
        """The word links by word number; empty without an encoder."""
        return linked_words(self.subject.links, self.en.tokens, self.ar.tokens)

    @cached_property
    def numbers(self) -> Pairing:
        """Which number of one side stands for which of the other."""
        return pair_numerals(self.en, self.ar)

    @cached_property
    def coverage(self) -> Coverage | None:
        """How much of each side has a counterpart; None without an encoder."""
        return measure(self.subject, self.models.coverage)

    def ideas(self, table: str) -> Sides:
        """What one of the tables finds on the two sides, each idea with whether it is negated."""
        return Sides(self.en.ideas(table), self.ar.ideas(table))

    def clashes(self, table: str, groups: frozenset[str] | None = None) -> list[Clash]:
        """The groups of `table` whose poles changed sides."""
        return find_clashes(self.ideas(table), self.links, groups)


def views_of(subjects: Iterable[Subject], models: CheckModels) -> list[View]:
    """The views of subjects that are judged together; texts that they share are read once."""
    texts = Texts()
    return [View(subject, models, texts) for subject in subjects]
