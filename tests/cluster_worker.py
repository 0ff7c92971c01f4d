"""Preloaded by the workers of tests/test_cluster.py alone: the encoder without a model, which may kill."""

from align.match import matcher
from align.models import calibration
from align.run import aligner, session
from tests.fakes import FrailEncoder, HashEncoder, hanging, open_hash_aligner


def _open(settings):
    frail = open_hash_aligner(settings)
    frail.encoder = FrailEncoder()
    return frail


aligner.extract_article = hanging(aligner.extract_article)
session.open_aligner = _open
matcher.open_matcher = lambda settings: matcher.Matcher(
    FrailEncoder(), calibration.load(HashEncoder.name, HashEncoder.revision)
)
