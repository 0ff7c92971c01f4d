"""Write data/lexicon/countries.tsv: every country's names and nationality words, from babel's CLDR and demonyms.tsv.

usage: python scripts/build_names.py

English and Arabic names come from CLDR (territories of two letters); other names and the English nationality words from
data/lexicon/demonyms.tsv. The regular Arabic nationality word (nisba) is made from the name: article and final
ية، يا، ا، ة off, ي on.
"""

from pathlib import Path

from babel import Locale

from align.files import write_atomic

ROOT = Path(__file__).parents[1] / "data" / "lexicon"
# Groups, uninhabited places and outlying parts that news never names, and names that are ordinary words.
SKIPPED = set("AC AQ BV CC CP CQ CX DG EA EU EZ GS HM IC IO QO TA TF UM UN XA XB ZZ NF PN BL MF SX".split())


def nisba(name):
    if " " in name:
        return []
    base = name
    for ending in ("ية", "يا", "ا", "ة"):
        if base.endswith(ending) and len(base) > len(ending) + 2:
            base = base[: -len(ending)]
            break
    return [base + "ي"]


def main():
    english, arabic = Locale("en").territories, Locale("ar").territories
    own = {}
    for line in (ROOT / "demonyms.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, *cells = (line.split("\t") + [""] * 4)[:5]
            own[code] = [[x for x in cell.split("|") if x] for cell in cells]
    codes = sorted({c for c in english if len(c) == 2 and c.isalpha() and c not in SKIPPED} | set(own))
    lines = ["# kind\tcountry\tEnglish\tArabic; made by scripts/build_names.py, do not edit"]
    for code in codes:
        names, people, ar_names, ar_people = own.get(code, [[], [], [], []])
        en = [english[code].replace("&", "and").split(" (")[0]] if code in english else []
        ar = [arabic[code].split(" (")[0]] if code in arabic else []
        ar_names = list(dict.fromkeys(ar_names + ar))
        nationality = [n for name in ar_names for n in nisba(name.removeprefix("ال") if name[:2] == "ال" else name)]
        en_all = dict.fromkeys([*en, *names, *people])
        ar_all = dict.fromkeys([*ar_names, *ar_people, *nationality])
        lines.append(f"country\t{code}\t{'|'.join(en_all)}\t{'|'.join(ar_all)}")
    write_atomic(ROOT / "countries.tsv", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
