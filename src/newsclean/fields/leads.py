"""The words that open a byline: "By", "Written by", "Von", "Text:", "作者："."""

import re

from newsclean.normalise import line

__all__ = ["KEYED", "MAX_NAME", "NAMELIKE", "PICTURED", "SOURCE", "has_lead", "without_lead"]

MAX_NAME = 256
"""Characters of a text that are looked at for a name, or for what leads one."""

_VIETNAMESE = "ăâđêôơưạảẩẫậắằẳẵặẻẽẹềểễệỉĩịỏọồổỗộớờởỡợủũụứừửữựỳỷỹỵấầếố"
"""Letters of Vietnamese; most of them hardly another language writes."""

_LEAD = re.compile(
    r"^(?:(?:(?:story|words|text|written|reported|report|analysis|comment|opinion|posted|published|authored|article|"
    r"review|submitted|created|contributed|compiled|interview)\s{1,3})?by(?=[\s:]|$)|(?:written|story|reporting|"
    r"words) by|by[-\s]?line|authors?|writers?|reporters?|dal (?:nostro|corrispondente) \w{4,16}|"
    r"dall[ao'’]? ?(?:nostra )?(?:inviat|corrispondent)\w|a cura di|"
    r"aus [^\W\d_]{3,20}(?: [^\W\d_]{3,20})? berichtete?n?|rozmawiał[aiy]?|por|opracował[a]?|redagował[a]?|"
    r"γράφει (?:ο|η)|γράφουν|บทความโดย|เขียนโดย|guest post by|answer from|โดย|(?:ein|eine) (?:gastbeitrag|analyse|"
    r"kommentar|reportage|essay|bericht) von|intervista di|entrevista de|interview von|interview(?=\s?:)|"
    r"das gespräch führten?|die fragen stellten?|protokoll(?=\s?:)|as told to|ρεπορτάζ|लेखक|van onze correspondent|von|"
    r"vom|par|di|da|door|av|af|od|przez|autor(?:en|in|es|a|zy|ka)?|auteur[se]?|autore|autori|redactor|redacci[oó]n|"
    r"text[eo]?(?:\s(?:de|di|by|von|por))?|tekst|της|του|skribent|journalist|scritto da|escrito por|écrit par|"
    r"publié par|propos recueillis par|publicado por|skrevet av|scris de|piše|napsala?|toimittaja|kirjoittaja|teksti|"
    r"írta|szerző|opracowanie|oprac\.?|penulis|oleh|tác giả|yazan|yazar|haber(?=\s?:)|автор(?:ы)?|текст|автори|بقلم|"
    r"كتب(?:ت)?|کتبه|نویسنده|מאת|文|記者|记者|撰文|作者|取材|執筆|글|авторка|журналіст(?:ка)?(?=\s?:)|підготува(?:в|"
    r"ла|ли)|розмовля(?:в|ла)|записа(?:в|ла)(?=\s?:)|(?:כתב|כתבה|כתבו|כותב|כותבת|ראיין|ראיינה)(?=\s?:)|(?:נכתב|"
    r"פורסם) על ידי|نویسندگان|(?:گزارش|خبرنگار|نوشته|تحریر|مصنف|رپورٹ|رپورٹر|کالم نگار)(?=\s?:)|گزارشگر|به قلم|از قلم|"
    r"(?:द्वारा|रिपोर्ट|रिपोर्टर|प्रस्तुति|লেখক|লেখা|প্রতিবেদক|প্রতিবেদন|গ্রন্থনা)(?=\s?:)|লিখেছেন|από τ(?:ον|ην)|"
    r"(?:συντάκτ(?:ης|ρια)|κείμενο|επιμέλεια|αρθρογράφος)(?=\s?:)|(?:un )?articol (?:scris )?de|(?:scris|publicat|"
    r"postat|redactat|realizat) de|a consemnat|(?:написано|публикувано) от|от(?=\s?:)|репортер|кореспондент|дописник|"
    r"dopisnik|corespondent|ανταποκριτής|phóng viên|pišu|autorica|napisa(?:o|la?)|razgovara(?:o|la)|priredi(?:o|la)|"
    r"pripremi(?:o|la)|(?:novinar|besedilo)(?=\s?:)|avtor(?:ica|ji)?|pišeta|pripravila?|пише|аутор(?:ка|и)?|"
    r"разговара(?:о|ла)|приреди(?:о|ла)|napísala?|píše|spracovala?|zhovárala? sa|ผู้เขียน|เรื่อง(?=\s?:)|เรียบเรียงโดย|"
    r"รายงานโดย|เผยแพร่โดย|แปลและเรียบเรียงโดย|ผู้สื่อข่าว(?=\s?:)|(?:ditulis|disediakan) oleh|(?:pewarta|jurnalis|laporan|"
    r"kontributor|wartawan|pengarang)(?=\s?:)|bởi|bài viết(?=\s?:)|thực hiện(?=\s?:)|người viết|đăng bởi|autor(?:ius|"
    r"ė|iai|s)|(?:žurnalist(?:as|ė)|žurnālist[se])(?=\s?:)|parengė|parašė|kalbino|raksta autors|"
    r"sagatavoj\w{1,4}(?=\s?:)|kirjutas|ajakirjanik|koostas|(?:escrit|"
    r"publicat|elaborat) per|höfund[ua]r|texti(?=\s?:)|eftir(?=\s?:)|blaðamaður|skrifað af|m?waandishi|"
    r"mwandishi(?=\s?:)|imeandi?[ka]\w{2,4} na|"
    # "Theo Lê Văn Tám" is "according to"; Theo Müller and Theo Bălan are names.
    r"theo(?!\s(?:bộ|sở|báo|công an|ubnd|ttxvn|thông tấn))(?=(?:\s[^\s|,]{1,6}){2,5}(?:$|[|,]))"
    rf"(?=[^|,]{{0,40}}[{_VIETNAMESE}]))(?:[\s:：＝,،/／|・]{{1,4}}|$)",
    re.IGNORECASE,
)
# "ByJane Doe": where the word stands in an element of its own.
_GLUED = re.compile(r"((?:[Ww]ritten |[Pp]osted )?[Bb]y)(?=[A-Z][^\W\d_A-Z])")
NAMELIKE = re.compile(r"Di|Da|Av|Af|Od|Par|Por|Door|Theo")
# "来源：新华社 作者：林知远", "Izvor: Tanjug": lines that name each part.
SOURCE = (
    r"sources?|quelle|fuentes?|fonte|kilde|källa|lähde|bron|źródło|zdroj|izvor|sursa|forrás|vir|sumber|nguồn|kaynak|"
    r"πηγή|источник|джерело|извор|източник|المصدر|منبع|מקור|स्रोत|출처|자료|来源|來源|出典"
)
PICTURED = r"圖|图|摄影|攝影|写真|撮影"
KEYED = re.compile(
    rf"(?<!\w)({SOURCE}|作者|记者|記者|撰文|责任编辑|責任編輯|责编|编辑|編輯|文|撰稿|"
    rf"{PICTURED})\s?[:：＝]\s?",
    re.IGNORECASE,
)


def has_lead(text: str) -> bool:
    """
    Return whether *text* begins as a byline does.

    >>> has_lead("By Jane Doe"), has_lead("Von"), has_lead("Jane Doe")
    (True, True, False)
    """
    start = line(text[:MAX_NAME])
    return bool(_LEAD.match(start) or KEYED.match(start) or _GLUED.match(start))


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
        if rest and " " not in rest and NAMELIKE.fullmatch(match.group().strip()):  # "Di Li" is a name
            break
        text = rest
    return text
