"""
Who wrote it: printed bylines and declared names told apart into persons, agencies and desks.

Better fewer authors than bad ones: a name that may be a desk, a site or a phrase is left out. Names stay as printed;
only one that is all capitals is set in the case that names have.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from newsclean.fields.agencies import MAX_BYLINE, Agencies
from newsclean.fields.given_names import begins_with_given_name
from newsclean.normalise import line
from newsclean.record import Author

__all__ = [
    "Byline",
    "has_lead",
    "is_caseless",
    "is_desk",
    "name_key",
    "parse_byline",
    "person",
    "without_lead",
]

MAX_NAME = 256
MAX_WORDS = 6
MAX_AUTHORS = 40
MAX_AFTER = 5
"""Words behind the names of a byline: weekday, month, zone, "min read"."""

_LEAD = re.compile(
    r"^(?:(?:(?:story|words|text|written|reported|report|analysis|comment|opinion|posted|published|authored|"
    r"article|review|"
    r"submitted|created|contributed|compiled|interview)\s{1,3})?by(?=[\s:]|$)|"
    r"(?:written|story|reporting|words) by|"
    r"by[-\s]?line|authors?|writers?|reporters?|"
    r"dal (?:nostro|corrispondente) \w{4,16}|dall[ao'’]? ?(?:nostra )?(?:inviat|corrispondent)\w|a cura di|"
    r"por|opracował[a]?|redagował[a]?|γράφει (?:ο|η)|γράφουν|บทความโดย|เขียนโดย|guest post by|answer from|โดย|"
    r"(?:ein|eine) (?:gastbeitrag|analyse|kommentar|reportage|essay|bericht) von|intervista di|entrevista de|"
    r"interview von|interview(?=\s?:)|"
    r"das gespräch führten?|die fragen stellten?|protokoll(?=\s?:)|as told to|ρεπορτάζ|लेखक|van onze correspondent|"
    r"von|vom|par|di|da|door|av|af|od|przez|autor(?:en|in|es|a|zy|ka)?|auteur[se]?|autore|autori|redactor|"
    r"redacci[oó]n|"
    r"text[eo]?(?:\s(?:de|di|by|von|por))?|tekst|της|του|skribent|journalist|scritto da|escrito por|écrit par|"
    r"publié par|propos recueillis par|"
    r"publicado por|skrevet av|scris de|piše|napsala?|toimittaja|kirjoittaja|teksti|írta|szerző|opracowanie|oprac\.?|"
    r"penulis|oleh|tác giả|yazan|yazar|haber(?=\s?:)|автор(?:ы)?|текст|автори|بقلم|كتب(?:ت)?|کتبه|نویسنده|מאת|"
    r"文|記者|记者|撰文|作者|取材|執筆|글)(?:[\s:：,،/／|・]{1,4}|$)",
    re.IGNORECASE,
)
# "ByJane Doe": where the word stands in an element of its own.
_GLUED = re.compile(r"((?:[Ww]ritten |[Pp]osted )?[Bb]y)(?=[A-Z][^\W\d_A-Z])")
# "Jane SmithersPolitical Editor": name and title in elements of their own. "McDonald" and "DeSiato" are one word.
_RUN_ON = re.compile(r"([^\W\d_][^\W\d_A-Z]{2,})(?=[A-Z][^\W\d_A-Z]{2,})")
_JOINED = frozenset(
    "mac fitz van von del das dos des ter ten den ver vander vande vanden dela delle della degli saint san".split()
)
"""First halves of names that have a capital inside."""

# "ChecklistsJust EngagedTown": several such words are links run together, one may be "VanderMeer".
_RUN_TOGETHER = re.compile(r"[^\W\d_]{4,}[a-zß-ÿ][A-Z][^\W\d_A-Z]{3,}")
_NAMELIKE = re.compile(r"Di|Da|Av|Af|Od|Par|Por|Door")
_CUT = re.compile(
    r"\s외\s(?=\d)|\s[|•·–—]\s|[|•·⋅∙●\n;]|\s-\s|(?<!\w)\d|\b(?:on|at)\s(?=\d)|"
    # "By Jane DoeMay 2, 2024": where nothing parts the name from the day.
    r"(?:\bon\s|\bat\s)?(?:\b|(?<=[^\W\d_]))(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|"
    r"ember|tember|ober)?\.?\s\d{1,2}(?!\d)|"
    r"(?<=[a-zß-ÿ])(?-i:Updated|Published|Posted|Last [Uu]pdated)\b|"
    r"\s(?-i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|"
    r"Sonntag|[Ll]undi|[Mm]ardi|[Mm]ercredi|[Jj]eudi|[Vv]endredi|[Ss]amedi|[Dd]imanche|[Ll]unes|[Mm]artes|[Mm]iércoles|"
    r"[Jj]ueves|[Vv]iernes|[Ss]ábado|[Dd]omingo|[Ll]unedì|[Mm]artedì|[Mm]ercoledì|[Gg]iovedì|[Vv]enerdì|[Ss]abato|"
    r"[Dd]omenica)(?=,?\s(?:[^\W\d_]{3,10}\.?\s)?\d)|"
    r"\b(?:published|posted|updated|last|on\s(?:mon|tue|wed|thu|fri|sat|sun|jan|"
    r"feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|first published|aktualisiert|veröffentlicht|publié|mis à jour|"
    r"actualizado|publicado|aggiornato|pubblicato|follow|email|read more|min read|minutes? read|on behalf of|view in|"
    r"is an?|is the)\b",
    re.IGNORECASE,
)
# "12.01.2026 | Jane Doe", "December 17, 2025 Jane Doe"
_TIME_FIRST = re.compile(
    r"^[^\w]{0,9}(?:(?:[^\W\d_]{3,10},?\s)?[^\W\d_]{3,10}[.,]?\s\d{1,2},?\s(?=(?:19|20)\d\d))?\d{1,4}"
    r"(?:[\s.,:/|·•●–-]{1,3}(?:\d{1,4}|(?-i:de)(?=\s)|[^\W\d_]{3,10}(?=[.,]?\s(?:de\s)?\d)|"
    r"(?:uhr|um|at|kl|am|pm|a\.m|p\.m|h)(?![^\W\d_]))){0,8}"
    r"[\s.,:/|·•●–-]{0,4}(?=\D|$)",
    re.IGNORECASE,
)
# "Jane Doe2024-05-06", of elements that a style sheet parts; "Jane Doe Objavljeno: 01.07.2024"
_RUN_ON_TIME = re.compile(r"(?<=[^\W\d_])\d|(?<=\w)\s[^\W\d_]{4,20}:\s")
# Other parts in a story than writing it.
_OTHER_ROLE = re.compile(
    r"\b(?:(?:medically |expert |fact[- ]?)?(?:reviewed|checked|edited|translated|moderated|illustrated|"
    r"photographed|verified|"
    r"approved|produced|narrated|sponsored|presented)(?: and [a-z-]{4,20})? by|(?:photo(?:s|graphs?)?|"
    r"illustrations?|images?|"
    r"video|graphics?|editing|photography) by|reviewers?:|editors?:|fact[- ]check|"
    r"(?:foto|fotos|photos?|kuvat?|bild(?:er)?|fotó|фото)\s?:|(?<=[\uac00-\ud7a3])\s사진\s)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s{0,3}(?:[,，、；&+＋]|(?<!\bA)/|/(?!S\b)|\s(?:and|und|et|y|e|en|och|og|oraz|ve|и|и|та|і|ja|és|și|dan|with|mit|avec|con|kaj|"
    r"i|a)(?=\s)|\sو\s?)"
    r"\s{0,3}",
    re.IGNORECASE,
)
# "来源：新华社 作者：林知远", "Izvor: Tanjug": lines that name each part.
_SOURCE = (
    r"sources?|quelle|fuentes?|fonte|kilde|källa|lähde|bron|źródło|zdroj|izvor|sursa|forrás|vir|sumber|nguồn|kaynak|"
    r"πηγή|источник|джерело|извор|източник|المصدر|منبع|מקור|स्रोत|출처|자료|来源|來源|出典"
)
_KEYED = re.compile(
    rf"(?<!\w)({_SOURCE}|作者|记者|記者|撰文|责任编辑|責任編輯|责编|编辑|編輯)\s?[:：]\s?", re.IGNORECASE
)
_NAMES_SOURCE = re.compile(_SOURCE, re.IGNORECASE)
_EDITING = frozenset(("责任编辑", "責任編輯", "责编", "编辑", "編輯"))
# "By Jane Doe in London", "Par Jean Dupont à Paris"
_PLACE = re.compile(r"\s(?:in|à|em|aus|desde|в)\s(?=[^\W\d_a-zß-ÿ]).*")
# "Por Juan Pérez en Buenos Aires": elsewhere the word is "and".
_EN_PLACE = re.compile(r"\sen\s(?=[^\W\d_a-zß-ÿ])[^,;/]{3,40}?(?=\s(?:y|et)\s|[,;/]|$)")
_FROM = re.compile(r"(?:in|à|em|en|aus|from|do|da|de|dal|desde)\s[^\W\d_a-zß-ÿ]")
_MARKS = re.compile(r"[|•·⋅∙●/;–—-]")
_EN_LEAD = re.compile(r"por|par|texto|escrito|écrit|redac", re.IGNORECASE)
_WITH = re.compile(r"^(?:avec|mit|with|con|com|z|с|and|und|et)\s", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_HANDLE = re.compile(r"(?<![\w@])@\w{2,40}")
_BRACKETS = re.compile(r"\s?[(\[（【][^()\[\]（）【】]{0,80}[)\]）】]")
_CREDITS = re.compile(
    r"\(?\s?(?:additional |further )?(?:reporting|writing|report|written|compiled) by ([^;()]{2,200})",
    re.IGNORECASE,
)
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
    first last name strategy solutions health library program programs book books story stories page pages recipe
    recipes
    nachrichten zeitung tageszeitung rundschau anzeiger kurier presse verlag autoren gastautor gastbeitrag leserbrief
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
_DESK = re.compile(
    r"\b(?:desk|staff|news ?room|newsroom|redaktion\w{0,6}|rédaction|redacci[oó]n|redazione|redação|redactie|"
    r"redakcja|редакци\w|"
    r"toimitus|editors?|editorial|bureau|team|reporters?|correspondents?|korrespondent\w{0,4}|writers?|"
    r"agencies|agenturen|"
    r"agences|agencias|agenzie|admin|administrator|haber merkezi|haber servisi|tim redaksi|ban biên tập|tòa soạn|"
    r"отдел новостей|відділ новин|συντακτικ\w{1,3} ομάδα|σύνταξη)\b|\B(?:redaktion(?:en)?|redaks[jt]on(?:en)?|redactie|"
    r"toimitus)\b|\b(?:redaksjon\w{0,3}|redac[tț]i[ae]|redakce|redaksi|szerkeszt[őo]ség|редакц\w{1,3}|servisi)\b|"
    r"編集部|取材班|편집국|취재팀|编辑部|編輯部|综合报道|綜合報導|綜合報道|هيئة التحرير|التحرير|قسم |غرفة الأخبار|"
    r"מערכת|גורם רשמי|گروه |تحریریه|ডেস্ক|প্রতিবেদক|डेस्क|ब्यूरो|ทีมข่าว|กองบรรณาธิการ",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|journalist|columnist|producer|director|chief|president|"
    r"professor|analyst|"
    r"contributor|manager|author|expert|specialist|founder|ceo|redakteur\w{0,2}|redakteurin|korrespondent\w{0,2}|"
    r"chefredakteur\w{0,2}|journaliste|rédacteur|rédactrice|envoyée? spéciale?|redactor|redactora|periodista|"
    r"giornalista|"
    r"corrispondente|inviato|jornalista|redacteur|dziennikarz|обозреватель|корреспондент|журналист)\b|기자|記者|"
    r"记者|特派員|編集委員",
    re.IGNORECASE,
)
# "Helio Foods, Inc.", "Corvane Therapeutics AB"
_COMPANY = re.compile(
    r"[^,]{2,60}(?:,?\s(?:Inc|LLC|Ltd|Limited|GmbH|PLC|plc|Corp|Corporation|Pty)|\s(?:AB|ASA|Oyj?|AG|SE|NV|SA|S\.p\.A))\.?"
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
_DEGREE = re.compile(
    r"(?:Ph\.?\s?D|M\.?D|M\.?B\.?A|J\.?D|M\.?S|M\.?A|B\.?A|B\.?S|R\.?D|R\.?N|D\.?O|Ed\.?D|Psy\.?D|LCSW|CPA|"
    r"CFP|CFA|CSCS|MPH|"
    r"DDS|DVM|Esq|Jr|Sr|II|III|IV|RDN|LDN|CEPF|FACS|MSc|BSc|DPhil|LPC|NP|PA-C|PharmD|DPT|LMFT|MSW|MEd|FAND|CDN)[.®]?",
)
_CJK_NAME = re.compile(
    r"[\u3400-\u9fff\u3005々]{2,5}|[\uac00-\ud7a3]{2,4}|[\u3400-\u9fff]{1,3}[\u3040-\u30ff]{1,4}|"
    r"[\u30a0-\u30ff]{2,12}[・·][\u30a0-\u30ff]{2,12}"
)
# "김민지·박준호 기자", "김민지, 박준호 기자": the trade stands once, behind the last.
_HANGUL_NAME = re.compile(r"[\uac00-\ud7a3]{2,4}")
_ROW_OF_NAMES = re.compile(r"(?:[\uac00-\ud7a3]{2,4}(?:\s?[·・,，/]\s?|\s)){1,8}[\uac00-\ud7a3]{2,4} (?:기자|특파원)")
# "记者张三", "本报记者 张三": the trade before the name.
_CJK_TRADE = re.compile(
    r"^(?:本[报報网網刊]|新华社)?(?:特[约約派])?(?:记者|記者|通讯员|通訊員|編集委員|論説委員)\s?(?=[\u3400-\u9fff]{2})"
)
# "记者 张三 李四"; a Japanese name has a space inside.
_HAN_ROW = re.compile(r"(?:本[报网刊])?记者[\s:：]?([\u3400-\u9fff]{2,3}(?:\s[\u3400-\u9fff]{2,3}){1,5})")
# "〔記者蔡宗勳／嘉義報導〕", "記者 蔡宗勳 / 嘉義報導"; "부산=김준호 기자": a place beside the name.
_HAN_PLACED = re.compile(
    r"[〔（(【［]?記者\s?([\u3400-\u9fff]{2,4}(?:[、,，]\s?[\u3400-\u9fff]{2,4}){0,3})\s?[／/]\s?[^／/〕]{2,10}報導[〕）)】］]?"
)
_HANGUL_PLACED = re.compile(r"[\uac00-\ud7a3]{2,4}\s?=\s?(?=[\uac00-\ud7a3]{2,4}\s(?:기자|특파원))")
# "יעל פרידמן ואורי לוי": "and" is a letter before the second name.
_HEBREW_TWO = re.compile(
    r"([\u05d0-\u05ea]{2,15} [\u05d0-\u05ea'-]{2,15}) ו([\u05d0-\u05ea]{2,15} [\u05d0-\u05ea'-]{2,15})"
)
_CJK_TITLE = re.compile(r"\s?(?:기자|특파원|논설위원|선임기자|記者|记者|特派員|編集委員|論説委員)$")


class Byline(msgspec.Struct, frozen=True):
    """
    A printed byline taken apart.

    Args:
        authors: persons, in order.
        agencies: full names of the wire services credited.
        desks: desks and staff, as printed; they are neither.
        others: the agencies and desks as printed, in order.
        unread: how many parts of the line were none of the three.
    """

    authors: tuple[Author, ...] = ()
    agencies: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unread: int = 0


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """
    Return *name* in the form two spellings of it share.

    >>> name_key("JANE  Doe-Smith") == name_key("Jane Doe Smith")
    True
    """
    return " ".join(re.findall(r"\w+", name.casefold()))


def is_desk(text: str) -> bool:
    """
    Return whether *text* names a desk, a staff or an office rather than a person.

    >>> is_desk("Darpan News Desk"), is_desk("Jane Doe")
    (True, False)
    """
    return bool(_DESK.search(text[:MAX_NAME]))


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
        if all(_DEGREE.fullmatch(p) for p in parts if p):
            text = f"{head.strip()}, {tail.strip()}"
        else:
            text, title = head.strip(), tail.strip()
    else:
        text, title = _without_title(text)
    text = _CJK_TRADE.sub("", text)
    if match := _CJK_TITLE.search(text):
        text, title = text[: match.start()], match.group().strip()
    text = text.strip(" .,:;-–—|/*\"'“”„«»")
    if text.endswith((" Ph.D", " M.D", " Jr", " Sr")) or re.search(r"\b[A-Z]\.[A-Z]$", text):
        text += "."
    if not _is_name(text, typed=typed):
        return None
    # "Rick Steves" on ricksteves.example: the site is called after its author.
    if name_key(text) in {name_key(n) for n in not_names} and not begins_with_given_name(text):
        return None
    shown = _recased(text)
    return Author(name=shown, name_raw=raw if raw != shown else None, email=email, job_title=title or None)


def parse_byline(
    text: str,
    *,
    agencies: Agencies,
    not_names: Sequence[str] = (),
    typed: bool = False,
) -> Byline:
    """
    Return the persons, agencies and desks in a printed byline or a declared list of names.

    Args:
        text: such as "By Jane Doe and John Smith, Reuters".
        agencies: the known wire services.
        not_names: names of the site and the publisher, which are no persons.
        typed: whether the page declares the text to name persons.
    """
    return _parsed(text[: 2 * MAX_BYLINE], agencies, tuple(not_names), typed)


@lru_cache(maxsize=1024)
def _parsed(text: str, agencies: Agencies, not_names: tuple[str, ...], typed: bool) -> Byline:  # noqa: FBT001  a key
    """Return what `parse_byline` does: a page says the same names in several places, and a site on several pages."""
    text = _listed(line(text)[:MAX_BYLINE].strip("*_# "), typed=typed)
    if not has_lead(text) and _COMPANY.fullmatch(text):
        return Byline(others=(text,), unread=1)
    if keyed := _KEYED.split(text)[1:]:
        text = ", ".join(_values(keyed[::2], keyed[1::2], agencies)) or text
    if credit := _CREDITS.match(text):
        text = credit.group(1)
    bare = without_lead(text)
    lead = text.removesuffix(bare)
    if other := _OTHER_ROLE.search(bare):
        bare = bare[: other.start()]
    timeless = _TIME_FIRST.sub("", bare, count=1)
    names = _before_agency(without_lead(timeless), agencies)
    lead = lead or timeless.removesuffix(names)
    unread, behind = 0, ""
    if cuts := [m.start() for m in (_CUT.search(names), not typed and _RUN_ON_TIME.search(names)) if m]:
        names, behind = names[: min(cuts)], names[min(cuts) :]
        # A time, a date, "is a reporter at ...": more words than that make it a sentence.
        unread = int(len(re.findall(r"[^\W\d_]{2,}", behind)) > MAX_AFTER)
    if _EN_LEAD.match(lead):
        names = _EN_PLACE.sub("", names)
    signed = bool(credit or lead or timeless != bare)
    sorter = _Sorter(agencies=agencies, not_names=not_names, typed=typed, signed=signed)
    parts, brackets = _parts(names)
    for part in parts:
        sorter.take(part)
    for part in brackets:
        sorter.take_aside(part)
    for part in _MARKS.split(behind):  # "By Jane Doe | Reuters"
        sorter.wires += [name for name in [agencies.named(part)] if name]
    return sorter.byline(names, unread)


def _before_agency(names: str, agencies: Agencies) -> str:
    """Return *names* without a preposition that could be a name, "Av", before an agency."""
    first, _, rest = names.partition(" ")
    return (
        rest
        if rest and _NAMELIKE.fullmatch(first) and (agencies.named(rest) or (rest.isupper() and len(rest) < 5))
        else names
    )


def _values(keys: Sequence[str], values: Sequence[str], agencies: Agencies) -> Iterator[str]:
    """Yield those of *values* whose key says that they wrote the article; a source is none unless it is an agency."""
    for key, value in zip(keys, values, strict=True):
        if key not in _EDITING and (not _NAMES_SOURCE.fullmatch(key) or agencies.inside(value)):
            yield value


def _listed(text: str, *, typed: bool) -> str:
    """Return *text* with commas between names, and between name and trade, that stand side by side."""
    if _ROW_OF_NAMES.fullmatch(text):
        return ", ".join(_HANGUL_NAME.findall(text.rpartition(" ")[0]))
    if row := _HAN_ROW.fullmatch(text):
        return row.group(1).replace(" ", ", ")
    if placed := _HAN_PLACED.fullmatch(text):
        return placed.group(1)
    if both := _HEBREW_TWO.fullmatch(text):
        return ", ".join(both.groups())
    text = _HANGUL_PLACED.sub("", text)
    return text if typed else _RUN_ON.sub(_parted, text)


def _parted(half: "re.Match[str]") -> str:
    """Return the first *half* of two words run together with a comma behind it, when a whole name ends there."""
    text, behind = half.string, half.string[half.end() :]
    whole = len(_SPLIT.split(without_lead(text[: half.end()]))[-1].split()) > 1
    # "Jane DoeKofi Boateng", "Jane DoePolitical Editor", "By Jane DoeLondon"; no "Jeff VanderMeer", no row of links.
    signed = has_lead(text) or _TITLE.search(text)
    other = signed or (len(behind.split()) > 1 and len(_RUN_ON.findall(text)) == 1) or _TITLE.match(behind)
    return f"{half.group()}, " if whole and other and half.group().lower() not in _JOINED else half.group()


class _Sorter:
    """The parts of one byline as they are sorted, made and dropped inside `_parsed`."""

    def __init__(self, *, agencies: Agencies, not_names: Sequence[str], typed: bool, signed: bool) -> None:
        self.agencies, self.not_names, self.typed = agencies, not_names, typed
        self.signed = signed  # whether the line begins as bylines do, so that places may stand behind names
        self.placed = False  # whether the part before named a place
        self.people: list[Author] = []
        self.wires: list[str] = []
        self.desks: list[str] = []
        self.others: list[str] = []
        self.unread = 0

    def take(self, part: str) -> None:
        """Put *part* where it belongs."""
        name = _PLACE.sub("", part) if self.signed else part
        known = len(self.wires) + len(self.desks)
        if name == part and self._is_place(part):
            return
        self.wires += [wire for _, wire in self.agencies.inside(part[len(name) :])]
        self.placed = name != part
        self.unread += not self._sort(name)
        if len(self.wires) + len(self.desks) > known:
            self.others.append(part)

    def take_aside(self, part: str) -> None:
        """Put *part*, which stands in brackets, where it belongs; a place or a task ("text") belongs nowhere."""
        known = len(self.wires) + len(self.desks)
        task = part.isalpha() and part.istitle()  # "Jane Doe (Text), John Smith (Photos)"
        self.unread += not (self._sort(part, enclosed=True) or self.signed or task)
        if len(self.wires) + len(self.desks) > known:
            self.others.append(part)

    def byline(self, text: str, unread: int) -> Byline:
        """Return what was found in *text*, of which *unread* parts were cut off before."""
        if not self.people:
            self.wires += [name for _, name in self.agencies.inside(text)]
        unique = {name_key(a.name): a for a in reversed(self.people)}
        return Byline(
            tuple(reversed(unique.values()))[:MAX_AUTHORS],
            tuple(dict.fromkeys(self.wires)),
            tuple(dict.fromkeys(self.desks)),
            tuple(dict.fromkeys(self.others)),
            unread + self.unread,
        )

    def _is_place(self, part: str) -> bool:
        """Return whether *part* is a place: "By Jane Doe, London", "By Jane Doe in London and San Francisco"."""
        if not (self.signed and self.people) or self.agencies.named(part) or is_desk(part) or _TITLE.search(part):
            return False
        lone = " " not in part and (part.istitle() or part.isupper()) and not _DEGREE.fullmatch(part)
        return lone or bool(_FROM.match(part)) or (self.placed and not begins_with_given_name(part))

    def _sort(self, part: str, *, enclosed: bool = False) -> bool:
        """Put a *part* that is no place where it belongs, a title to the person before it; return whether it did."""
        agencies, people = self.agencies, self.people
        if people and _TITLE.fullmatch(part):  # some are words that open a byline, too
            people[-1] = _with_title(people[-1], part)
            return True
        bare = _without_site(_WITH.sub("", without_lead(part)), self.not_names)
        if name := agencies.named(bare, enclosed=enclosed):
            self.wires.append(name)
            return True
        titled = _TITLE.search(bare)
        named_title = bool(titled and _without_title(bare)[1] and not _is_rank(bare))
        if is_desk(bare) and not (titled and (people or named_title)):
            rest = bare
            for mark, name in agencies.inside(bare):
                self.wires.append(name)
                rest = rest.replace(mark, " ")
            self.desks.append(line(rest).strip(" ,:-–—"))
            return True
        if people and (_DEGREE.fullmatch(bare.strip()) or (titled and not named_title)):
            people[-1] = _with_title(people[-1], line(bare))
            return True
        author = person(bare, typed=self.typed, not_names=self.not_names)
        if author is None or len(bare.split()) > 2:  # "Jane Doe The Canadian Press": nothing parts the two
            for mark, name in agencies.inside(bare)[:1]:
                rest = bare.removesuffix(mark).strip()
                if rest != bare and (before := person(rest, typed=self.typed, not_names=self.not_names)):
                    self.wires.append(name)
                    author = before
        if author:
            people.append(author)
        return author is not None


def _without_site(part: str, not_names: Sequence[str]) -> str:
    """Return *part* without the site's name behind a person's: "Jane Doe The Gazette"."""
    for name in not_names:
        rest = part[: -len(name)].rstrip()
        if len(rest.split()) >= 2 and rest != part[: -len(name)] and part.endswith(name):
            return rest
    return part


def _with_title(author: Author, title: str) -> Author:
    """Return *author* with a degree behind the name, or with a job title when there is none yet."""
    if _DEGREE.fullmatch(title):
        return msgspec.structs.replace(author, name=f"{author.name}, {title}")
    return author if author.job_title else msgspec.structs.replace(author, job_title=title)


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Return the names that a byline lists, an address with the name before it, and what stands in brackets."""
    brackets = [b.strip(" ()[]（）【】") for b in _BRACKETS.findall(text)]
    text = _BRACKETS.sub(" ", text)
    # "Doe, Jane": one comma and single words on both sides is a name turned round, too rare to guess at.
    return [part for p in _SPLIT.split(text) if p and (part := p.strip())], brackets


def _without_address(text: str) -> tuple[str, str | None]:
    email = _EMAIL.search(text)
    text = _HANDLE.sub(" ", _EMAIL.sub(" ", text))
    return line(_BRACKETS.sub(" ", text)), email.group() if email else None


def _without_title(text: str) -> tuple[str, str | None]:
    """Return name and job title of "Jane Doe Senior Reporter", where nothing parts them."""
    words = text.split()
    at = next((i for i, w in enumerate(words) if i and _TITLE.fullmatch(w.strip("."))), 0)
    while at > 2 and words[at - 1].casefold().strip("-") in _RANK:  # a name has two words at least
        at -= 1
    return (" ".join(words[:at]), " ".join(words[at:])) if at >= 2 else (text, None)


def _is_rank(text: str) -> bool:
    """Return whether *text* is a job title and no name: "Deputy Political Editor"."""
    return all(_TITLE.fullmatch(word) or word.casefold().strip("-&") in _RANK for word in text.split())


def is_caseless(name: str) -> bool:
    """
    Return whether *name* is in a script without capitals, so that any two words look like it.

    >>> is_caseless("林知远"), is_caseless("Jane Doe")
    (True, False)
    """
    return not any(c.isupper() or c.islower() for c in name)


def has_lead(text: str) -> bool:
    """
    Return whether *text* begins as a byline does.

    >>> has_lead("By Jane Doe"), has_lead("Von"), has_lead("Jane Doe")
    (True, True, False)
    """
    start = line(text[:MAX_NAME])
    return bool(_LEAD.match(start) or _KEYED.match(start) or _GLUED.match(start))


def without_lead(text: str) -> str:
    """
    Return *text* without "By" and its kin.

    >>> without_lead("Written by: Jane Doe"), without_lead("By"), without_lead("By Di Li")
    ('Jane Doe', '', 'Di Li')
    """
    text = _GLUED.sub(r"\1 ", text, count=1)
    for _ in range(3):
        match = _LEAD.match(text)
        if match is None:
            break
        rest = text[match.end() :].strip()
        if rest and " " not in rest and _NAMELIKE.fullmatch(match.group().strip()):  # "Di Li" is a name
            break
        text = rest
    return text


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
    if not all(_is_word(w) for w in words) or sum(map(bool, map(_RUN_TOGETHER.fullmatch, words))) > 1:
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
