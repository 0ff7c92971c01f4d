"""Every command that writes: what comes before it, and what it writes."""

from __future__ import annotations

from dataclasses import dataclass

FORMATS = "jsonl tsv csv moses tmx xliff1.2 xliff2.1 parquet dataset".split()
RUN = ("run", "old.jsonl", "--out", "run", "-q")
BUILD = ("index", "build", "tweets.jsonl", "--out", "idx", "-q")
# A store with the pairs of the run, all of them accepted by one reviewer.
DECIDE = ("decide", "run", "store.sqlite")
Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command, what comes before it, and what it writes."""

    name: str
    before: tuple[Command, ...]
    command: Command
    out: str  # file or folder, in the working folder
    reads: tuple[str, ...] = ()  # inputs, which must stay as they were
    instead: Command = ()  # what a message that the result is there already tells to do

    @property
    def is_folder(self) -> bool:
        """Whether `--out` names a folder, or the beginning of several names."""
        return self.name.startswith(("run", "mine", "index", "export dataset", "export moses"))


def scenarios() -> list[Scenario]:
    """Every command that writes."""
    found = [
        Scenario("run", (), RUN, "run", ("old.jsonl",)),
        Scenario("run again", (RUN,), ("run", "new.jsonl", "--out", "run", "-q"), "run"),
        Scenario("run --redo", (RUN,), ("run", "new.jsonl", "--out", "run", "-q", "--redo"), "run"),
        Scenario("run --tweets", (BUILD,), (*RUN, "--tweets", "idx"), "run", ("idx",)),
        Scenario("report", (RUN,), ("report", "run", "--out", "report.html"), "report.html", ("run",)),
        Scenario("evaluate", (), ("evaluate", "pairs.jsonl", "--out", "figures.json", "--json"), "figures.json"),
        Scenario("mine", (), ("mine", "mine.en", "mine.ar", "--out", "mined", "-q"), "mined", ("mine.en", "mine.ar")),
        Scenario("index build", (), BUILD, "idx", ("tweets.jsonl",), ("index", "add", "idx", "tweets.jsonl", "-q")),
        Scenario("index add", (BUILD,), ("index", "add", "idx", "later.jsonl", "-q"), "idx", ("later.jsonl",)),
        Scenario(
            "index merge",
            (BUILD, ("index", "build", "later.jsonl", "--out", "other", "-q")),
            ("index", "merge", "idx", "other"),
            "idx",
            ("other",),
        ),
        Scenario("import", (), ("import", "pairs.jsonl", "--out", "in.jsonl"), "in.jsonl", ("pairs.jsonl",)),
        *_of_corpora(),
        *_of_reviews(),
    ]
    for form in FORMATS:
        export = ("export", "pairs.jsonl", "--format", form, "--out", f"export/{form}")
        instead = (*export, "--overwrite") if form == "dataset" else ()
        found.append(Scenario(f"export {form}", (), export, "export", ("pairs.jsonl",), instead))
        old = ("export", "more.jsonl", *export[2:])
        found.append(Scenario(f"export {form} over another", (old,), instead or export, "export", ("pairs.jsonl",)))
    return found


def _of_corpora() -> list[Scenario]:
    bare = ("export", "placed.jsonl", "--dehydrate", "--out", "bare.jsonl")
    two, both = ("pairs.jsonl", "more.jsonl"), ("corpus", "filter", "pairs.jsonl", "more.jsonl")
    return [
        Scenario("corpus filter", (), (*both, "--filter", "min_probability=0.85", "--out", "f.jsonl"), "f.jsonl", two),
        Scenario("corpus merge", (), ("corpus", "merge", *two, "--out", "m.jsonl"), "m.jsonl", two),
        Scenario("corpus split", (), ("corpus", "split", "pairs.jsonl", "--out", "s.jsonl"), "s.jsonl", two[:1]),
        Scenario("export --dehydrate", (), bare, "bare.jsonl", ("placed.jsonl",)),
        Scenario(
            "corpus hydrate",
            (bare,),
            ("corpus", "hydrate", "bare.jsonl", "--tweets", "embedded.jsonl", "--out", "back.jsonl"),
            "back.jsonl",
            ("bare.jsonl", "embedded.jsonl"),
        ),
    ]


def _of_reviews() -> list[Scenario]:
    out = ("--out", "accepted.jsonl")
    return [
        Scenario("review export", (RUN, DECIDE), ("review", "export", "store.sqlite", *out), "accepted.jsonl"),
        Scenario(
            "review export --decisions",
            (RUN, DECIDE),
            ("review", "export", "store.sqlite", *out, "--decisions", "decisions.jsonl"),
            "decisions.jsonl",
        ),
    ]


def out_of(command: Command, place: str) -> Command:
    """The command with another place for its result."""
    at = command.index("--out")
    return (*command[: at + 1], place, *command[at + 2 :])
