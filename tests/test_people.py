"""Persons, agencies and desks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import lexicon
from newsclean.fields.agencies import Agencies
from newsclean.fields.leads import has_lead
from newsclean.fields.names import name_key, person
from newsclean.fields.people import is_desk, parse_byline
from newsclean.lexicon import Agency, Mark

TABLE = Agencies(
    [
        Agency("Reuters", "GB", (Mark("Reuters", case=False),)),
        Agency("The Canadian Press", "CA", (Mark("The Canadian Press", case=False), Mark("CP", case=True))),
        Agency("Deutsche Presse-Agentur", "DE", (Mark("dpa", case=False),)),
        Agency("Agence France-Presse", "FR", (Mark("AFP", case=True),)),
        Agency("Xinhua", "CN", (Mark("新华社", case=False),)),
    ],
)


@pytest.mark.parametrize(
    ("text", "authors", "agencies", "desks"),
    [
        ("By Jane Doe and John Smith, Reuters", ["Jane Doe", "John Smith"], ["Reuters"], []),
        ("JANE DOE jane@x.org", ["Jane Doe"], [], []),
        ("By JEAN-LUC O'NEILL", ["Jean-Luc O'Neill"], [], []),
        ("Von unserem Korrespondenten", [], [], ["unserem Korrespondenten"]),
        ("dpa/AFP", [], ["Deutsche Presse-Agentur", "Agence France-Presse"], []),
        ("Von Hans Müller, dpa", ["Hans Müller"], ["Deutsche Presse-Agentur"], []),
        ("Par Hélène Marchetti, avec AFP", ["Hélène Marchetti"], ["Agence France-Presse"], []),
        ("Staff Reporter", [], [], ["Staff Reporter"]),
        ("(Reporting by Jane Doe; editing by John Smith)", ["Jane Doe"], [], []),
        (
            "Darpan News Desk The Canadian Press, 06 Jan, 2026 09:46 AM",
            [],
            ["The Canadian Press"],
            ["Darpan News Desk"],
        ),
        ("Tobias Wiebe-Lund The Canadian Press", ["Tobias Wiebe-Lund"], ["The Canadian Press"], []),
        ("By Jane Doe | Reviewed by John Smith", ["Jane Doe"], [], []),
        ("Marie de la Tour", ["Marie de la Tour"], [], []),
        ("구현모 기자", ["구현모"], [], []),
        ("文/張三", ["張三"], [], []),
        ("2026年1月6日 09:46 来源：新华社 作者：林知远", ["林知远"], ["Xinhua"], []),
        ("كتبت: رنيم الحصّادي", ["رنيم الحصّادي"], [], []),
        ("记者 张晓明 李华", ["张晓明", "李华"], [], []),
        ("本报记者张晓明", ["张晓明"], [], []),
        ("Submitted by Beth Carrow on Wed, 01/14/2026 - 17:20", ["Beth Carrow"], [], []),
        ("Lumen A/S", [], [], []),
        ("Author, Jane Roe", ["Jane Roe"], [], []),
        ("Автор, Иван Петров", ["Иван Петров"], [], []),
        ("dal nostro inviato Marco Rossi", ["Marco Rossi"], [], []),
        ("Γράφει ο Νίκος Παπάς", ["Νίκος Παπάς"], [], []),
        ("부산=김준호 기자", ["김준호"], [], []),
        ("〔記者蔡宗勳／嘉義報導〕", ["蔡宗勳"], [], []),
        ("By Jane Doe/AFP", ["Jane Doe"], ["Agence France-Presse"], []),
        ("文：陳大文 圖：李小龍", ["陳大文"], [], []),
        ("文＝山田太郎 写真＝佐藤花子", ["山田太郎"], [], []),
        ("中部新聞網 記者王小明／台中報導", ["王小明"], [], []),
        ("מאת יעל פרידמן ואורי לוי", ["יעל פרידמן", "אורי לוי"], [], []),
        ("AYŞE DEMİR/İZMİR, (DHA)", ["Ayşe Demir"], [], []),
        ("Aus Kiew berichtet Christoph Wanner", ["Christoph Wanner"], [], []),
        ("Rozmawiała Anna Nowak-Zielińska", ["Anna Nowak-Zielińska"], [], []),
        ("Theo Lê Văn Tám", ["Lê Văn Tám"], [], []),
        ("Theo Müller", ["Theo Müller"], [], []),
        ("de Ion Popescu", ["Ion Popescu"], [], []),
        ("От Иван Петров", ["Иван Петров"], [], []),
        ("Napisala Ana Horvat", ["Ana Horvat"], [], []),
        ("Articol de Ion Popescu", ["Ion Popescu"], [], []),
        ("Підготувала Олена Коваль", ["Олена Коваль"], [], []),
        ("Autorius: Jonas Petraitis", ["Jonas Petraitis"], [], []),
        ("Jón Jónsson skrifar", ["Jón Jónsson"], [], []),
        ("Escrit per Marta Puig", ["Marta Puig"], [], []),
        ("Imeandikwa na Asha Juma", ["Asha Juma"], [], []),
        ("By Na Kyung Won", ["Na Kyung Won"], [], []),
        ("Theo Bălan", ["Theo Bălan"], [], []),
        ("מאת: יוסי דסקל", ["יוסי דסקל"], [], []),
        ("Кореспондент Иван Петров", ["Иван Петров"], [], []),
        ("Ditulis oleh Budi Santoso", ["Budi Santoso"], [], []),
        ("Text von Hans Müller Illustration von Jo Roe", ["Hans Müller"], [], []),
        ("Par Kab Niang Le 17/02/2020", ["Kab Niang"], [], []),
        ("Autor: Angelika Leitner Google+ mehr", ["Angelika Leitner"], [], []),
        ("Inga HoeltmannFollow", ["Inga Hoeltmann"], [], []),
        ("Quelle: House of Clio (Silver Hall) Foto: House of Clio", [], [], []),
        ("Dr. Jane Doe, Jane Doe", ["Dr. Jane Doe"], [], []),
        ("By Jane Doe, Master Horticulturalist & Garden Educator", ["Jane Doe"], [], []),
        ("Quelle: Hans Müller", [], [], []),
        ("06.01.2026 09:46 Von Hans Müller", ["Hans Müller"], [], []),
        ("Texto de Graça Antunes Videira", ["Graça Antunes Videira"], [], []),
        ("How Many Watts Does a Laptop Use?", [], [], []),
        ("By Per Strand", ["Per Strand"], [], []),
        ("By Di Li", ["Di Li"], [], []),
        ("Di Mario Rossi", ["Mario Rossi"], [], []),
        ("ByJane Doe", ["Jane Doe"], [], []),
        ("By Jane Doe @janedoe", ["Jane Doe"], [], []),
        ("By Jane Doe December 2, 2025", ["Jane Doe"], [], []),
        ("by Jane DoeNovember 20, 2007", ["Jane Doe"], [], []),
        ("By June Jung 12 min", ["June Jung"], [], []),
        ("Posted by Jane Doe on 2025-12-18 in snow", ["Jane Doe"], [], []),
        ("Emma SmithersLifestyle Writer", ["Emma Smithers"], [], []),
        ("Amy DeSiato, Reporter", ["Amy DeSiato"], [], []),
        ("27. Januar 2026 • Gregor Meier • 3 Minuten", ["Gregor Meier"], [], []),
        ("9. September 2025 um 15:46 Uhr / Frank Wunder-Pfeiffer", ["Frank Wunder-Pfeiffer"], [], []),
        ("Dec 17, 2025Julian K. Arden", ["Julian K. Arden"], [], []),
        ("By Jane Doe in London and John Smith in Paris", ["Jane Doe", "John Smith"], [], []),
        ("Par Hélène Marchetti à Lyon", ["Hélène Marchetti"], [], []),
        ("By Jane Doe ⋅ Founder ⋅ Updated May 6, 2025", ["Jane Doe"], [], []),
        ("Written by: Jane Doe, Senior AnalystUpdated Sep 17, 2025", ["Jane Doe"], [], []),
        ("Garden ChecklistsJust EngagedTown Planning", [], [], []),
        ("7-Minute ListenDownloadTranscript", [], [], []),
        ("Žurnalistas: Jonas Petraitis", ["Jonas Petraitis"], [], []),
        ("Žurnāliste: Ilze Bērziņa", ["Ilze Bērziņa"], [], []),
        ("Jeff VanderMeer", ["Jeff VanderMeer"], [], []),
        ("By Jane Doe on behalf of the Bridge Group", ["Jane Doe"], [], []),
        ("Luxury Hotels in Spain", [], [], []),
        (
            "Par Élodie Martin (Marseille, correspondante) et Jean-Baptiste Le Goff",
            ["Élodie Martin", "Jean-Baptiste Le Goff"],
            [],
            [],
        ),
        ("Por João Silva, do Rio", ["João Silva"], [], []),
        ("Par Le Figaro avec AFP", [], ["Agence France-Presse"], []),
        ("By Jane Doe | Reuters", ["Jane Doe"], ["Reuters"], []),
        ("記者・佐藤健一", ["佐藤健一"], [], []),
        ("김민지·박준호 기자", ["김민지", "박준호"], [], []),
        ("박준석 기자 외 1명", ["박준석"], [], []),
        ("Reto Bühlmann (Text), Anna Meier (Foto)", ["Reto Bühlmann", "Anna Meier"], [], []),
        ("Autor: Jelena Marković Objavljeno: 01.07.2024. 08:15", ["Jelena Marković"], [], []),
        ("Jane Doe2024-05-06 10:00", ["Jane Doe"], [], []),
        ("Skrevet av Ingrid Solheim", ["Ingrid Solheim"], [], []),
        ("Penulis: Budi Santoso", ["Budi Santoso"], [], []),
        ("Emma Watson in London", [], [], []),
        ("By Jeff VanderMeer", ["Jeff VanderMeer"], [], []),
        ("12.01.2026 | Klaus Kleber", ["Klaus Kleber"], [], []),
        ("2026-01-12 Umberto Eco", ["Umberto Eco"], [], []),
        ("12 June 2025 Hannah Arendt", ["Hannah Arendt"], [], []),
        ("12 de enero de 2026 • Juan Pérez", ["Juan Pérez"], [], []),
        ("Monday, June 12, 2025 Jane Doe", ["Jane Doe"], [], []),
        ("By Emily Ng in Hong Kong for Reuters", ["Emily Ng"], ["Reuters"], []),
        ("Por Juan Pérez en Buenos Aires y Ana López en Lima", ["Juan Pérez", "Ana López"], [], []),
        ("By Jane Doe in London and San Francisco", ["Jane Doe"], [], []),
        ("12.01.2026 von Hans Müller, Berlin", ["Hans Müller"], [], []),
        ("By Jane Doe, Ph.D., LONDON", ["Jane Doe, Ph.D."], [], []),
        ("By Jane DoeTransport Correspondent", ["Jane Doe"], [], []),
        ("By Jane DoeKofi Boateng", ["Jane Doe", "Kofi Boateng"], [], []),
        ("Kari NordmannJournalist", ["Kari Nordmann"], [], []),
        ("Por Juan PérezMadrid", ["Juan Pérez"], [], []),
        ("By Jane Doe, Deputy Political Editor", ["Jane Doe"], [], []),
        ("By Jane Doe, Consumer Affairs Correspondent, and Seán Ó Briain", ["Jane Doe", "Seán Ó Briain"], [], []),
        ("Av Reuters", [], ["Reuters"], []),
        ("Por AFP", [], ["Agence France-Presse"], []),
        ("By Hafsa al-Masri", ["Hafsa al-Masri"], [], []),
        ("Par Isabelle d'Ornano", ["Isabelle d'Ornano"], [], []),
        ("AYŞE YILMAZOĞLU", ["Ayşe Yılmazoğlu"], [], []),
        ("ALİ İHSAN YILDIRIM", ["Ali İhsan Yıldırım"], [], []),
        ("AYŞE-İREM YILDIZ", ["Ayşe-İrem Yıldız"], [], []),
        ("ŞERBAN MARINESCU", ["Şerban Marinescu"], [], []),
        ("By Jane Doe in Reno, NV", ["Jane Doe"], [], []),
        ("By John Smith, Adelaide, SA", ["John Smith"], [], []),
        ("By Larry Sabato", ["Larry Sabato"], [], []),
        ("Von Anna Müller und Jan Freitag", ["Anna Müller", "Jan Freitag"], [], []),
        ("By Jane Domingo, Staff Writer", ["Jane Domingo"], [], []),
        ("By John Smith and MaryAnn Jones", ["John Smith", "MaryAnn Jones"], [], []),
        ("By Swagata DasGupta", ["Swagata DasGupta"], [], []),
        ("By Sarah Jane North", ["Sarah Jane North"], [], []),
        ("By Da SILVA", ["Da SILVA"], [], []),
        ("Ein Gastbeitrag von Christoph Wanner", ["Christoph Wanner"], [], []),
        ("김민지 사진 박준호", ["김민지"], [], []),
        ("יעל פרידמן ואורי לוי", ["יעל פרידמן", "אורי לוי"], [], []),
        ("By Renata Colvin Wednesday, March 14, 2001", ["Renata Colvin"], [], []),
        ("Von Ruth Angermaier Mittwoch, 14. März 2001", ["Ruth Angermaier"], [], []),
        ("Helio Foods, Inc.", [], [], []),
        ("Corvane Therapeutics AB", [], [], []),
        ("Interview: Ruth Angermaier", ["Ruth Angermaier"], [], []),
        ("Quelle: dpa, Foto: dpa/Rolf Ohlsen", [], ["Deutsche Presse-Agentur"], []),
        ("x" * 10_000, [], [], []),
    ],
)
def test_byline(text: str, authors: list[str], agencies: list[str], desks: list[str]) -> None:
    """Each part of a byline goes where it belongs."""
    byline = parse_byline(text, agencies=TABLE)
    assert [a.name for a in byline.authors] == authors
    assert list(byline.agencies) == agencies
    assert list(byline.desks) == desks


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("Jane Doe, Health Correspondent", "Jane Doe", "Health Correspondent"),
        ("Jane Doe Senior Reporter", "Jane Doe", "Senior Reporter"),
        ("Genevieve Carlton, Ph.D.", "Genevieve Carlton, Ph.D.", None),
        ("Dr. Max Kolter", "Dr. Max Kolter", None),
        ("박준석 기자", "박준석", "기자"),
    ],
)
def test_titles_are_no_part_of_a_name(text: str, name: str, title: str | None) -> None:
    """A job title has its own field; a degree stays with the name."""
    (author,) = parse_byline(text, agencies=TABLE).authors
    assert (author.name, author.job_title) == (name, title)


@pytest.mark.parametrize(
    "text",
    [
        "MND Staff",
        "BBC News",
        "admin",
        "www.example.org",
        "The Investopedia Team",
        "朝日新聞",
        "東京社会部",
        "Jane",
        "12 Jan",
    ],
)
def test_no_person(text: str) -> None:
    """Better fewer authors than bad ones."""
    assert person(text) is None


def test_site_is_no_person() -> None:
    """The site's own name is no author, however it looks."""
    assert person("Le Figaro", not_names=["Le Figaro"]) is None
    assert person("Kyle Wiggers", typed=True, not_names=["TechCrunch"]) is not None
    assert person("Gründerin Journelles", not_names=["Journelles"]) is None
    assert person("Deutsche Wirtschaftsblätter", typed=True, not_names=["Deutsche Wirtschafts Blätter"]) is None
    assert person("Ash Vardanian", not_names=["ashvardanian"]) is not None
    (author,) = parse_byline("Jane Doe The Gazette", agencies=TABLE, not_names=["The Gazette"]).authors
    assert author.name == "Jane Doe"


def test_single_name_only_when_declared() -> None:
    """One word is a person only when the page says so."""
    assert person("Krystyna", typed=True) is not None
    assert person("Krystyna") is None


def test_address_behind_a_name() -> None:
    """The address behind one name is that person's; of two names it may be anybody's."""
    assert parse_byline("By Jane Doe | jane@x.org", agencies=TABLE).authors[0].email == "jane@x.org"
    two = parse_byline("By Jane Doe and John Smith | jane@x.org", agencies=TABLE).authors
    assert [a.email for a in two] == [None, None]


def test_helpers() -> None:
    """Small questions that other modules ask."""
    assert is_desk("Web Desk")
    assert not is_desk("Jane Doe")
    assert has_lead("Written by Jane")
    assert name_key("JANE  Doe") == name_key("Jane Doe")


def test_packaged_agencies_are_read() -> None:
    """The table that ships knows the big agencies by their marks."""
    table = Agencies(lexicon.agencies())
    for mark in ("Reuters", "AFP", "dpa", "The Canadian Press", "ТАСС", "新华社", "共同通信"):
        assert table.named(mark), mark


@given(st.text(max_size=400))
def test_any_text_is_taken_apart_without_an_exception(text: str) -> None:
    """Whatever a line says; and a name that was found is a name again."""
    for author in parse_byline(text, agencies=TABLE).authors:
        assert author.name.strip()


@pytest.mark.parametrize(
    "name",
    [
        "Postimehe toimetus",
        "Δελτίο Τύπου",
        "Уредништво",
        "Tlačová správa",
        "जागरण संवाददाता",
        "নিজস্ব প্রতিনিধি",
        "نیوز ڈیسک",
        "Власкор",
        "סוכנויות הידיעות",
        "Fréttastofa RÚV",
        "Tim Redaksi",
        "Redacció",
        "LRT naujienų tarnyba",
        "নিজস্ব প্রতিবেদক",
        "डिजिटल डेस्क",
        "قسم الأخبار",
        "מערכת הצפון",
        "綜合報導",
        "Отдел Новостей",
        "Haber Merkezi",
        "Ekonomi Servisi",
        "Nettredaksjonen",
        "Onlineredaktion",
        "Webredactie",
        "Szerkesztőség",
        "Uutistoimitus",
        "ทีมข่าว",
    ],
)
def test_desks_in_many_languages(name: str) -> None:
    """A desk is no person, though the page declares it to be one."""
    assert parse_byline(name, agencies=TABLE, typed=True).authors == ()
