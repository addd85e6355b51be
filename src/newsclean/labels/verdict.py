"""
The verdict on a page: an article, another kind of page, or one that is not worth keeping.

It rests on what the page declares, on how much text the engine kept, and on cue phrases of short pages only: on a long
page the same words stand in the chrome round a perfectly good article.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from newsclean.document import BODY_LABELS, Label, Labelled, PageKind
from newsclean.labels.wording import is_link
from newsclean.lexicon import Lexicon

__all__ = ["WALLS", "PageFacts", "Verdict", "judge"]

WALLS = frozenset({PageKind.LOGIN_WALL, PageKind.CONSENT_WALL, PageKind.BOT_WALL, PageKind.SOFT_404, PageKind.EMPTY})
"""Kinds of page that say nothing of an article at all."""

BRIEF_WORDS = 40
"""Words of the shortest piece that passes for an article; agency flashes of the development pages have 41 and more."""

SIGNED_WORDS = 20
"""
Words that are the body of a page with a headline, an author and a time, or with little else on it.

The last page of an article may have few.
"""

STUB_WORDS = 250
"""Words above which a piece behind a pay wall is more than its stub."""

WALL_WORDS = 900
"""Words on a whole page that is a wall and nothing else; consent texts with a list of purposes come near 800."""

BOT_WALL_WORDS = 200

LOGIN_WALL_WORDS = 300
"""Words on a whole log-in page, menus and what an account is good for included."""

EMPTY_WORDS = 100
"""Words under which a page without an article has nothing else to show either."""

SHELL_WORDS = 8
"""Words under which a page can only be waiting for its script: "Loading", "Please enable JavaScript"."""

SCRIPT_WORDS = 50
"""Words under which a page that asks for JavaScript shows nothing else."""

GALLERY_CAPTIONS = 5

LEAST_CERTAIN = 0.5
"""Certainty below which a page that says it is an article is of no other kind; by cross-validation."""

SURE_INDEX = 0.9
"""Probability from which the teasers of an index page are left out; by cross-validation no article lies above it."""

DATED_INDEX = 0.7
"""Certainty up to which a page with a date between its headline and its text is an article after all, no index; by
cross-validation, where 5 of 6 such pages are articles."""

TEASERS = 5
"""Linked titles with a text below, from which a page may be a list of them."""

TEASER_CHARS = 15
"""Characters of such a title, at least."""

_TEASED = {PageKind.ARTICLE: 0.8, PageKind.INDEX: 0.5}
"""Their share of what passes for the body from which the page shows nothing else, by what the model takes it for; no
development page annotated as an article has as many."""

_NEWS_TYPES = frozenset({"NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle"})
"""Types that pages of other kinds do not claim: 1 of 646 development pages does, but 157 of 710 articles."""

_CONSENT_STEMS = (
    "cookie", "consent", "einwillig", "einverständnis", "zustimm", "datenschutz", "privacy", "toestemming", "zgod",
    "ciastecz", "confidentialité", "traceur", "partenaires", "privacidad", "privacidade", "socios", "vendors",
    "berechtigtes interesse", "legitimate interest", "çerez", "クッキー", "同意", "쿠키", "согласи", "کوکی",
    "consenso", "fornitori", "our partners", "partners store",
)  # fmt: skip
_CONSENT_SHARE = 0.008
"""Mentions of consent for each word of the page; articles about data protection stay under 0.01."""


_LOGIN = re.compile(
    r"(?:please |you (?:need|have) to |you must )?(?:log[ -]?in|sign[ -]?in|log on)"
    r"(?:\W*$| (?:to|or|and|page|form|required|here|now|with|first|om|for|på|ind)\b)|"
    r"(?:bitte )?(?:anmelden|einloggen|melden sie sich an|loggen sie sich ein)\b|anmeldung$|"
    r"(?:se )?connexion$|connexion (?:à|a) |(?:se connecter|connectez-vous|identifiez-vous|s'identifier)\b|"
    r"(?:iniciar|inicia|inicie|inicio de) sesi[oó]n\b|acceder$|identif[ií]cate$|"
    r"(?:accedi|effettua (?:l'accesso|il login))\b|entrar$|(?:faça|fazer|inici(?:e|ar)) (?:o )?(?:login|sessão)\b|"
    r"inloggen\b|aanmelden$|logga in\b|logg inn\b|log ind\b|kirjaudu\b|"
    r"zaloguj|logowanie$|přihlá(?:sit|šení|ste)\b|prihlás|bejelentkezés|autentificare|conectare$|"
    r"вход$|вход в |войти|войдите|авторизация$|увійти|увійдіть|вхід$|giriş yap|oturum aç|üye girişi|"
    r"σύνδεση$|συνδεθείτε|التسجيل الدخول|تسجيل الدخول|سجل الدخول|ورود$|התחברות|"
    r"ログイン|サインイン|登录|登錄|登入|请登录|請登入|로그인|लॉग ?इन|masuk$|đăng nhập|เข้าสู่ระบบ"
)
_PASSWORD_STEMS = (
    "password", "passwort", "kennwort", "mot de passe", "contraseña", "senha", "palavra-passe", "wachtwoord", "hasło",
    "hasła", "lösenord", "passord", "adgangskode", "salasana", "heslo", "jelszó", "parol", "пароль", "şifre", "parola",
    "κωδικ", "كلمة المرور", "كلمة السر", "رمز عبور", "סיסמ", "パスワード", "密码", "密碼", "비밀번호", "पासवर्ड",
    "kata sandi", "mật khẩu", "รหัสผ่าน",
)  # fmt: skip
"""What a log-in page asks for; `tests/servers/walls.py` has the pages that need these and the wordings above."""

_TITLE_PARTS = re.compile(r"\s[|–—:·•/-]\s|\s?[|:‹›«»]\s?")


class PageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the verdict looks at besides the blocks.

    Args:
        types: schema.org types the page declares for itself.
        declared_article: whether the page says that it is an article.
        live: whether it calls itself live and shows entries with their times.
        title: the page's `<title>`.
        is_accessible_for_free: what the page declares; None when it does not say.
        scored: the kind the model finds likeliest.
        certainty: how likely the model finds it.
    """

    types: tuple[str, ...] = ()
    declared_article: bool = False
    live: bool = False
    title: str = ""
    is_accessible_for_free: bool | None = None
    scored: PageKind = PageKind.ARTICLE
    certainty: float = 1.0


class Verdict(NamedTuple):
    """What a page is, and whether its text is an article's: the body of any other page is empty."""

    kind: PageKind
    has_body: bool


def judge(labelled: Sequence[Labelled], facts: PageFacts, *, lexicon: Lexicon) -> Verdict:
    """
    Return the verdict on a page.

    Args:
        labelled: the page's blocks with labels.
        facts: what else is known of it.
        lexicon: cue phrases.
    """
    body = _words(item.block.text for item in labelled if item.label in BODY_LABELS)
    everything = _words(item.block.text for item in labelled)
    if not everything:
        return Verdict(PageKind.EMPTY, has_body=False)
    if "LiveBlogPosting" in facts.types or facts.live:
        return Verdict(PageKind.LIVE_BLOG, has_body=True)
    if everything < WALL_WORDS and not facts.declared_article and (wall := _wall(labelled, facts, everything, lexicon)):
        return Verdict(wall, has_body=False)
    # Links are those of teasers.
    captions = sum(i.label is Label.CAPTION and 2 * i.block.link_chars < len(i.block.text) for i in labelled)
    if captions >= GALLERY_CAPTIONS and body < 25 * captions:
        return Verdict(PageKind.GALLERY, has_body=True)
    if facts.is_accessible_for_free is False and body < STUB_WORDS:
        return Verdict(PageKind.PAYWALL_STUB, has_body=True)
    if (everything < SHELL_WORDS or _asks_for_script(labelled, everything)) and not facts.declared_article:
        return Verdict(PageKind.EMPTY, has_body=False)
    least = SIGNED_WORDS if _is_signed(labelled) or 2 * body >= everything else BRIEF_WORDS
    if body < least and facts.scored is PageKind.ARTICLE and not facts.declared_article:
        return Verdict(PageKind.EMPTY if everything < EMPTY_WORDS else PageKind.INDEX, has_body=False)
    return _as_scored(labelled, facts)


def _as_scored(labelled: Sequence[Labelled], facts: PageFacts) -> Verdict:
    """Return what the model takes the page for, unless what it declares, or its form, says otherwise."""
    declared, scored = facts.declared_article, facts.scored
    if not _NEWS_TYPES.isdisjoint(facts.types) or (declared and facts.certainty < LEAST_CERTAIN):
        return Verdict(PageKind.ARTICLE, has_body=True)
    if not declared and _share_of_teasers(labelled) >= _TEASED.get(scored, 2.0):
        return Verdict(PageKind.INDEX, has_body=False)
    if scored is PageKind.INDEX and facts.certainty < DATED_INDEX and _is_dated(labelled):
        return Verdict(PageKind.ARTICLE, has_body=True)
    return Verdict(scored, has_body=scored is not PageKind.INDEX or facts.certainty < SURE_INDEX)


def _share_of_teasers(labelled: Sequence[Labelled]) -> float:
    """Return which share of the body is titles of other stories, each a link, with a few words below; 0 for a few."""
    body = sum(len(item.block.text) for item in labelled if item.label in BODY_LABELS)
    pairs, chars = 0, 0
    for title, below in pairwise(labelled):
        text = below.label in BODY_LABELS and below.block.link_chars * 4 < len(below.block.text)
        if text and is_link(title.block) and len(title.block.text) > TEASER_CHARS:
            pairs += 1
            chars += len(below.block.text) + (len(title.block.text) if title.label in BODY_LABELS else 0)
    return chars / body if pairs >= TEASERS else 0.0


def _is_dated(labelled: Sequence[Labelled]) -> bool:
    """Return whether a date stands between the page's `<h1>` and two paragraphs or more that are hardly links."""
    headline = next((at for at, item in enumerate(labelled) if item.label is Label.HEADLINE), -1)
    first = next((at for at, item in enumerate(labelled) if item.label is Label.PARAGRAPH), -1)
    if not 0 <= headline < first or labelled[headline].block.tag != "h1":
        return False
    body = [item.block for item in labelled if item.label in BODY_LABELS]
    linked = sum(block.link_chars for block in body) * 4 >= sum(len(block.text) for block in body)
    return (
        not linked
        and len(body) > 1
        and _words(block.text for block in body) >= BRIEF_WORDS
        and any(item.label is Label.TIMESTAMP for item in labelled[headline:first])
    )


def _is_signed(labelled: Sequence[Labelled]) -> bool:
    """Return whether a page shows a headline with its author and its time, as the last page of an article does."""
    # In a dump the lines of a menu may pass for all three.
    return labelled[0].block.container >= 0 and {Label.HEADLINE, Label.BYLINE, Label.TIMESTAMP} <= {
        item.label for item in labelled
    }


def _words(texts: Iterable[str]) -> int:
    """Return the words of *texts*; of scripts without spaces, two characters count as one."""
    total = 0
    for text in texts:
        spaced = len(text.split())
        total += spaced if spaced * 12 > len(text) or text.isascii() else len(text) // 2
    return total


def _wall(labelled: Sequence[Labelled], facts: PageFacts, words: int, lexicon: Lexicon) -> PageKind | None:
    """Return the wall that a short page is, None when it is none."""
    prominent = [facts.title] + [
        i.block.text for i in labelled if i.block.tag in ("h1", "h2") or i.label in BODY_LABELS
    ]
    found = {cue.label for cue in lexicon.cues(prominent) if cue is not None}
    if "not_found" in found:
        return PageKind.SOFT_404
    if words < BOT_WALL_WORDS and "bot_wall" in found:
        return PageKind.BOT_WALL
    if words < LOGIN_WALL_WORDS and _asks_to_log_in(labelled, facts):
        return PageKind.LOGIN_WALL
    # A banner over a real page says as much of consent; on a wall, what passes for the body does.
    body = [item for item in labelled if item.label in BODY_LABELS]
    subject = body if _words(i.block.text for i in body) >= BRIEF_WORDS else labelled
    text = " ".join(item.block.text for item in subject).casefold()
    mentions = sum(text.count(stem) for stem in _CONSENT_STEMS)
    return PageKind.CONSENT_WALL if mentions > max(3, _words([text]) * _CONSENT_SHARE) else None


def _asks_for_script(labelled: Sequence[Labelled], words: int) -> bool:
    """Return whether a page of few words says that it needs JavaScript: what it would show is not there."""
    return words < SCRIPT_WORDS and any("javascript" in item.block.text.casefold() for item in labelled)


def _asks_to_log_in(labelled: Sequence[Labelled], facts: PageFacts) -> bool:
    """
    Return whether a short page's subject is logging in: its title or a heading says so, and a password is asked for.

    Neither counts where a body stands beside it: articles come with a log-in box of their own, or are about passwords.
    """
    body = _words(item.block.text for item in labelled if item.label in BODY_LABELS)
    if not any(stem in item.block.text.casefold() for item in labelled for stem in _PASSWORD_STEMS):
        return False
    titles = [part.strip() for part in _TITLE_PARTS.split(facts.title.casefold())]
    headings = [item.block.text.casefold() for item in labelled if item.block.tag in ("h1", "h2")]
    return (body < 2 * BRIEF_WORDS and any(map(_LOGIN.match, titles))) or (
        body < BRIEF_WORDS and any(map(_LOGIN.match, headings))
    )
