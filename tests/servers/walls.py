"""Pages with status 200 that are no article, in several languages: the wording is the usual one, the sites invented."""

from newsclean.document import PageKind
from servers.loopback import Route, reply

_MENU = '<nav><a href="/">{home}</a> <a href="/politics">{politics}</a> <a href="/sport">Sport</a></nav>'


def _page(language: str, title: str, body: str) -> str:
    menu = _MENU.format(home="Home", politics="Politics")
    return (
        f'<!doctype html><html lang="{language}"><head><title>{title} | Harbour Post</title></head><body>{menu}'
        f"<main>{body}</main><footer>© 2026 Harbour Post</footer></body></html>"
    )


def _login(language: str, title: str, sentence: str, name: str, password: str, more: str) -> str:
    form = (
        f'<form action="/login" method="post"><label>{name} <input name="user"></label>'
        f'<label>{password} <input type="password"></label><button>{title}</button></form>'
    )
    return _page(language, title, f"<h1>{title}</h1><p>{sentence}</p>{form}<p><a href='/forgot'>{more}</a></p>")


def _text(language: str, title: str, *paragraphs: str) -> str:
    return _page(language, title, f"<h1>{title}</h1>" + "".join(f"<p>{one}</p>" for one in paragraphs))


_LOGIN = (
    (
        "en",
        "Log in",
        "Log in or create a free account to keep reading.",
        "Email address",
        "Password",
        "Forgot password?",
    ),
    ("en", "Sign in to your account", "You need to sign in to see this page.", "Email", "Password", "Reset password"),
    ("de", "Anmelden", "Bitte melden Sie sich an, um weiterzulesen.", "E-Mail", "Passwort", "Passwort vergessen?"),
    (
        "fr",
        "Connexion",
        "Connectez-vous pour lire cet article.",
        "Adresse e-mail",
        "Mot de passe",
        "Mot de passe oublié ?",
    ),
    (
        "es",
        "Iniciar sesión",
        "Inicia sesión para seguir leyendo.",
        "Correo electrónico",
        "Contraseña",
        "¿La olvidaste?",
    ),
    ("it", "Accedi", "Accedi o registrati per continuare.", "Email", "Password", "Password dimenticata?"),
    ("pt", "Entrar", "Faça login para continuar a ler.", "E-mail", "Senha", "Esqueceu a senha?"),
    ("nl", "Inloggen", "Log in om verder te lezen.", "E-mailadres", "Wachtwoord", "Wachtwoord vergeten?"),
    ("pl", "Zaloguj się", "Zaloguj się, aby czytać dalej.", "Adres e-mail", "Hasło", "Nie pamiętasz hasła?"),
    ("ru", "Вход", "Войдите, чтобы читать дальше.", "Электронная почта", "Пароль", "Забыли пароль?"),
    ("tr", "Giriş yap", "Okumaya devam etmek için giriş yapın.", "E-posta", "Şifre", "Şifremi unuttum"),
    ("sv", "Logga in", "Logga in för att läsa vidare.", "E-post", "Lösenord", "Glömt lösenord?"),
    ("ja", "ログイン", "続きを読むにはログインしてください。", "メールアドレス", "パスワード", "パスワードを忘れた方"),
    ("zh", "登录", "请登录后继续阅读。", "邮箱", "密码", "忘记密码？"),
    ("ar", "تسجيل الدخول", "سجل الدخول لمتابعة القراءة.", "البريد الإلكتروني", "كلمة المرور", "هل نسيت كلمة المرور؟"),
)

_CONSENT = (
    (
        "en",
        "Your privacy choices",
        "We and our 843 partners store information on your device, such as cookies, to show personalised ads.",
        "You can accept all cookies or manage your choices. You may change your consent settings at any time.",
    ),
    (
        "de",
        "Ihre Privatsphäre ist uns wichtig",
        "Wir und unsere 240 Partner verwenden Cookies und verarbeiten personenbezogene Daten, um Werbung zu zeigen.",
        "Mit Ihrer Einwilligung stimmen Sie den Cookies zu.",
        "Mehr in der Datenschutzerklärung und den Cookie-Einstellungen; die Zustimmung ist freiwillig.",
    ),
    (
        "fr",
        "Votre vie privée",
        "Avec votre consentement, nos partenaires et nous utilisons des cookies et des traceurs.",
        "Vous pouvez retirer votre consentement à tout moment dans notre politique de confidentialité et des cookies.",
    ),
    (
        "es",
        "Tu privacidad es importante",
        "Nosotros y nuestros 150 socios usamos cookies para mostrar publicidad. Puedes aceptar todas las cookies.",
        "Consulta la política de privacidad y la política de cookies para cambiar tu consentimiento.",
    ),
    (
        "nl",
        "Wij geven om je privacy",
        "Wij en onze partners plaatsen cookies. Geef toestemming voor alle cookies of kies zelf je cookies.",
        "Je kunt je toestemming altijd intrekken in de cookie-instellingen en ons privacybeleid.",
    ),
    (
        "ja",
        "クッキーの使用について",
        "当サイトはクッキーを使用しています。クッキーの使用に同意する場合は「同意する」を押してください。",
        "クッキーの設定はいつでも変更できます。同意の撤回も可能です。",
    ),
)

_BOT = (
    (
        "en",
        "Just a moment...",
        "Verifying you are human. This may take a few seconds.",
        "Enable JavaScript and cookies.",
    ),
    ("en", "Access denied", "You don't have permission to access this page on this server.", "Reference 18.2f5"),
    ("de", "Zugriff verweigert", "Bitte bestätigen Sie, dass Sie kein Roboter sind.", "Kennung 18.2f5"),
    ("fr", "Accès refusé", "Veuillez confirmer que vous n'êtes pas un robot.", "Référence 18.2f5"),
    ("es", "Acceso denegado", "Verifica que no eres un robot para continuar.", "Referencia 18.2f5"),
    ("ru", "Доступ запрещен", "Подтвердите, что вы не робот.", "Номер 18.2f5"),
)

_MISSING = (
    (
        "en",
        "Page not found",
        "Sorry, the page you are looking for does not exist or has been moved.",
        "Try the search.",
    ),
    ("de", "Seite nicht gefunden", "Die gewünschte Seite existiert leider nicht mehr.", "Zur Startseite"),
    ("fr", "Page introuvable", "La page que vous cherchez n'existe pas ou a été déplacée.", "Retour à l'accueil"),
    ("es", "Página no encontrada", "La página que buscas no existe o ha cambiado de dirección.", "Volver al inicio"),
    ("pl", "Nie znaleziono strony", "Strona, której szukasz, nie istnieje.", "Wróć na stronę główną"),
    ("ja", "ページが見つかりません", "お探しのページは見つかりませんでした。", "トップページへ"),
)

_EMPTY = (
    '<title>Harbour Post</title><body><div id="root"></div>',
    '<title>Hafenpost</title><div id="app">Wird geladen …</div><noscript>Bitte JavaScript einschalten.</noscript>',
    '<title>Loading</title><body><div class="spinner">Loading...</div>',
    "",
    "<html><body></body></html>",
)


def walls() -> dict[str, tuple[PageKind, str]]:
    """Return each page by its path, with what it is."""
    made: dict[str, tuple[PageKind, str]] = {}
    texts = ((PageKind.CONSENT_WALL, _CONSENT), (PageKind.BOT_WALL, _BOT), (PageKind.SOFT_404, _MISSING))
    for number, login in enumerate(_LOGIN):
        made[f"/2026/11/20/login-{login[0]}-{number}"] = (PageKind.LOGIN_WALL, _login(*login))
    for kind, pages in texts:
        for number, (language, title, *paragraphs) in enumerate(pages):
            made[f"/2026/11/20/{kind.value}-{language}-{number}"] = (kind, _text(language, title, *paragraphs))
    for number, text in enumerate(_EMPTY):
        made[f"/2026/11/20/shell-{number}"] = (PageKind.EMPTY, text)
    return made


def routes() -> dict[str, Route]:
    """Return a server's routes to all of them."""
    return {path: reply(text) for path, (_, text) in walls().items()}
