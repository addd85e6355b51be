"""
One person's name, told from everything else that stands where names do.

Better fewer authors than bad ones: a name that may be a desk, a site or a phrase is left out. Names stay as printed;
only one that is all capitals is set in the case that names have.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from newsclean.fields.given_names import begins_with_given_name
from newsclean.fields.leads import MAX_NAME, without_lead
from newsclean.normalise import line, site_key
from newsclean.record import Author

__all__ = [
    "BRACKETS",
    "DEGREE",
    "EMAIL",
    "TITLE",
    "is_caseless",
    "is_rank",
    "name_key",
    "person",
    "person_key",
    "without_title",
]

MAX_WORDS = 6

_SITE_CHARS = 5
"""Characters of a site's name that is no part of a person's, at least."""

# "ChecklistsJust EngagedTown": several such words are links run together, one may be "VanderMeer".
_RUN_TOGETHER = re.compile(r"[^\W\d_]{4,}[a-zß-ÿ][A-Z][^\W\d_A-Z]{3,}")
_THREE_TOGETHER = re.compile(r"(?:[A-Z][^\W\d_A-Z]{3,}){3,}")  # "ListenDownloadTranscript"
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_HANDLE = re.compile(r"(?<![\w@])@\w{2,40}")
BRACKETS = re.compile(r"\s?[(\[（【][^()\[\]（）【】]{0,80}[)\]）】]")
_PARTICLES = frozenset(
    "de del della dello der den des di da dal das dos do du la le el al bin bint ibn ben van von vom zu "
    "zum zur ter ten te af "
    "av y e i und abu umm san st st. der d' mc o' 't la' dela delos las los".split(),
)
_ARTICLES = frozenset("Le La Les El Los Il Der Die Das Zur Zum Im Am Auf Mit Für Bei Nach Aus".split())
_NO_NAME = frozenset(
    """
    news desk staff team editor editors editorial redaktion redaktionen redaktionell redaction rédaction redacción
    redazione
    redação redactie redakcja редакция redaktionsteam toimitus newsroom bureau press agency agencies agence agencia
    agenzia
    agentur agenturen online digital media magazine daily times post herald tribune gazette journal today tv radio
    network
    network. correspondent correspondents korrespondent korrespondenten korrespondentin correspondant corresponsal
    corrispondente reporter reporters writer writers contributor contributors guest admin administrator author authors
    by company inc ltd llc gmbh corp foundation institute university department ministry center centre association
    council
    committee group service services studio studios club official support marketing content brand sponsored partner
    partners web website webmaster blog com org net the our your share follow read more subscribe newsletter view all
    posts profile comments comment article articles published updated advertisement photo photos video image images
    copyright getty reuters afp dpa ap apa ansa efe tass sda ats pti ani ians upi xinhua bloomberg board community
    members users user forum anonymous unknown none null undefined n/a test demo wire wires special international
    how what why when where who which do does not for to from in on at is are was were best top new guide guides
    complete
    find jobs reviewer reviewed expert experts
    start here buying learn browse open example sentences product products policy privacy terms series catalog tips
    culture
    dear hello
    available unavailable currently
    first last name strategy solutions health library program programs book books story stories page pages recipe
    recipes
    nachrichten zeitung tageszeitung rundschau anzeiger kurier presse verlag autoren gastautor gastbeitrag leserbrief
    nachricht private gesundheit politik wirtschaft kultur ratgeber lokales wissenschaft unterhaltung music records
    sekretariat pressestelle verein verband departement ministerium bundesministerium amt universität stiftung
    interview analyse kommentar meinung email contact about home login register
    """.split(),
)
_NO_NAME_CJK = (
    "社会部",
    "政治部",
    "経済部",
    "国際部",
    "運動部",
    "文化部",
    "科学部",
    "地域部",
    "報道部",
    "総局",
    "支局",
    "新聞",
    "新闻",
    "日報",
    "日报",
    "通信",
    "編集",
    "编辑",
    "取材班",
    "オンライン",
    "デジタル",
    "記者会",
    "委員会",
    "배포",
    "뉴스",
    "신문",
    "편집",
    "취재",
    "팀",
)
TITLE = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|journalist|columnist|producer|director|chief|president|professor|"
    r"analyst|contributor|manager|author|expert|specialist|founder|ceo|columnists|dietitian|nutritionist|psychologist|"
    r"therapist|economist|historian|meteorologist|strategist|educator|lecturer|researcher|physician|attorney|"
    r"consultant|horticultur(?:al)?ist|gardener|astrologer|copywriter|redakteur\w{0,2}|redakteurin|"
    r"korrespondent\w{0,2}|chefredakteur\w{0,2}|journaliste|rédacteur|rédactrice|envoyée? spéciale?|redactor|"
    r"redactora|periodista|giornalista|corrispondente|inviato|jornalista|redacteur|dziennikarz|обозреватель|"
    r"корреспондент|журналіст(?:ка)?|журналист|кореспондент(?:ка)?|репортер|дописник|dopisnik|corespondent|"
    r"corresponsal|ανταποκριτής|δημοσιογράφος|phóng viên|spravodajca|koresponden|wartawan|novinar(?:ka)?|новинар|"
    r"žurnālists|žurnalistas|ajakirjanik|blaðamaður)\b|기자|記者|记者|特派員|編集委員",
    re.IGNORECASE,
)
_RANK = frozenset(
    "senior junior chief lead head deputy political health science sports staff guest contributing "
    "managing executive special "
    "associate assistant freelance master foreign national environment technology business investigative "
    "co vice principal leitender stellvertretender education consumer affairs home diplomatic defence defense security "
    "economics economy social transport crime legal royal arts culture football cricket rugby world europe asia africa "
    "city local community data audience digital news features climate energy industry property money personal finance "
    "media religion religious showbiz entertainment tv travel food motoring lifestyle fashion "
    "northern southern scotland wales ireland us uk eu brussels washington middle parliamentary westminster".split(),
)
# "al-Masri", "d'Ornano": the capital stands behind the article.
_ARTICLED = re.compile(r"(?:[ae]l-|d['’]|l['’]|dell['’]|a[dnrs]h?-)(?=[^\W\d_a-zß-ÿ])")
DEGREE = re.compile(
    r"(?:Ph\.?\s?D|M\.?D|M\.?B\.?A|J\.?D|M\.?S|M\.?A|B\.?A|B\.?S|R\.?D|R\.?N|D\.?O|Ed\.?D|Psy\.?D|LCSW|CPA|"
    r"CFP|CFA|CSCS|MPH|"
    r"DDS|DVM|Esq|Jr|Sr|II|III|IV|RDN|LDN|CEPF|FACS|MSc|BSc|DPhil|LPC|NP|PA-C|PharmD|DPT|LMFT|MSW|MEd|FAND|CDN)[.®]?",
)
_HONORIFIC = re.compile(r"^(?:(?:dr|prof|professor|mr|mrs|ms|sir|med) )+(?=\w+ \w)")
_CJK_NAME = re.compile(
    r"[\u3400-\u9fff\u3005々]{2,5}|[\uac00-\ud7a3]{2,4}|[\u3400-\u9fff]{1,3}[\u3040-\u30ff]{1,4}|"
    r"[\u30a0-\u30ff]{2,12}[・·][\u30a0-\u30ff]{2,12}"
)
# "记者张三", "本报记者 张三": the trade before the name.
_CJK_TRADE = re.compile(
    r"^(?:本[报報网網刊]|新华社)?(?:特[约約派])?(?:记者|記者|通讯员|通訊員|編集委員|論説委員)\s?(?=[\u3400-\u9fff]{2})"
)
_CJK_TITLE = re.compile(r"\s?(?:기자|특파원|논설위원|선임기자|記者|记者|特派員|編集委員|論説委員)$")


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """
    Return *name* in the form two spellings of it share.

    >>> name_key("JANE  Doe-Smith") == name_key("Jane Doe Smith")
    True
    """
    return " ".join(re.findall(r"\w+", name.casefold()))


def person_key(name: str) -> str:
    """
    Return *name* in the form that it shares with the same name behind a title.

    >>> person_key("Dr. Jane Doe") == person_key("Jane Doe")
    True
    """
    return _HONORIFIC.sub("", name_key(name))


def person(
    name: str,
    *,
    typed: bool = False,
    not_names: Sequence[str] = (),
) -> Author | None:
    """
    Return the person called *name*, or None when it may be something else.

    Args:
        name: as printed or declared.
        typed: whether the page says that it is a person; a single name or one without capitals is then taken.
        not_names: what the site, the publisher and the agencies are called.
    """
    raw = line(name[:MAX_NAME])
    text, email = _without_address(raw)
    text = without_lead(text)
    title = None
    if "," in text:
        head, _, tail = text.partition(",")
        parts = [p.strip() for p in tail.split(",")]
        if all(DEGREE.fullmatch(p) for p in parts if p):
            text = f"{head.strip()}, {tail.strip()}"
        else:
            text, title = head.strip(), tail.strip()
    else:
        text, title = without_title(text)
    text = _CJK_TRADE.sub("", text)
    if match := _CJK_TITLE.search(text):
        text, title = text[: match.start()], match.group().strip()
    text = text.strip(" .,:;-–—|/*\"'“”„«»")
    if text.endswith((" Ph.D", " M.D", " Jr", " Sr")) or re.search(r"\b[A-Z]\.[A-Z]$", text):
        text += "."
    if not _is_name(text, typed=typed):
        return None
    # "Rick Steves" on ricksteves.example: the site is called after its author; "Luxury Travel Expert" has no title.
    if _names_site(text, raw, not_names) and not begins_with_given_name(text.title()):
        return None
    shown = _recased(text)
    return Author(name=shown, name_raw=raw if raw != shown else None, email=email, job_title=title or None)


def _names_site(text: str, raw: str, not_names: Sequence[str]) -> bool:
    """Return whether *text*, *raw* with its title, is what a site is called, or has that name among its words."""
    keys = {name_key(n) for n in not_names}
    # A host is often called after its author; "Deutsche Wirtschafts Nachrichten" says itself that it is a paper.
    stated = (site_key(n) for n in not_names if " " in n)
    if not keys.isdisjoint((name_key(text), name_key(raw))) or site_key(text) in stated:
        return True
    said = f" {name_key(text)} "  # "Gründerin Journelles" on journelles.example
    return any(f" {key} " in said for key in keys if len(key) >= _SITE_CHARS)


def _without_address(text: str) -> tuple[str, str | None]:
    email = EMAIL.search(text)
    text = _HANDLE.sub(" ", EMAIL.sub(" ", text))
    return line(BRACKETS.sub(" ", text)), email.group() if email else None


def without_title(text: str) -> tuple[str, str | None]:
    """Return name and job title of "Jane Doe Senior Reporter", where nothing parts them."""
    words = text.split()
    at = next((i for i, w in enumerate(words) if i and TITLE.fullmatch(w.strip("."))), 0)
    while at > 2 and words[at - 1].casefold().strip("-") in _RANK:  # a name has two words at least
        at -= 1
    return (" ".join(words[:at]), " ".join(words[at:])) if at >= 2 else (text, None)


def is_rank(text: str) -> bool:
    """Return whether *text* is a job title and no name: "Deputy Political Editor"."""
    return all(TITLE.fullmatch(word) or word.casefold().strip("-&") in _RANK for word in text.split())


def is_caseless(name: str) -> bool:
    """
    Return whether *name* is in a script without capitals, so that any two words look like it.

    >>> is_caseless("林知远"), is_caseless("Jane Doe")
    (True, False)
    """
    return not any(c.isupper() or c.islower() for c in name)


def _is_name(text: str, *, typed: bool) -> bool:
    """Return whether *text* reads as one person's name."""
    if not text or len(text) > 80 or any(c.isdigit() for c in text) or "http" in text or "@" in text:
        return False
    if _CJK_NAME.fullmatch(text.replace(" ", "").replace("\u3000", "")):
        return not any(word in text for word in _NO_NAME_CJK)
    words = text.split(",", maxsplit=1)[0].split()
    if len(words) > MAX_WORDS or any(w.casefold().strip(".,'’") in _NO_NAME for w in words) or "." in words[0][1:-1]:
        return False
    if not typed and len(words) == 2 and words[0] in _ARTICLES:  # "Le Figaro", "Zur Playlist"
        return False
    if not all(map(_is_word, words)) or any(map(_THREE_TOGETHER.fullmatch, words)):
        return False
    if sum(map(bool, map(_RUN_TOGETHER.fullmatch, words))) > 1:
        return False
    return _has_shape(words, typed=typed)


def _is_word(word: str) -> bool:
    """Return whether *word* is made of letters, their marks, and what stands between letters in names."""
    inner = all(c.isalpha() or c in "'’.-‐·" or unicodedata.category(c)[0] == "M" for c in word)
    return inner and word[0].isalpha() and len(word) <= 40


def _has_shape(words: list[str], *, typed: bool) -> bool:
    """Return whether *words* have the capitals and the number that names have."""
    cased = [w for w in words if w[0].isupper() or not (w[0].islower() or w[0].isupper()) or _ARTICLED.match(w)]
    if len(words) == 1:
        word = words[0].strip(".")
        return typed and len(word) > 2 and word[0].isupper() and not word[1:].isupper()
    if typed and not cased:
        return len(words) in {2, 3}
    loose = [
        w for w in words if w not in cased and w.casefold() not in _PARTICLES and not w.startswith(("d'", "d’", "al-"))
    ]
    return len(cased) >= 2 - typed and not loose


def _recased(name: str) -> str:
    """
    Return *name* in the case of names when it is all capitals.

    Letters after a hyphen or an apostrophe, and after "Mc", begin a word too; initials stay.
    """
    letters = [c for c in name if c.isalpha()]
    if len(letters) < 4 or not all(c.isupper() or not c.islower() for c in letters) or not letters[0].isupper():
        return name
    turkish = bool(_TURKISH & set(name))
    words = [w if len(w.strip(".")) <= 1 or "." in w[:-1] else _capital(w, turkish=turkish) for w in name.split()]
    return " ".join([words[0], *(w.lower() if w.lower() in _PARTICLES else w for w in words[1:])])


_TURKISH = frozenset("İĞ")
_TURKISH_LOWER = {ord("I"): "ı", ord("İ"): "i"}
"""Turkish has two letters I, and hardly another language writes the dot on the capital one, or this G."""


def _capital(word: str, *, turkish: bool) -> str:
    parts = re.split(r"([-‐'’])", word)
    parts = [p[:1] + (p[1:].translate(_TURKISH_LOWER) if turkish else p[1:]).lower() for p in parts]
    word = "".join(parts)
    return "Mc" + word[2:].capitalize() if word.startswith("Mc") and len(word) > 3 else word
