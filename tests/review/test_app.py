"""The application over HTTP: who may ask, what is refused, what hostile texts become."""

import html
import json
import re
import uuid

import lxml.html
import pytest
from starlette.testclient import TestClient

from align.errors import StoreError
from align.records import Span
from align.review.access import SlowResults
from align.review.app import create_app
from align.review.opening import open_review
from align.review.passages import passage
from align.review.serve import check_address
from align.review.view import Unpaired, _unpaired
from align.store.results import iter_accepted, iter_events
from align.store.reviewers import add_reviewer, links
from tests.review.data import article_rows, write_run
from tests.review.hostile import HOSTILE

KEY = "k" * 32


def client_of(store, name="Mona", *, is_lead=True, **limits):
    add_reviewer(store, name, is_lead=is_lead)
    app = create_app(store, KEY, **limits)
    client = TestClient(app, base_url="http://127.0.0.1:8321")
    assert client.get(f"/join/{links(store, KEY)[name]}").status_code == 200
    page = client.get("/review").text
    client.headers["X-CSRF-Token"] = re.search(r'data-csrf="([0-9a-f]+)"', page).group(1)
    return client


@pytest.fixture
def client(sqlite_store):
    with client_of(sqlite_store, per_second=1000, burst=1000) as client:
        yield client


def decision(pair, version=0, **changes):
    return {"uid": uuid.uuid4().hex, "pair": pair, "version": version, "changes": changes}


def test_app_shows_the_pair_in_its_two_directions(client):
    page = lxml.html.fromstring(client.get("/review").text)
    assert page.xpath("//*[@id='tweet-text']/@dir") == ["ltr"]
    arabic = page.xpath("//*[@id='article']//mark/parent::*")
    assert [(p.get("dir"), p.get("lang")) for p in arabic] == [("rtl", "ar")]
    assert page.xpath("//*[@id='tweet-text']//bdi[starts-with(., '#')]/@dir") == ["ltr"]


def test_passages_tell_which_sentences_of_the_tweet_no_pair_renders():
    text = "One. Two. Three. Four."
    candidate = {"ar_start": 0, "ar_end": 4, "ar": "اثنان", "probability": 0.4}
    places = [(0, 4), (5, 9), (10, 16), (17, 22)]
    said = [{"rendered": "yes"}, {"rendered": "unsure", "candidate": candidate}, {"rendered": "no"}, {"covered": False}]
    sentences = [{"start": a, "end": b, **more} for (a, b), more in zip(places, said, strict=True)]
    told = list(_unpaired(text, {"sentences": [*sentences, "what another corpus calls a sentence"]}))
    assert told == [Unpaired("Two.", True, "اثنان", 0.4), Unpaired("Three.", False, None, None)]
    assert list(_unpaired(text, {})) == []


def test_app_a_decision_posted_is_a_decision_stored(client, sqlite_store):
    pair = client.get("/api/next").json()["pair"]
    saved = client.post("/api/decisions", json=decision(pair, choice="accept")).json()
    assert (saved["version"], saved["body"]["choice"]) == (1, "accept")
    assert [event["after"]["choice"] for event in iter_events(sqlite_store)] == ["accept"]
    assert len(list(iter_accepted(sqlite_store))) == 1


def test_app_a_lost_race_is_answered_with_what_stands(client):
    pair = client.get("/api/next").json()["pair"]
    client.post("/api/decisions", json=decision(pair, choice="accept"))
    answer = client.post("/api/decisions", json=decision(pair, choice="reject"))
    assert (answer.status_code, answer.json()["body"]["choice"]) == (409, "accept")


@pytest.mark.parametrize(
    "body",
    [
        {},
        decision(1),
        decision(1, choice="explode"),
        decision(999_999, choice="accept"),
        {**decision(1, choice="accept"), "reviewer": 2},
        {**decision(1, choice="accept"), "uid": "../../etc"},
        {**decision(1, choice="accept"), "version": -1},
    ],
)
def test_app_a_body_that_no_page_sends_is_refused(client, sqlite_store, body):
    assert client.post("/api/decisions", json=body).status_code == 422
    assert list(iter_events(sqlite_store)) == []


@pytest.mark.parametrize("path", ["/review", "/figures", "/disagreements", "/progress", "/api/next", "/api/pairs/1"])
def test_app_nothing_is_shown_without_a_session(sqlite_store, path):
    with TestClient(create_app(sqlite_store, KEY), base_url="http://localhost") as client:
        answer = client.get(path)
    assert answer.status_code == 401
    assert "Qalat" not in answer.text


def test_app_a_wrong_link_opens_nothing_and_is_slowed_down(sqlite_store):
    with TestClient(create_app(sqlite_store, KEY), base_url="http://localhost") as client:
        answers = [client.get(f"/join/{'0' * 40}").status_code for _ in range(30)]
    assert answers[0] == 403
    assert answers[-1] == 429


def test_app_a_session_ends_with_leaving(client):
    assert client.post("/leave").headers["HX-Redirect"] == "/review"
    client.cookies.clear()
    assert client.get("/review").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_app_requests_of_other_sites_are_refused(client, sqlite_store, headers):
    for path in (
        "/api/decisions",
        "/api/undo",
        "/api/redo",
        "/api/pairs",
        "/api/merge",
        "/settle",
        "/language",
        "/leave",
    ):
        assert client.post(path, json=decision(1, choice="accept"), headers=headers).status_code == 403, path
    assert list(iter_events(sqlite_store)) == []


def test_app_sends_security_headers_with_every_answer(client):
    for path in ("/review", "/static/main.js", "/healthz", "/nothing", "/api/next"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy  # no outside address
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"


def test_app_pages_hold_no_inline_script_style_or_handler(client):
    for path in ("/review", "/figures", "/disagreements", "/review?pair=999999"):
        page = lxml.html.fromstring(client.get(path).text)
        assert page.xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]") == []
        outside = page.xpath("//@src | //link/@href")
        assert all(address.startswith("/static/") for address in outside)


def test_app_answers_to_loopback_names_only(client):
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 421
    assert client.get("/healthz", headers={"Host": "localhost:9"}).status_code == 200


def test_app_a_large_body_is_refused_whatever_its_header_says(client):
    big = b"x" * 70_000
    assert client.post("/api/decisions", content=big).status_code == 413
    chunked = (big[i : i + 10_000] for i in range(0, len(big), 10_000))  # no content-length
    assert client.post("/api/decisions", content=chunked).status_code == 413


def test_app_slows_down_who_asks_too_often(sqlite_store):
    with client_of(sqlite_store, per_second=1, burst=10) as client:
        assert 429 in [client.get("/api/next").status_code for _ in range(20)]


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/article/..%2f1"],
)
def test_app_no_path_of_a_request_reaches_the_disk(client, path):
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert "create_app" not in answer.text


def test_app_only_a_lead_sees_others_decisions(client, sqlite_store):
    with client_of(sqlite_store, "Sami", is_lead=False) as sami:
        assert sami.get("/disagreements").status_code == 422
        pair = client.get("/api/next").json()["pair"]
        client.post("/api/decisions", json=decision(pair, choice="reject", note="a secret remark"))
        assert sami.get(f"/api/pairs/{pair}").json()["body"]["choice"] is None
        assert "a secret remark" not in sami.get(f"/review?pair={pair}").text
        final = {**decision(pair, choice="accept"), "final": True}
        assert sami.post("/api/decisions", json=final).status_code == 422
    assert [event["by"] for event in iter_events(sqlite_store)] == ["Mona"]


def test_app_a_lead_settles_a_disagreement(client, sqlite_store):
    with client_of(sqlite_store, "Sami", is_lead=False) as sami:
        pair = client.get("/api/next").json()["pair"]
        client.post("/api/decisions", json=decision(pair, choice="accept"))
        sami.post("/api/decisions", json=decision(pair, choice="reject"))
    page = lxml.html.fromstring(client.get("/disagreements").text)
    forms = page.xpath("//form[@hx-post='/settle']")
    assert len(forms) == 2
    fields = {field.get("name"): field.get("value") for field in forms[0].xpath(".//input")}
    answer = client.post("/settle", data={**fields, "uid": uuid.uuid4().hex})
    assert "Settled:" in answer.text
    assert len(list(iter_accepted(sqlite_store))) == 1
    again = client.post("/settle", data={**fields, "uid": uuid.uuid4().hex})
    assert "Nothing was overwritten" in again.text


def test_app_describes_its_json_routes(client):
    described = client.get("/openapi.json").json()["paths"]
    assert set(described) == {
        "/api/decisions", "/api/merge", "/api/undo", "/api/next", "/api/session", "/api/pairs/{pair}",
        "/api/redo", "/api/pairs",
        "/api/progress", "/healthz",
    }  # fmt: skip


def test_app_healthz_needs_no_session(sqlite_store):
    with TestClient(create_app(sqlite_store, KEY), base_url="http://localhost") as client:
        assert client.get("/healthz").json()["status"] == "ok"


def test_app_an_address_with_an_unknown_filter_value_is_explained(client):
    answer = client.get("/review?order=backwards")
    assert answer.status_code == 422
    assert "expected an order" in answer.text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.org"])
def test_serve_another_address_needs_a_token(host):
    with pytest.raises(StoreError, match="TLS"):
        check_address(host, None)
    check_address(host, "a secret of some length")
    with pytest.raises(StoreError, match="16 characters"):
        check_address(host, "short")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_serve_loopback_needs_none(host):
    check_address(host, None)


def test_passages_mark_whole_words_and_show_controls_as_signs():
    text = "قال \u202eالوزير @abc إن"
    made = passage(text, Span(0, len(text)), "paragraph", [Span(5, 11)], [])
    tokens = [token for stretch in made.stretches for token in stretch.tokens]
    assert "".join(token.text for token in tokens) == text
    assert [token.shown for token in tokens if token.kind == "control"] == ["U+202E"]
    assert [token.text for token in tokens if token.kind == "latin"] == ["@abc"]
    assert [[t.text for t in s.tokens] for s in made.stretches if s.is_inside] == [["الوزير"]]


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    rows = (article_rows(number, hostile=text) for number, text in enumerate(HOSTILE))
    store = open_review([write_run(folder / "run", rows)], str(folder / "s.sqlite"))
    with client_of(store, per_second=10_000, burst=10_000) as client:
        yield client
    store.close()


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_app_hostile_texts_are_printed_and_nothing_else(hostile_client, number):
    pair = 3 * number + 1
    text = hostile_client.get(f"/review?pair={pair}&choice=any").text
    page = lxml.html.fromstring(text)
    names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert names.isdisjoint({"img", "svg", "iframe", "style", "base", "plaintext", "object", "b"})
    assert len(page.xpath("//script")) == 2
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    addresses = page.xpath("//a/@href")
    assert all(re.match(r"/|#main|https?://", address) for address in addresses)
    assert len(page.xpath("//*[@id='pair']//div[@role='toolbar']/*")) == 9  # the page is whole
    assert not set(
        re.findall(
            "[\x00-\x08\u202a-\u202e\u2066-\u2069]", html.unescape(page.xpath("//*[@id='article']")[0].text_content())
        )
    )
    assert len(text) < 400_000


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_app_a_hostile_note_comes_back_as_it_was(hostile_client, text):
    pair = hostile_client.get("/api/next").json()["pair"]
    wanted = text.encode("utf-8", "replace").decode()
    version = hostile_client.get(f"/api/pairs/{pair}").json()["version"]
    saved = hostile_client.post("/api/decisions", json=decision(pair, version, note=wanted)).json()
    assert saved["body"]["note"] == wanted.replace("\x00", "\u2400")
    page = lxml.html.fromstring(hostile_client.get(f"/review?pair={pair}").text)
    assert len(page.xpath("//*[@id='note']")) == len(page.xpath("//*[@id='link-voice']")) == 1
    assert len(page.xpath("//script")) == 2


def test_app_shows_pairs_of_corpora_that_hold_little_or_call_other_things_by_our_names(tmp_path):
    rows = [
        {"en": "The bridge opens.", "ar": "يفتح الجسر."},
        {"en": "Nobody pays.", "ar": "لا أحد يدفع.", "probability": "high", "verdict": "good", "links": ["https://x"],
         "findings": [{"code": "number.scale", "en_start": "0"}, "loose"], "rendering": "spoken"},
    ]  # fmt: skip
    path = tmp_path / "theirs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    store = open_review([path], None)
    with client_of(store) as client:
        first, second = (client.get(f"/review?choice=any&pair={number}") for number in (1, 2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert "Not checked" in first.text
    assert "number.scale" in second.text and "good" in second.text and "spoken" in second.text
    store.close()


def test_a_slow_count_of_few_is_not_kept_and_one_of_many_is():
    slow = SlowResults(slow=-1.0)  # everything took too long
    assert [slow.get("few", lambda: 12), slow.get("few", lambda: 11)] == [12, 11]
    assert [slow.get("many", lambda: 200_000), slow.get("many", lambda: 199_999)] == [200_000, 200_000]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_app_findings_are_in_an_editors_words_and_codes_only_in_tooltips(client, language):
    client.cookies.set("align_language", language)
    for pair in range(1, 13):
        page = lxml.html.fromstring(client.get(f"/review?choice=any&pair={pair}").text)
        shown = " ".join(page.xpath("//ol[@id='findings']//text()"))
        assert not re.search(r"\w+\.(changed|clause|spelling)", shown)
        for item in page.xpath("//ol[@id='findings']/li"):
            (title,) = item.xpath(".//p/*/@title")
            what = item.xpath(".//strong/text()")
            if title == "number.changed":
                assert what == (["Another number"] if language == "en" else ["عدد مختلف"])
                assert item.xpath("string(.//*[@class='where'])").count("\u2068") == 2


def test_app_bare_pairs_are_not_said_to_be_checked_scored_or_embedded(tmp_path):
    (tmp_path / "bare.tsv").write_text("en\tar\nThe door is open.\tالباب مفتوح.\n", encoding="utf-8")
    store = open_review([tmp_path / "bare.tsv"], str(tmp_path / "s.sqlite"))
    with client_of(store, per_second=1000, burst=1000) as client:
        page = lxml.html.fromstring(client.get("/review").text)
    assert page.xpath("//*[@id='not-checked']") and not page.xpath("//*[@id='no-findings']")
    assert not page.xpath("//*[contains(@class, 'own-tweet')]")
    assert "probability" not in page.xpath("string(//section[@aria-labelledby='scores-title'])")
    store.close()


def test_app_the_list_shows_a_queue_and_its_filters(client, sqlite_store):
    def listed(query=""):
        page = lxml.html.fromstring(client.get(f"/list?order=article{query}").text)
        return [int(value) for value in page.xpath("//input[@class='pick']/@value")]

    assert listed() == list(range(1, 13))
    client.post("/api/decisions", json=decision(3, choice="reject"))
    assert 3 not in listed() and listed("&choice=reject") == [3]
    assert listed("&choice=any&after=10") == [11, 12]
    assert listed("&choice=any&verdict=faithful") == list(range(1, 13))
    assert listed("&choice=any&verdict=divergent") == []
    assert listed("&choice=any&q=LinaHaddour") == [1, 2, 3, 10, 11, 12]  # the tweet's author


def test_app_many_pairs_are_decided_in_one_act(client, sqlite_store):
    also = [{"pair": number, "version": 0} for number in range(2, 9)]
    client.post("/api/decisions", json={**decision(1, choice="reject"), "also": also})
    assert [event["after"]["choice"] for event in iter_events(sqlite_store)] == ["reject"] * 8
    undone = client.post("/api/undo", json={"uid": uuid.uuid4().hex}).json()
    assert (undone["pair"], undone["was"]["choice"], undone["body"]["choice"]) == (1, "reject", None)
    assert client.get("/list?choice=reject").text.count("listed-") == 0


REASONS = {
    "number.changed": ("Another number", "عدد مختلف"),
    "probability": ("hardly a translation", "لا تكاد تكون ترجمة"),
    "no_error": ("nothing that weighs", "لا شيء ذا وزن"),
    "no_finding": ("no findings", "بلا ملاحظات"),
    "<b>their own": ("<b>their own", "<b>their own"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_app_says_why_a_verdict_was_given_in_both_languages(tmp_path, reason):
    row = {"en": "The bridge opens.", "ar": "يفتح الجسر.", "verdict": "divergent", "verdict_reason": reason}
    (tmp_path / "given.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    store = open_review([tmp_path / "given.jsonl"], None)
    with client_of(store) as client:
        for lang, title, said in zip(
            ("en", "ar"), ("reason of the verdict", "سبب الحكم"), REASONS[reason], strict=True
        ):
            page = lxml.html.fromstring(client.get("/review", headers={"Accept-Language": lang}).text)
            (shown,) = page.xpath(f"//dt[normalize-space()='{title}']/following-sibling::dd")
            assert shown.text_content().strip() == said
    store.close()


def test_app_a_pair_without_a_reason_shows_none(client):
    assert "reason of the verdict" not in client.get("/review").text
