"""
Who wrote it, and which agencies: declared authors and printed bylines, weighed.

The most trusted source that names a person gives the persons; agencies are gathered from all of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from newsclean.document import BODY_LABELS, Evidence, Label
from newsclean.fields.evidence import trust
from newsclean.fields.given_names import begins_with_given_name, is_given_name
from newsclean.fields.jsonld import Person
from newsclean.fields.leads import has_lead, without_lead
from newsclean.fields.names import EMAIL, is_caseless, name_key, person_key
from newsclean.fields.people import Byline, is_desk, parse_byline, says_who
from newsclean.fields.subject import Subject
from newsclean.fields.times import has_date
from newsclean.labels.zones import SAID_BY_CONTAINER
from newsclean.normalise import line, resolve_url
from newsclean.record import Author

__all__ = ["Credits", "credits_of"]

_META = (
    "author",
    "article:author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "dc.contributor",
    "citation_author",
    "cxenseparse:author",
    "authors",
    "og:author",
    "og:article:author",
    "article.author",
    "twitter:data1",
    "creator",
    "bt:author",
    "vr:author",
    "rbauthors",
)
_OTHER_SCOPES = ("Comment", "UserComment", "Review", "Image", "Photo", "Video", "Media", "Book", "Movie", "SocialMedia")
_TURNED = re.compile(r"[^\W\d_]{2,30}, [^\W\d_]{2,30}")  # "Doe, Jane"
# Addresses, links to more, licences, badges of forums, and what systems put where a name is missing.
_NOBODY = re.compile(
    r"://|→|\bbadges?\b|\bcreative commons\b|\bcc[- ]by\b|"
    r"^(?:undefined|null|none|unknown|author|publisher|page\.[\w.]+)$",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"\d+\W{0,2}\w*\.?(?:\sread)?")
_LETTERS = re.compile(r"[^\W\d_]{2}")
# "September 1, 2023 · 3 min read · By Jane Doe"
_DATED_BYLINE = re.compile(r"(?<=[\s·|•–—-])(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i)\s(?=[^\W\d_a-z])")
# How a last paragraph is signed: "... of the works. (Reuters)", "... said. — AFP"
_SIGNED = re.compile(
    r"(?:[(\[/]\s?(?:avec |mit |with |con |com |с )?([^()\[\]]{2,60}?)\s?[)\]/]"
    r"|(?:[—–]|\s-{1,2}|\s/)\s?([^\s—–/()][^—–()]{1,30}))\.?$"
)
MAX_NAME_LINE = 120
"""Characters of an element of an author's name; longer ones say who that is."""

MAX_NOTE = 200
"""Characters of a line that says who helped, at most."""
_CONTACT = re.compile(
    r"(?:media|press|investor|news)?\s?(?:contacts?|enquiries|inquiries|relations)\b|for (?:more|further) information|"
    r"(?:presse-?)?kontakt|contacts? presse|contatti|contactos?(?: de prensa)?|perscontact|yhteystiedot",
    re.IGNORECASE,
)
# "The Associated Press contributed to this report.", "With files from The Canadian Press"
_HELPED = re.compile(
    r"contributed to (?:this|the) |with (?:files|reporting|information|material) from|mit material (?:von|der)|"
    r"con información de|con agencias|avec l'afp",
    re.IGNORECASE,
)


class Credits(msgspec.Struct, frozen=True):
    """
    Authors and agencies of the article, the desks that signed it, and the evidence.

    `credited` has every name that the page credits, as declared or printed: the authors', and those of organisations.
    """

    authors: tuple[Author, ...]
    credited: tuple[str, ...]
    agencies: tuple[str, ...]
    desks: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class _Claim(msgspec.Struct, frozen=True):
    """What one source says: the names as it has them, and what they turned out to be."""

    source: str
    where: str
    shown: str
    byline: Byline
    bad: str = ""
    others: tuple[str, ...] = ()


def credits_of(subject: Subject) -> Credits:
    """Return who wrote the article on *subject*."""
    claims = list(_claims(subject))
    named = [c for c in claims if c.byline.authors and not c.bad and trust("authors", c.source, c.where) > 0]
    best = max(named, key=_rank, default=None)
    # "By Jane Doe and John Smith" above the text, where a content system has room for one.
    best = next((c for c in named if best and c.where == "byline led" and _names(c) > _names(best)), best)
    best = next((c for c in named if best and _adds_words(best, c)), best)
    evidence = [_weighed(c, best) for c in claims]
    authors = _completed(best.byline.authors, claims, subject) if best else ()
    # Agencies that declared data or the byline name; one that only a far line names may be another article's.
    agencies = dict.fromkeys(a for c in claims if not c.bad for a in c.byline.agencies)
    wires = list(_from_text(subject))
    agencies |= dict.fromkeys(name for _, name, _ in wires)
    more = [Evidence("source_organization", mark, "visible", where, chosen=True) for mark, _, where in wires]
    return Credits(
        authors,
        _credited(authors, claims),
        tuple(agencies),
        tuple(dict.fromkeys(d for c in claims if not c.bad for d in c.byline.desks)),
        (*evidence, *more, *_agency_evidence(claims)),
    )


def _rank(claim: _Claim) -> float:
    """Return how far *claim* is trusted; single words are the names of accounts more often than of persons."""
    full = any(" " in a.name or is_caseless(a.name) for a in claim.byline.authors)
    return trust("authors", claim.source, claim.where) - (0 if full else 0.2)


def _names(claim: _Claim) -> frozenset[str]:
    return frozenset(person_key(a.name) for a in claim.byline.authors)


def _adds_words(printed: _Claim, declared: _Claim) -> bool:
    """Return whether a *printed* name is the *declared* one with other words behind it: "Jane Doe Global Commons"."""
    names = [claim.byline.authors for claim in (printed, declared)]
    if declared.source not in {"json-ld", "meta", "html"} or any(len(authors) != 1 for authors in names):
        return False
    long, short = (authors[0].name.split() for authors in names)
    whole = declared.source == "html" or not is_given_name(short[-1])  # "Juan Carlos" may be half a name
    return whole and len(long) - 1 > len(short) > 1 and long[: len(short)] == short


def _credited(authors: Sequence[Author], claims: Sequence[_Claim]) -> tuple[str, ...]:
    """Return the names of *authors* and of the organisations that the most trusted source with any name credits."""
    good = [c for c in claims if not c.bad and (c.others or c.byline.authors) and trust("authors", c.source, c.where)]
    best = max(good, key=lambda c: trust("authors", c.source, c.where), default=None)
    return tuple(dict.fromkeys([*(a.name for a in authors), *(best.others if best else ())]))


def _weighed(claim: _Claim, best: "_Claim | None") -> Evidence:
    reason = claim.bad
    if claim is best:
        reason = ""
    elif not reason and not claim.byline.authors:
        reason = "names no person"
    elif not reason and best is not None:
        same = {name_key(a.name) for a in claim.byline.authors} == {name_key(a.name) for a in best.byline.authors}
        reason = "agrees with the chosen one" if same else f"less trusted than {best.source} {best.where}"
    return Evidence("authors", claim.shown[:500], claim.source, claim.where, chosen=claim is best, reason=reason)


def _agency_evidence(claims: Sequence[_Claim]) -> Iterator[Evidence]:
    for claim in claims:
        if not claim.bad:
            for name in claim.byline.agencies:
                yield Evidence("source_organization", name, claim.source, claim.where, chosen=True)
            for desk in claim.byline.desks:
                yield Evidence("publisher", desk, claim.source, claim.where, reason="a desk, neither person nor agency")


def _completed(authors: Sequence[Author], claims: Sequence[_Claim], subject: Subject) -> tuple[Author, ...]:
    """Return *authors* with the addresses and titles that other sources know of them, as absolute addresses."""
    known: dict[str, list[Author]] = {}
    for claim in claims:
        for author in claim.byline.authors:
            known.setdefault(name_key(author.name), []).append(author)
    out: list[Author] = []
    for author in authors:
        others = known.get(name_key(author.name), [])
        url = author.url or next((o.url for o in others if o.url), None)
        out.append(
            msgspec.structs.replace(
                author,
                url=resolve_url(url, subject.declared.base) if url else None,
                email=author.email or next((o.email for o in others if o.email), None),
                job_title=author.job_title or next((o.job_title for o in others if o.job_title), None),
            )
        )
    return tuple(out)


def _claims(subject: Subject) -> Iterator[_Claim]:
    """Yield what each source says."""
    yield from _declared_claims(subject)
    yield from _marked_up(subject)
    yield from _visible(subject)
    hinted: dict[tuple[str, str], list[Person]] = {}
    for hint in subject.hints("authors"):  # trafilatura joins names with "; "
        hinted.setdefault((hint.source, hint.where), []).extend(Person(name) for name in hint.value.split(";"))
    for (source, where), people in hinted.items():
        yield _declared(subject, people[:20], source, where)


def _declared_claims(subject: Subject) -> Iterator[_Claim]:
    declared = subject.declared
    for place, node in enumerate(subject.nodes):
        # Who else wrote is for the page's own article to say.
        if node.authors and (place == 0 or not subject.nodes[0].authors):
            yield _declared(subject, node.authors, "json-ld", "author" if place == 0 else "author of another article")
    for name in _META:
        values = [v for v in declared.all(name) if not v.startswith(("http", "/"))][:20]
        if values:
            turned = _forename_first if name == "citation_author" else str
            yield _declared(subject, [Person(turned(v)) for v in values], "meta", name)
    for page in declared.nodes:
        if not page.is_article and page.authors:
            yield _declared(subject, page.authors, "json-ld", "WebPage.author")


def _forename_first(name: str) -> str:
    """Return "Doe, Jane" as "Jane Doe": Google Scholar takes both forms in `citation_author`."""
    surname, _, forename = name.partition(",")
    return f"{forename.strip()} {surname.strip()}" if forename.strip() and "," not in forename else name


def _marked_up(subject: Subject) -> Iterator[_Claim]:
    """Yield the authors of microdata and of links."""
    declared = subject.declared
    items = [
        Person(i.value, url=i.url)
        for i in declared.items
        if i.name in {"author", "creator"} and not i.scope.startswith(_OTHER_SCOPES) and len(i.value) <= MAX_NAME_LINE
    ]
    if items:
        yield _declared(subject, items[:10], "microdata", "author")
    for rel, where in (
        ("author", "rel=author"),
        ("", "link to an author's page"),
        ("side by side", "names side by side"),
    ):
        people = [Person(p.name, url=p.url) for p in declared.people if p.rel == rel]
        if people:
            claim = _declared(subject, people, "html", where)
            # More names than an article has, or names far from it: the links of a list of stories.
            near = len(claim.byline.authors) <= 3 and _stands_near(subject, claim.byline.authors)
            yield claim if rel == "author" or near else msgspec.structs.replace(claim, bad="not beside the article")


def _declared(subject: Subject, people: Sequence[Person], source: str, where: str) -> _Claim:
    """Return the claim that *people*, as declared, make."""
    bylines = [_one(subject, one, strict=source == "html") for one in people]
    authors = {person_key(a.name): a for b in reversed(bylines) for a in reversed(b.authors)}
    others = [o for p, b in zip(people, bylines, strict=True) for o in (b.others if b.authors else _whole(p.name))]
    return _Claim(
        source,
        where,
        "; ".join(p.name for p in people),
        Byline(
            tuple(reversed(authors.values())),
            tuple(dict.fromkeys(a for b in bylines for a in b.agencies)),
            tuple(dict.fromkeys(d for b in bylines for d in b.desks)),
        ),
        others=tuple(others),
    )


def _whole(name: str) -> tuple[str, ...]:
    """Return a declared *name* that is no person's as it is credited; "7 minutes" and a number credit nobody."""
    bare = without_lead(name).strip(" ,")
    return (bare,) if bare and not _MEASURE.fullmatch(bare) and not _NOBODY.search(bare) else ()


def _one(subject: Subject, declared: Person, *, strict: bool) -> Byline:
    """Return what one declared name is; an organisation is no author, an agency among them is an agency."""
    owner = declared.kind == "organization" and name_key(declared.name) in subject.owners
    if declared.kind == "organization" and not owner and not subject.agencies.named(declared.name):
        return Byline(desks=(declared.name,) if is_desk(declared.name) else ())
    name = line(EMAIL.sub(" ", declared.name))
    surname, _, forename = name.partition(", ")
    if _TURNED.fullmatch(name) and is_given_name(forename) and not is_given_name(surname):
        name = _forename_first(name)
    found = parse_byline(
        name,
        agencies=subject.agencies,
        not_names=subject.not_persons,
        typed=not strict and (declared.kind == "person" or " " in name or is_given_name(name)),
    )
    authors = _of_a_list(found, name, person=declared.kind == "person")
    if len(authors) == 1:
        (only,) = authors
        beside = EMAIL.search(declared.name)
        email = only.email or declared.email or (beside.group() if beside else None)
        title = only.job_title or declared.job_title
        authors = (msgspec.structs.replace(only, url=declared.url, email=email, job_title=title),)
    return msgspec.structs.replace(found, authors=authors)


def _of_a_list(found: Byline, name: str, *, person: bool) -> tuple[Author, ...]:
    """Return the authors *found* in a declared *name* that are persons, though none but a *person* may be declared."""
    authors = found.authors
    several = [a for a in authors if " " in a.name or is_caseless(a.name)]
    given = any(is_given_name(a.name) for a in authors)
    if not person and not given:  # one word may be anybody's account; "Linny and Peter" are two
        authors = tuple(several)
    if not person and found.unread and not _names_anybody(name, authors):
        return ()  # "Departement für Wirtschaft, Bildung und Forschung"
    if len(authors) > 1 and several:  # "Jane Doe, London, John Smith"
        return tuple(a for a in authors if a in several or is_given_name(a.name))
    return authors


def _names_anybody(text: str, authors: Sequence[Author]) -> bool:
    """Return whether one of *authors* begins *text*, or begins with a given name."""
    begun = any(without_lead(text).startswith(author.name_raw or author.name) for author in authors[:1])
    return begun or any(begins_with_given_name(author.name) for author in authors)


def _visible(subject: Subject) -> Iterator[_Claim]:
    """Yield the bylines that are printed near the headline or at the end, then lines that begin as one."""
    yield from _together(_bylines(subject))
    if subject.dateline is not None and subject.dateline.byline:
        text = subject.dateline.byline
        yield _Claim("visible", "byline led", text, parse_byline(text, agencies=subject.agencies))
    yield from _unlabelled(subject)


def _together(bylines: Iterable[tuple[int, _Claim]]) -> Iterator[_Claim]:
    """Yield the claims of *bylines*, one for several lines of names in a row: authors in elements of their own."""
    last: tuple[int, _Claim] | None = None
    for at, claim in bylines:
        if last is not None and _in_a_row(last[1], claim, at - last[0]):
            above, below = last[1].byline, claim.byline
            byline = Byline(
                (*above.authors, *below.authors),
                tuple(dict.fromkeys((*above.agencies, *below.agencies))),
                tuple(dict.fromkeys((*above.desks, *below.desks))),
                (*above.others, *below.others),
            )
            shown, others = f"{last[1].shown}; {claim.shown}", (*last[1].others, *claim.others)
            last = at, msgspec.structs.replace(last[1], byline=byline, shown=shown, others=others)
            continue
        if last is not None:
            yield last[1]
        last = at, claim
    if last is not None:
        yield last[1]


def _in_a_row(above: _Claim, below: _Claim, distance: int) -> bool:
    """Return whether two lines are names and nothing else, other ones, one right behind the other."""
    plain = all(c.byline.authors and not (c.bad or c.byline.unread) for c in (above, below))
    named = below.where == "byline led" or all(begins_with_given_name(a.name) for a in below.byline.authors)  # no title
    return plain and named and distance == 1 and above.where == below.where and not _names(above) & _names(below)


def _bylines(subject: Subject) -> Iterator[tuple[int, _Claim]]:
    """Yield what each block that is labelled a byline says, and its place."""
    for seen, (at, item) in enumerate(subject.blocks(Label.BYLINE)):
        if seen >= 12:  # the article's own stand near its headline, or right after its body
            break
        text = item.block.text.strip("*_ ")  # a dump's marks
        lead = has_lead(text)
        if lead and len(text) < 30 and not _LETTERS.search(without_lead(text)) and at + 1 < len(subject.labelled):
            text = subject.labelled[at + 1].block.text[:80]  # "Written by" alone in its block: the name is in the next
        # An element called a byline says as much as "By" does: places may stand behind the names.
        called = item.reason == SAID_BY_CONTAINER and text.upper() != text.lower()
        opened = f"By {text}" if called and not lead else text
        byline = parse_byline(opened, agencies=subject.agencies, not_names=subject.not_persons)
        led, behind = lead and not byline.unread, 0 <= subject.body[1] < at
        where = "byline after body" if behind else "byline led" if led else "byline"
        # Other stories and comments are signed too, and so is what an article lists.
        far = (behind and at > subject.body[1] + 6) or 0 <= subject.body[0] < at - 6 < subject.body[1] - 12
        bad = ("far from the article" if far else "") if lead else _doubt(subject, at, text, byline)
        if behind and any(_CONTACT.match(x.block.text) for x in subject.labelled[max(at - 2, 0) : at]):
            bad = "whom to ask, not who wrote it"
        yield at, _Claim("visible", where, text[:400], byline, bad, byline.others)


def _unlabelled(subject: Subject) -> Iterator[_Claim]:
    """Yield lines that begin as a byline does, round the headline or right after the body, whatever their label."""
    first, last = subject.body
    if first < 0:
        return
    above = max(subject.headline_at - 2, 0) if 0 <= subject.headline_at <= first else max(first - 4, 0)
    for at in (*range(above, first + 1), *range(last + 1, min(last + 4, len(subject.labelled)))):
        item = subject.labelled[at]
        text = item.block.text.strip("*_ ")
        if item.label in (Label.BYLINE, Label.RELATED) or len(text) > 120:  # longer is prose
            continue
        led = has_lead(text) or (item.label is Label.TIMESTAMP and says_who(text))
        if not led and (signed := _DATED_BYLINE.search(text)) and has_date(text[: signed.start()], subject.languages):
            text = text[signed.start() :]
        elif not led:
            continue
        byline = parse_byline(text, agencies=subject.agencies, not_names=subject.not_persons)
        # A sentence of the body may begin with "By": only a line that is all names is none.
        if (byline.authors or byline.agencies) and (at != first or not (byline.unread or text.endswith("."))):
            where = "like a byline" if byline.unread or at > first else "byline led"
            yield _Claim("visible", where, text, byline, "", byline.others)


def _doubt(subject: Subject, at: int, text: str, byline: Byline) -> str:
    """Return why a line without "By" may name nobody, or nothing: two words with capitals can be anything."""
    first, last = subject.body
    if first >= 0 and not (subject.headline_at - 4 <= at <= first + 3 or last <= at <= last + 2):
        return "far from the article"
    if byline.unread:
        return "other words in the line"
    # "김민지 기자 minji@x.example", "【山田太郎】": how Korean and Japanese articles end.
    caseless = byline.authors and all(is_caseless(a.name) for a in byline.authors)
    if caseless and at <= last + 2 and (text.startswith("【") or all(a.job_title and a.email for a in byline.authors)):
        return ""
    beside_body = subject.headline_at < at < first or last < at <= last + 2
    if beside_body and subject.labelled[at].reason == SAID_BY_CONTAINER:
        return ""
    if any(is_caseless(a.name) and not (a.job_title or a.email) for a in byline.authors):
        return "nothing says that it is a name"
    # Tags name those whom the article is about.
    spoken_of = any(_is_spoken_of(subject, a.name) for a in byline.authors)
    given = all(begins_with_given_name(a.name) for a in byline.authors)
    if given and not spoken_of and (at < first or last < at <= last + 2):
        return ""
    if 0 <= last < at:  # the title of another story has a time beside it, too
        return "nothing says that it is a name"
    if spoken_of:
        return "the article is about it"
    beside = subject.labelled[max(at - 2, 0) : at + 3]
    dated = any(x.label is Label.TIMESTAMP or has_date(x.block.text[:200], subject.languages) for x in beside)
    if not dated:
        return "no time beside it" if byline.authors else ""
    return "" if all(_may_be_name(subject, a.name) for a in byline.authors) else "nothing says that it is a name"


def _may_be_name(subject: Subject, name: str) -> bool:
    """Return whether *name*, with a time beside it, may be a person's: "Key Points" and "Request a Quote" are not."""
    if begins_with_given_name(name) or is_caseless(name):
        return True
    said = {word for _, item in subject.blocks(*BODY_LABELS) for word in item.block.text.split()}
    words = name.split()
    return len(words) == 2 and said.isdisjoint(word.lower() for word in words)


def _is_spoken_of(subject: Subject, name: str) -> bool:
    """Return whether headline or body say *name*."""
    return any(name in item.block.text for _, item in subject.blocks(Label.HEADLINE, *BODY_LABELS))


def _stands_near(subject: Subject, authors: Sequence[Author]) -> bool:
    """Return whether the names of *authors* are printed between headline and body, or right after the body."""
    first, last = subject.body
    if first < 0:
        return True
    around = subject.labelled[max(subject.headline_at - 4, 0) : first + 3] + subject.labelled[last : last + 6]
    lines = " | ".join(name_key(x.block.text[:200]) for x in around)
    return all(name_key(a.name) in lines for a in authors)


def _from_text(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield mark, name and place of the agencies that the dateline or the end of the body names."""
    if subject.dateline is not None:
        yield from ((mark, name, "dateline") for mark, name in subject.dateline.agencies)
    last = subject.body[1]
    if last < 0:
        return
    for item in subject.labelled[max(last - 1, 0) : last + 6]:
        text = item.block.text
        if len(text) < MAX_NOTE and _HELPED.search(text):
            yield from ((mark, name, "who helped") for mark, name in subject.agencies.inside(text))
    signed = _SIGNED.search(subject.labelled[last].block.text[-80:])
    for mark in re.split("[/,]", signed.group(1) or signed.group(2)) if signed else ():
        if name := subject.agencies.named(mark, enclosed=bool(signed and signed.group(1))):
            yield mark.strip(), name, "signature"
