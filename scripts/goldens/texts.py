"""Lines of text in many scripts, good and odd, for tokenizers to be compared on.

There is no corpus to download: the words are those that Python packages bring along. Django has its messages in some hundred
languages, Babel the names of languages, countries and currencies in three hundred, Faker names, addresses and prose, and Django's
source is code. Whatever is drawn is drawn by the seed, so that the same versions (requirements.txt) give the same lines.
"""

import gettext
import random
import unicodedata
from functools import cache
from pathlib import Path

import babel
import django
import faker
from babel.localedata import locale_identifiers
from faker.config import AVAILABLE_LOCALES

SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", *"\u00a0\u2009\u2003\u3000\u202f\u1680\u2028\u0085\u000b\u000c"]
INVISIBLES = list("\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff\u00ad\u034f\ufe0e\ufe0f\u180e\u061c")
CONTROLS = [chr(c) for c in [*range(0x20), 0x7F, *range(0x80, 0xA0), 0xFFFD, 0xFFFE, 0xFFFF, 0xE000, 0xF8FF, 0x10FFFF, 0xE0001]]
MARKS = list("\u0300\u0301\u0302\u0308\u0323\u0327\u0328\u0345\u0335\u05b0\u05bc\u064b\u0651\u0670\u093c\u094d\u0e31\u0e38\u3099\u309a"
             "\u20e3\u1ab0\U0001d165")
FACES = [chr(c) for c in [*range(0x1F600, 0x1F650), *range(0x1F900, 0x1F980), *range(0x2600, 0x2650)]]
PEOPLE = ["👩", "👨", "🧑", "👧", "👦", "👶"]
SKINS = [chr(c) for c in range(0x1F3FB, 0x1F400)]
THINGS = ["⚕️", "🎓", "🍳", "🚀", "💻", "❤️", "🤝", "✈️"]


@cache
def translations():
    """Language to Django's messages in it, as written for people: with placeholders and line breaks."""
    messages = {"en": set()}
    for path in sorted(Path(django.__file__).parent.rglob("*.mo")):
        with open(path, "rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog
        for original, message in catalogue.items():
            if original:
                messages["en"].add(original if isinstance(original, str) else original[0])
                messages.setdefault(path.parts[-3], set()).add(message)
    return {language: sorted(texts) for language, texts in sorted(messages.items())}


@cache
def languages():
    """The languages whose names Babel knows."""
    return [name for name in sorted(locale_identifiers()) if babel.Locale.parse(name).languages]


@cache
def names(language):
    """What Babel calls languages, countries, currencies, scripts and months in a language."""
    locale = babel.Locale.parse(language)
    tables = [locale.languages, locale.territories, locale.currencies, locale.scripts,
              locale.months["format"]["wide"], locale.days["format"]["wide"]]
    return [name for table in tables for _, name in sorted(table.items(), key=lambda item: str(item[0]))]


@cache
def fakers():
    return {locale: faker.Faker(locale) for locale in sorted(AVAILABLE_LOCALES) if locale != "fr_QC"}  # the old name of fr_CA


@cache
def code():
    """Lines of Python, HTML and JavaScript, with their indentation."""
    root = Path(django.__file__).parent
    paths = [path for folder in ("db", "contrib/admin", "utils") for path in sorted((root / folder).rglob("*"))]
    sources = [path.read_text(encoding="utf-8") for path in paths if path.suffix in (".py", ".html", ".js")]
    return [line for source in sources for line in source.splitlines() if line.strip()]


def prose(rng):
    """A text as a person writes it, in some language."""
    kind = rng.randrange(10)
    if kind < 5:
        messages = translations()
        chosen = messages[rng.choice(list(messages))]
        return " ".join(rng.choice(chosen) for _ in range(rng.choice([1, 1, 2, 3])))
    if kind < 7:
        chosen = names(rng.choice(languages()))
        return rng.choice([", ", " ", "、", " — ", "; ", "/"]).join(rng.choice(chosen) for _ in range(rng.randrange(1, 8)))
    if kind < 9:
        locale = rng.choice(list(fakers()))
        generator = fakers()[locale]
        generator.seed_instance(rng.getrandbits(32))
        makers = [generator.name, generator.address, generator.company, generator.url]
        return rng.choice([generator.paragraph] * 3 + makers)()
    lines, start = code(), rng.randrange(len(code()) - 8)
    return "\n".join(lines[start:start + rng.choice([1, 1, 1, 4, 8])])


def emoji(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return "\u200d".join(rng.choice(PEOPLE) + rng.choice(["", *SKINS]) for _ in range(rng.randrange(2, 5)))
    if kind == 1:
        return rng.choice(PEOPLE) + rng.choice(["", *SKINS]) + "\u200d" + rng.choice(THINGS)
    if kind == 2:  # flags of countries, real or not
        return "".join(chr(rng.randrange(0x1F1E6, 0x1F200)) for _ in range(rng.randrange(1, 5)))
    if kind == 3:  # flags of regions, spelled in tags
        return "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in rng.choice(["gbsct", "gbwls", "ustx"])) + "\U000e007f"
    if kind == 4:
        return rng.choice("0123456789#*") + rng.choice(["\ufe0f", ""]) + "\u20e3"
    return "".join(rng.choice(FACES) + rng.choice(["", "\ufe0f", "\ufe0e"]) for _ in range(rng.randrange(1, 4)))


def number(rng):
    digits = "".join(rng.choice("0123456789") for _ in range(rng.choice([1, 2, 4, 9, 20])))
    zero = rng.choice([0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE])
    localized = "".join(chr(zero + int(digit)) for digit in digits)
    return rng.choice([localized, f"${digits}.99", f"-{digits}", f"{digits}%", f"{int(digits):,}", f"1e{digits[:3]}", "½", "Ⅷ", "①",
                       f"0x{int(digits):x}", f"{digits}th"])


def fullwidth(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def with_marks(text, rng):
    return "".join(c + "".join(rng.choice(MARKS) for _ in range(rng.choice([0, 0, 0, 1, 1, 3]))) for c in text)


def scattered(text, inserted, rng):
    pieces = list(text)
    for _ in range(1 + len(pieces) // 12):
        pieces.insert(rng.randrange(len(pieces) + 1), rng.choice(inserted))
    return "".join(pieces)


def oddity(rng, special_tokens):
    """A text that no person writes, or seldom."""
    text = prose(rng)
    any_scalar = lambda: chr(rng.choice([rng.randrange(0xD800), rng.randrange(0xE000, 0x110000), rng.randrange(0x20000)]) or 1)
    changes = [
        str.upper, str.title, str.swapcase, fullwidth, lambda text: text[::-1], lambda text: "".join(text.split()),
        *(lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")),
        lambda text: with_marks(text[:100], rng),
        *(lambda text, kind=kind: scattered(text, kind, rng) for kind in (SPACES, INVISIBLES, CONTROLS)),
        lambda text: rng.choice(SPACES) * rng.randrange(1, 4) + text + rng.choice(SPACES) * rng.randrange(1, 4),
        lambda text: rng.choice(SPACES).join(text.split()),
        lambda text: text + rng.choice(SPACES + [""]) + prose(rng) + rng.choice(SPACES + [""]) + prose(rng),
        lambda text: "".join(word + rng.choice([" ", ""]) + emoji(rng) for word in text.split()[:12]),
        lambda text: " ".join(word + rng.choice([" ", ""]) + number(rng) for word in text.split()[:12]),
        lambda text: scattered(text[:200], special_tokens + [" " + token + " " for token in special_tokens], rng),
        lambda text: "".join(any_scalar() for _ in range(rng.randrange(1, 40))),
        lambda text: "".join(rng.choice(text or " ") for _ in range(rng.randrange(1, 60))),
        lambda text: (text[:rng.randrange(1, 5)] or " ") * rng.randrange(1, 200),
        lambda text: rng.choice(["'s", "'S", "'re", "'LL", "’ve", "'t", " 't", "n't"]).join(text.split()[:12]),
    ]
    for change in rng.sample(changes, rng.choice([1, 1, 1, 2])):
        text = change(text)
    return "".join(c for c in text if not 0xD800 <= ord(c) < 0xE000)  # fullwidth and any_scalar keep clear of these; a surprise should not


def lines(count, seed, special_tokens):
    """`count` texts, half of them ordinary, half odd; one in a hundred is thousands of characters long. `special_tokens` come up inside."""
    rng = random.Random(seed)
    texts = []
    while len(texts) < count:
        text = prose(rng) if rng.random() < 0.5 else oddity(rng, special_tokens)
        if rng.random() < 0.01:
            separator = rng.choice([" ", "\n", "", "\u3000"])
            while len(text) < 4000:
                text += separator + (prose(rng) if rng.random() < 0.8 else oddity(rng, special_tokens))
        texts.append(text)
    return texts
