"""The library: an article or a pair in, records out, without a run directory and without a command line.

The names here, and the records that they return, are those of `import align`. Errors are `AlignError`s: `ReadError` for
an article that cannot be used, `ModelError` for an encoder that cannot be had, `SettingsError` for an argument or a
setting that cannot be used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from align.errors import SettingsError
from align.records import AlignedArticle, Document, Judgement, Rejection, TextPair
from align.settings import Settings

if TYPE_CHECKING:
    from align.match.matcher import Matcher
    from align.run.aligner import Aligner as Stages


def align_article(
    text_or_html: str,
    *,
    title: str | None = None,
    published: str | date | None = None,
    url: str | None = None,
    settings: Settings | None = None,
) -> AlignedArticle:
    r"""Find the tweets of one Arabic article, pair their sentences with the Arabic that renders them, check the pairs.

    `text_or_html` is plain text or a page, told apart by its content, as `align run` does. `title` wins over a headline
    that is found in it; `published` (ISO, or a date) is the day that "yesterday" is counted from.

    The encoder is opened by the first call and kept for the next ones with the same settings; `Aligner` holds it for
    as long as you do. Raises ReadError when there is nothing to align (its `reason` is a code of rejected.jsonl),
    ModelError, and SettingsError when `published` is no date.

    >>> article = align_article(
    ...     'وكتب توم أبلغيت: "زرعنا 25 ألف شجرة في حوض سلم منذ فصل الربيع".\n'
    ...     'We have planted 250,000 trees in the Selm basin since the spring.\n'
    ...     '— Tom Applegate (@TomApplegateGrn) October 29, 2022'
    ... )
    >>> [pair.ar for pair in article.pairs]
    ['زرعنا 25 ألف شجرة في حوض سلم منذ فصل الربيع']
    >>> article.status(article.article.tweets[0])
    <Status.FULL: 'full'>
    """
    return _kept_aligner(settings or Settings()).align_article(text_or_html, title=title, published=published, url=url)


def check_pair(en: str, ar: str, *, encoder: bool = True, settings: Settings | None = None) -> Judgement:
    """Judge one English text and the Arabic one that is said to render it: what was left out, added or changed.

    With `encoder=False` the rules alone judge, without a model: they see numbers, dates, names, negation and the like,
    but neither omissions nor additions, and `evidence` is empty. The spans of a finding are code points into `en` and
    `ar`. Where a side holds no text, `error` says so and there is no verdict. Raises ModelError.

    >>> judgement = check_pair("We have planted 250,000 trees.", "زرعنا 25 ألف شجرة.", encoder=False)
    >>> judgement.verdict
    <Verdict.DIVERGENT: 'divergent'>
    >>> [(finding.code, finding.en.cut(judgement.pair.en)) for finding in judgement.findings]
    [('number.scale', '250,000')]
    """
    return _kept_aligner(settings or Settings()).check_pair(en, ar, encoder=encoder)


@lru_cache(maxsize=1)
def _kept_aligner(settings: Settings) -> Aligner:
    """One encoder in memory, of the settings asked for last."""
    return Aligner(settings)


class Aligner:
    """The stages for many articles and pairs: the encoder is opened once, by the first that needs it.

    Several threads may share one: a call waits for another's article to be done. Raises in all its methods ModelError
    when the encoder or its weights cannot be had, SettingsError when its engine cannot run here.

    >>> aligner = Aligner()
    >>> aligner.check_pair("Rain on Sunday.", "أمطار يوم الأحد.").verdict
    <Verdict.FAITHFUL: 'faithful'>
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._lock = threading.RLock()
        self._matcher: Matcher | None = None
        self._stages: Stages | None = None

    def align_article(
        self,
        text_or_html: str,
        *,
        title: str | None = None,
        published: str | date | None = None,
        url: str | None = None,
        doc_id: str | None = None,
    ) -> AlignedArticle:
        """One article, as the function `align_article` gives it; `doc_id` is its url, else a hash, where none is given.

        Raises ReadError, SettingsError when `published` is no date.

        >>> article = Aligner().align_article("أمطار غزيرة على الساحل يوم الأحد.", title="أمطار", doc_id="news-17")
        >>> (article.article.doc_id, article.article.title, article.pairs)
        ('news-17', 'أمطار', ())
        """
        return self.align(self._document(text_or_html, title, published, url, doc_id))

    def align(self, document: Document | str) -> AlignedArticle:
        """One article as a Document, whose `is_html` says what it is, or as bare text or HTML. Raises ReadError.

        >>> from align import Document
        >>> page = Document("a", "archive/a.html", "<p>أمطار غزيرة على الساحل.</p>", is_html=True)
        >>> Aligner().align(page).article.text
        'أمطار غزيرة على الساحل.'
        """
        if isinstance(document, str):
            document = self._document(document)
        with self._lock:
            return self._opened_stages().align(document)

    def stream(self, inputs: str | Path | Iterable[str | Path | Document]) -> Iterator[AlignedArticle | Rejection]:
        """The articles of files, folders, patterns and Documents, one after the other, each when it is asked for.

        Files are of any kind that `align run` reads. Bad input stops nothing: it comes out as a Rejection in its place.
        No two articles get the same `doc_id`: the second is called `id~2`.

        >>> for item in Aligner().stream("no-such-folder"):
        ...     print(item.reason)
        missing
        """
        from align.read import read_inputs
        from align.run.session import aligned_or_refused

        names = [inputs] if isinstance(inputs, str | Path) else inputs
        plain = (item if isinstance(item, Document) else str(item) for item in names)
        for item in read_inputs(plain, self.settings.read):
            if isinstance(item, Rejection):
                yield item
                continue
            with self._lock:
                aligned = aligned_or_refused(self._opened_stages(), item)
            yield aligned

    def check_pair(self, en: str, ar: str, *, encoder: bool = True) -> Judgement:
        """One pair, as the function `check_pair` judges it.

        >>> Aligner().check_pair("It never rains.", "يهطل المطر.", encoder=False).findings[0].code
        'negation.lost'
        """
        return next(self.check_pairs([(en, ar)], encoder=encoder))

    def check_pairs(self, pairs: Iterable[TextPair | tuple[str, str]], *, encoder: bool = True) -> Iterator[Judgement]:
        """Many pairs, (English, Arabic) each, as a stream of one judgement per pair in order; read in batches.

        A bare tuple gets its number as `pair_id`, from 0.

        >>> pairs = [("12 dead", "12 قتيلا"), ("12 dead", "21 قتيلا"), ("12 dead", "")]
        >>> [judgement.verdict for judgement in Aligner().check_pairs(pairs, encoder=False)]
        [<Verdict.FAITHFUL: 'faithful'>, <Verdict.DIVERGENT: 'divergent'>, None]
        """
        from align.judge.pairs import check_pairs

        with self._lock:
            matcher = self._opened_matcher() if encoder else None
        judgements = check_pairs(map(_text_pair, count(), pairs), matcher, self.settings.check)
        while True:
            with self._lock:
                judgement = next(judgements, None)
            if judgement is None:
                return
            yield judgement

    def _document(
        self,
        text: str,
        title: str | None = None,
        published: str | date | None = None,
        url: str | None = None,
        doc_id: str | None = None,
    ) -> Document:
        """The document that a record of JSONL with these fields would give, so that both are read by one rule."""
        from align.files import sha256_text
        from align.read.records import clean, document_of, iso_date

        if published is not None and iso_date(published) is None:
            raise SettingsError(f"expected `published` as an ISO date (2022-10-29), found {published!r}; convert it")
        name = doc_id or url or sha256_text(clean(text))[:16]
        record = {"text": text, "title": title, "url": url, "published": published, "id": name}
        fields = replace(
            self.settings.read, text_field="text", html_field="html", id_field="id", date_field="published"
        )
        return document_of(record, url or name, name, fields)

    def _opened_matcher(self) -> Matcher:
        from align.match.matcher import open_matcher

        if self._matcher is None:
            self._matcher = open_matcher(self.settings.embed, self.settings.match.weights)
        return self._matcher

    def _opened_stages(self) -> Stages:
        from align.run.aligner import Aligner as Stages

        if self._stages is None:
            self._stages = Stages(*self._opened_matcher(), self.settings)
        return self._stages


def _text_pair(number: int, pair: TextPair | tuple[str, str]) -> TextPair:
    """The pair with an error where it cannot be judged."""
    from align.pairs.texts import pair_of_texts
    from align.read.records import clean

    if isinstance(pair, TextPair):
        return pair if pair.error else pair_of_texts(pair.pair_id, clean(pair.en), clean(pair.ar), pair.line)
    en, ar = pair
    return pair_of_texts(str(number), clean(en), clean(ar))
