"""Part `records`: mutated files of pairs, in every format, through `align import` and `align check --no-encoder`."""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from scripts.chaos_child import ROOT
from scripts.chaos_guard import guarded
from scripts.chaos_kills import Finding
from scripts.chaos_mutants import mutated, odd_record, odd_text, odd_value
from scripts.chaos_scenarios import FORMATS

COUNT, SMALL = 5_000, 250
FAULTS = ROOT.parent / "shared" / "field" / "faults"
LINES = ("jsonl", "tsv", "csv", "moses")
CHECKED = "jsonl jsonl jsonl text json tsv html github".split()
PAIRS = [
    ("The harbour bridge opens on Monday.", "يفتتح جسر الميناء يوم الاثنين."),
    (
        "Tolls stay frozen until 1 June 2022, said Lina Sample.",
        "وتبقى الرسوم مجمدة حتى 1 يونيو 2022 كما قالت لينا سامر.",
    ),
    ("We planted 250,000 trees, not 25,000.", "زرعنا 250 ألف شجرة لا 25 ألفا."),
    ('"No one will close the school," she wrote.', "وكتبت «لن يغلق أحد المدرسة»."),
    ("Nearly one in three visitors came by train at 4:30 pm.", "جاء قرابة ثلث الزوار بالقطار في الرابعة والنصف عصرا."),
    ("The price rose by 3.5% to $12 million.", "ارتفع السعر 3.5 في المئة إلى 12 مليون دولار."),
]


def pair_records() -> list[dict[str, Any]]:
    """Six pairs with every kind of column."""
    finding = {"code": "number.differs", "severity": "error", "message": "differs", "en_start": 0, "en_end": 3}
    finding |= {"ar_start": None, "ar_end": None, "detail": {"en": "3"}}
    return [
        {
            "pair_id": f"p{n}", "en": en, "ar": ar, "probability": 0.5 + n / 20, "split": "train",
            "doc_id": f"d{n // 2}",
            "published": "2022-03-20", "tweet": n, "ar_start": 0, "ar_end": len(ar),
            "findings": [finding] if n % 2 else [],
            "outlet": "news.example", "tweet_id": str(10**18 + n), "extra": {"note": ["kept", n]},
        }
        for n, (en, ar) in enumerate(PAIRS)
    ]  # fmt: skip


class Refused(Exception):
    """A command that ended with one line and its exit code."""


def command(*arguments: str) -> str:
    """What the command prints. Raises Refused for what the command line says in one line, else whatever breaks."""
    import typer._click.exceptions as usage

    from align.cli.app import app
    from align.errors import AlignError

    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = app(list(arguments), standalone_mode=False)
    except AlignError as error:
        assert str(error).strip() and "\n" not in str(error).strip()[:-1], f"not one line: {error}"
        raise Refused(type(error).__name__) from None
    except usage.ClickException as error:
        raise Refused(type(error).__name__) from None
    if code not in (0, None, 1):
        raise Refused(f"exit {code}")
    return out.getvalue()


class Records:
    """Input by number: a file or folder made by chance from a valid one, imported and checked."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._seed, self._folder = seed, folder
        self._faults = sorted(p for p in FAULTS.iterdir() if p.suffix != ".py") if FAULTS.is_dir() else []
        folder.mkdir(parents=True, exist_ok=True)
        self._rows = folder / "rows.jsonl"
        self._rows.write_text(
            "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in pair_records()), encoding="utf-8"
        )
        for form in FORMATS:
            command("export", str(self._rows), "--format", form, "--out", str(folder / f"valid.{form}"), "--overwrite")

    def __call__(self, number: int) -> list[str]:
        chance = random.Random(f"{self._seed}:{number}")
        if number < len(self._faults):
            source = self._given(self._faults[number])
            return self._read(source, "faults", [], chance)
        form = FORMATS[number % len(FORMATS)]
        source, spared = self._made(form, chance)
        return self._read(source, form, spared, chance)

    def _given(self, file: Path) -> Path:
        source = self._folder / f"in{file.suffix}"
        shutil.copyfile(file, source)
        return source

    def _made(self, form: str, chance: random.Random) -> tuple[Path, list[str]]:
        """The changed file, and the English of the pairs that must come through, where only one record was touched."""
        valid, source = self._folder / f"valid.{form}", self._folder / f"in.{form}"
        for old in self._folder.glob("in*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        if form == "dataset":
            shutil.copytree(valid, source)
            shard = next(source.rglob("*.parquet"))
            spared = self._change(shard, "parquet", chance)
            if chance.random() < 0.1:
                (source / "data" / "more.parquet").mkdir()
            return source, spared
        if form == "moses":
            for side in ("en", "ar", "ids"):
                shutil.copyfile(f"{valid}.{side}", f"{source}.{side}")
            self._change(self._folder / f"in.moses.{chance.choice(('en', 'ar', 'ids'))}", "moses", chance)
            return source, []
        shutil.copyfile(valid, source)
        return source, self._change(source, form, chance)

    def _change(self, file: Path, form: str, chance: random.Random) -> list[str]:
        """Change the file; the English of the pairs that were not touched, where the change is to one record."""
        data = file.read_bytes()
        one = STRUCTURES.get(form)
        if one is not None and chance.random() < 0.6:
            place = chance.randrange(len(PAIRS))
            file.write_bytes(one(data, place, chance))
            return [en for n, (en, _) in enumerate(PAIRS) if n != place]
        if form in LINES and chance.random() < 0.3:
            lines = data.splitlines(keepends=True)
            place = chance.randrange(len(lines))
            changed = mutated(lines[place].rstrip(b"\r\n"), chance)
            lines[place] = changed.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"
            file.write_bytes(b"".join(lines))
            if form == "jsonl" and not changed.startswith((b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")):
                return [en for n, (en, _) in enumerate(PAIRS) if n != place and place > 0]
            return []
        file.write_bytes(mutated(data, chance))
        return []

    def _read(self, source: Path, form: str, spared: list[str], chance: random.Random) -> list[str]:
        """Import and check; a code of what became of each."""
        out = self._folder / "out.jsonl"
        out.unlink(missing_ok=True)
        codes = []
        named = ["--format", form] if form in FORMATS and chance.random() < 0.2 else []
        try:
            command("import", str(source), "--out", str(out), *named)
            codes += self._imported(out, spared)
        except Refused as refused:
            assert not spared, f"{form}: {refused}: the whole file refused for one record"
            codes.append(f"import {refused}")
        for file in [source] if chance.random() < 0.5 else [source, out]:
            if file.exists():
                codes.append(self._checked(file, chance.choice(CHECKED)))
        return codes

    def _imported(self, out: Path, spared: list[str]) -> list[str]:
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
        assert all(isinstance(row[side], str) for row in rows for side in ("en", "ar", "pair_id")), (
            "a side is no string"
        )
        missing = set(spared) - {row["en"] for row in rows}
        assert not missing, f"one record was touched, {len(missing)} others are lost"
        beside = out.with_name("out.jsonl.rejected.jsonl")
        refused = (
            [json.loads(line) for line in beside.read_text(encoding="utf-8").splitlines()] if beside.exists() else []
        )
        beside.unlink(missing_ok=True)
        assert all(row["reason"] and row["detail"] for row in refused), "refused without a reason"
        return ["imported"] * len(rows) + [row["reason"] for row in refused]

    def _checked(self, file: Path, form: str) -> str:
        try:
            said = command("check", str(file), "--no-encoder", "-f", form)
        except Refused as refused:
            return f"check {refused}"
        if form == "jsonl":
            for line in said.splitlines():
                check_row(json.loads(line))
        return "checked"


def check_row(row: dict[str, Any]) -> None:
    """Raises AssertionError for a judgement that says nothing, or points outside its texts."""
    assert row["verdict"] or row.get("error"), f"neither verdict nor error: {row['pair_id']!r}"
    for finding in row["findings"]:
        for side in ("en", "ar"):
            start, end = finding[f"{side}_start"], finding[f"{side}_end"]
            assert start is None or 0 <= start <= end <= len(row[side]), f"{finding['code']} outside its text"


def one_line(data: bytes, place: int, chance: random.Random) -> bytes:
    """JSONL with one record changed."""
    lines = data.decode("utf-8").splitlines()
    lines[place] = odd_record(json.loads(lines[place]), chance)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def one_row(separator: str) -> Callable[[bytes, int, random.Random], bytes]:
    """A table with one row changed."""

    def change(data: bytes, place: int, chance: random.Random) -> bytes:
        import csv

        text = data.decode("utf-8")
        lines = [line.split("\t") for line in text.splitlines()]
        if separator == ",":
            lines = list(csv.reader(io.StringIO(text, newline="")))
        row, at = lines[place + 1], chance.randrange(6)
        value = odd_value(chance)
        cell = value if isinstance(value, str) else json.dumps(value)
        match at:
            case 0:
                del row[chance.randrange(3) :]
            case 1:
                row.extend([cell] * chance.choice((1, 40)))
            case _:
                row[chance.randrange(len(row))] = cell
        out = io.StringIO(newline="")
        if separator == ",":
            csv.writer(out, lineterminator="\r\n").writerows(lines)
        else:
            out.write("".join("\t".join(" ".join(cell.split()) for cell in line) + "\r\n" for line in lines))
        text = out.getvalue()
        if separator == "," and at == 2:  # a quote that opens and does not close
            whole = text.split("\r\n")
            whole[place + 1] = '"' + whole[place + 1].replace('"', "")
            text = "\r\n".join(whole)
        return text.encode("utf-8", "surrogatepass")

    return change


def one_unit(data: bytes, place: int, chance: random.Random) -> bytes:
    """TMX or XLIFF with one unit changed, well-formed."""
    from lxml import etree

    tree = etree.fromstring(data)
    units = [
        e for e in tree.iter() if isinstance(e.tag, str) and etree.QName(e).localname in ("tu", "trans-unit", "unit")
    ]
    inner = [e for e in units[place].iter() if isinstance(e.tag, str)]
    for _ in range(chance.choice((1, 1, 2, 4))):
        element = chance.choice(inner)
        text = "".join(c for c in odd_text(chance) if c.isprintable() or c == "\n").replace("\ufffe", "")
        match chance.randrange(7):
            case 0:
                element.text = text
            case 1:
                names = list(element.attrib) or ["type"]
                element.set(chance.choice(names), text)
            case 2:
                for name in list(element.attrib):
                    element.set(name, element.get(name) + ":json")
                element.text = text
            case 3 if element.getparent() is not None and element is not units[place]:
                element.getparent().remove(element)
                inner = [e for e in units[place].iter() if isinstance(e.tag, str)]
            case 4:
                child = element
                for _ in range(chance.choice((1, 50, 200))):
                    child = etree.SubElement(child, chance.choice(("hi", "seg", "tu", "note", "x", "g", "source")))
                child.text = text
            case 5:
                element.append(etree.Comment("x"))
                element.append(etree.ProcessingInstruction("x", "y"))
            case _:
                element.set(
                    "{http://www.w3.org/XML/1998/namespace}lang", chance.choice(("ar", "en", "", "fa", "x" * 500))
                )
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True)


def one_column(data: bytes, place: int, chance: random.Random) -> bytes:
    """Parquet in which a column, or one more, is of another type, with one odd value and nulls."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(data))
    values: list[tuple[pa.DataType, Any]] = [
        *((pa.timestamp(unit), v) for unit in ("ms", "us", "ns") for v in (2**62, -(2**62), 0, 10**12)),
        *((pa.timestamp(unit, tz="UTC"), v) for unit in ("s", "us") for v in (2**52, -(2**52), 0)),
        *((pa.date32(), v) for v in (2**31 - 1, -(2**31), 19_000)), (pa.date64(), 86_400_000 * 10**8),
        (pa.time64("us"), 10**10), (pa.duration("ns"), 2**62), (pa.binary(), b"\xff\x00\xd8"), (pa.large_string(),
        "x"),
        (pa.float16(), None), (pa.list_(pa.string()), ["x", None]), (pa.struct({"en": pa.string()}), {"en": "x"}),
        (pa.map_(pa.string(), pa.int32()), [("x", 1)]), (pa.bool_(), True), (pa.null(), None), (pa.uint64(),
        2**64 - 1),
        (pa.float64(), float("nan")), (pa.string(), odd_text(chance).encode("utf-8", "replace").decode()),
    ]  # fmt: skip
    kind, value = chance.choice(values)
    column = pa.array([value if n == place else None for n in range(len(table))], kind)
    others = [name for name in table.column_names if name not in ("en", "ar")]
    name = chance.choice((*others, "other", "translation", "date"))
    if name in table.column_names:
        table = table.set_column(table.column_names.index(name), name, column)
    else:
        table = table.append_column(name, column)
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


STRUCTURES: dict[str, Callable[[bytes, int, random.Random], bytes]] = {
    "jsonl": one_line,
    "tsv": one_row("\t"),
    "csv": one_row(","),
    "tmx": one_unit,
    "xliff1.2": one_unit,
    "xliff2.1": one_unit,
    "parquet": one_column,
}


def records(small: bool, chance: random.Random, work: Path) -> Iterator[Finding]:
    """Mutated files of every format."""
    seed, count = chance.getrandbits(32), SMALL if small else COUNT
    results = guarded(count, lambda: Records(seed, work / "records"))
    yield f"{count} files of pairs: {results.summary()}", results.told()
