"""What two documents give to each file of `align docs`: aligned, or with the beads of another tool, and judged."""

from __future__ import annotations

from dataclasses import dataclass

from align import __version__
from align.docs.aligning import Alignment, align_texts, texts_of
from align.docs.beads import Bead, gaps, in_order
from align.docs.coarse import band_of
from align.docs.features import evidence_of
from align.docs.formats import checked_beads
from align.docs.plan import Planned
from align.docs.reading import DocText
from align.docs.rows import Judge, Row, bead_rows, document_row, numbered, pair_rows
from align.docs.weights import DocsWeights
from align.errors import AlignError
from align.match.matcher import Matcher
from align.models.signature import changed_settings, content_hash, encoder_part, exact, weights_part
from align.records import Rejection
from align.settings import CheckSettings


@dataclass(frozen=True, slots=True)
class DocsOptions:
    """How documents are aligned and what is written of them."""

    lines: bool = False  # each line is a sentence
    threshold: float | None = None  # least probability of a bead; None: the one of the weights
    check: bool = True
    links: bool = False


@dataclass(frozen=True, slots=True)
class DocsAligner:
    """All that two documents are aligned with."""

    matcher: Matcher
    weights: DocsWeights
    options: DocsOptions
    checks: CheckSettings = CheckSettings()

    def rows(self, english: DocText, arabic: DocText, given: list[Bead] | None = None) -> dict[str, list[Row]]:
        """What two documents give to each file; `given`: beads that another tool found."""
        alignment = self.align(english, arabic, given)
        judge = Judge(self.matcher if self.options.check else None, self.checks, self.options.links)
        ids = {"en_doc_id": english.doc_id, "ar_doc_id": arabic.doc_id}
        refused = [
            {"stage": "docs", "reason": "below_threshold", **ids, "en": list(bead.en), "ar": list(bead.ar),
             "detail": f"probability {bead.probability:.3f} is below the threshold {self.weights.threshold:.3f}",
             "probability": round(bead.probability, 4)}
            for bead in (numbered(bead, english, arabic) for bead in alignment.refused)
        ]  # fmt: skip
        return {
            "documents": [document_row(english), document_row(arabic)],
            "pairs": pair_rows(english, arabic, alignment.beads, alignment.evidence, judge),
            "beads": bead_rows(english, arabic, alignment.beads, self.checks),
            "rejected": refused,
        }

    def align(self, english: DocText, arabic: DocText, given: list[Bead] | None = None) -> Alignment:
        """The beads of two documents, found or given; by places of sentences, not by their numbers."""
        texts = texts_of(english.texts, arabic.texts, self.matcher)
        if given is None:
            return align_texts(texts, self.weights)
        evidence = evidence_of(texts, band_of(texts.english, texts.arabic)) if english.texts and arabic.texts else None
        beads = _placed(given, english, arabic)
        return Alignment(in_order(beads + gaps(beads, len(english.texts), len(arabic.texts))), [], evidence)

    @property
    def signature(self) -> str:
        """One line that names all that moves a score."""
        options = self.options
        parts = [
            "docs",
            encoder_part(self.matcher.encoder),
            weights_part(self.matcher.bundle, "means", *(("pair", "coverage", "gender") if options.check else ())),
            f"docs:{content_hash(self.weights)}|thr:{exact(self.weights.threshold)}",
            f"lines:{int(options.lines)}|check:{int(options.check)}|links:{int(options.links)}",
            *changed_settings(self.checks, CheckSettings(), "check."),
            f"v:{__version__}",
        ]
        return "|".join(parts)


def _placed(given: list[Bead], english: DocText, arabic: DocText) -> list[Bead]:
    """Beads by the places of their sentences in place of their numbers; gaps, and lines without words, left out."""
    left, right = (max(side.numbers, default=-1) + 1 for side in (english, arabic))
    whole = checked_beads((bead for bead in given if not bead.is_gap), left, right, source=arabic.source)
    places = [{number: place for place, number in enumerate(side.numbers)} for side in (english, arabic)]
    moved = [bead._replace(en=_known(bead.en, places[0]), ar=_known(bead.ar, places[1])) for bead in whole]
    return [bead for bead in moved if not bead.is_gap]


def _known(numbers: tuple[int, ...], places: dict[int, int]) -> tuple[int, ...]:
    return tuple(places[n] for n in numbers if n in places)


def rows_or_refusal(
    aligner: DocsAligner, plan: Planned, given: list[Bead] | None = None
) -> dict[str, list[Row]] | Rejection:
    """What a pair of documents gives, or why it gives nothing. Raises AlignError of the model or the given beads."""
    try:
        return aligner.rows(plan.english, plan.arabic, given)
    except (AlignError, MemoryError):
        raise
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        detail = f"expected to align the documents, found a fault of the program ({said}); report it"
        return Rejection("docs", "failed", detail, source=plan.arabic.source)
