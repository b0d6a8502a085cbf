"""Sentences of all kinds for the goldens of the bundled model: what people write, and what they should not."""

SHORT = [
    "What a wonderful film!", "I want my money back.", "It arrived on Tuesday.", "", " ", "a", "?!",
    "not bad at all", "The worst meal I have ever had.", "I can't say I hated it.", "Meh.", "GREAT!!!",
    "Crème brûlée was sublime", "naïve façade, Ångström", "Das ist schön.", "это хороший фильм", "我喜欢这部电影",
    "映画が好きです", "한국어 문장", "مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया", "ภาพยนตร์ดี", "I ❤️ this 😀👍🏽",
    "👨‍👩‍👧‍👦 family 🇫🇷", "tabs\tand\nnew\r\nlines", "nul\x00and\x1bescape", "zero\u200bwidth\u00adsoft",
    "e\u0301 and é differ", "ﬁne ligature Ⅳ ½", "İstanbul ẞ ΑΣ", "[CLS] inside [SEP] text [MASK]", "[cls] is no token",
    "3.14159 is 22/7?", "user@example.com", "$9.99 — 50% off…", "state-of-the-art", "x" * 101, "\ufffd\ue000 private",
    "\U0001d4d7\U0001d4ee\U0001d4f5\U0001d4f5\U0001d4f8 math", "“Quoted” ‘text’", "don't, won't; shan't",
]

LONG = [
    "The plot wanders for an hour before it finds its feet, but the last twenty minutes are so tender and so well "
    "acted that I forgave everything that came before.",
    "Battery died after two weeks, support never answered, and the replacement they finally sent was for another "
    "model. Avoid.",
    "On the whole the committee's report is careful, and where it errs it errs on the side of caution; that is "
    "neither praise nor blame.",
    "great " * 100,
    "Ein langer Satz über Käse, Brötchen, 電車 and 日本語, mixed with English, русский язык и ещё немного, to see that "
    "nothing shifts: offsets count code points — even after 😀😀😀.",
    "truncated " * 700,
]

PAIRS = [
    ("The room was clean.", "The staff was rude."), ("", "second only"), ("first only", ""),
    ("short", "word " * 600), ("word " * 600, "short"), ("left " * 400, "right " * 400),
    ("I ❤️ it", "moi non plus"),
]
