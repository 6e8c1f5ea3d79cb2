"""Attacks on readers of HTML, signed as chapters: what is left of them, and what the text browser makes of that.

The corpora are what others wrote: the payloads of brs-kb (MIT) are installed for the tests; those of the source
distribution of bleach (Apache-2.0) are run when READER_CORPORA names a folder with it (`make corpora`). The attacks
written out here are our own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import brs_kb
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot
from selectolax.lexbor import LexborHTMLParser, LexborNode
from typing_extensions import override

from reader.bundle.html import passages, readable, sanitise, with_anchors
from reader.bundle.screen_html import for_screen
from reader.domain.errors import BundleRefusedError
from reader.ui.widgets.page_text import PageText
from tests.support.worlds import WESTSHIRE
from tests.ui.conftest import OpenDesk
from tests.ui.pictures import HeldPictures

_CORPORA: Final = os.environ.get("READER_CORPORA", "")
_ATTACKS_OF_A_PAGE: Final = 60

TAGS: Final = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "span", "strong", "b", "em", "i", "u", "s", "sub"}
    | {"sup", "small", "blockquote", "pre", "code", "abbr", "cite", "ul", "ol", "li", "dl", "dt", "dd", "table"}
    | {"caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "img"}
)  # fmt: skip
ATTRIBUTES: Final = {
    "id": r"[A-Za-z0-9][A-Za-z0-9._:-]*",
    "name": r"[A-Za-z0-9][A-Za-z0-9._:-]*",
    "class": r"(?:(?:scope|related|guidance|legislation|forms|note|amendment|warning)\s*)*",
    "href": r"#[A-Za-z0-9][A-Za-z0-9._:-]*|manual:[a-z][a-z0-9@./#A-Z_:-]+|https?://\S+|mailto:\S+|tel:\S+"
    r"|table:[0-9]+|picture:[0-9]+",  # the ways to open what is large
    "src": r"manual:westshire/procedures/media/[a-z0-9-]+\.(?:png|jpg)",
    "width": "[1-9][0-9]{0,4}",
    "height": "[1-9][0-9]{0,4}",
    "colspan": "[1-9][0-9]{0,2}",
    "rowspan": "[1-9][0-9]{0,2}",
    "start": "[1-9][0-9]{0,4}",
    "alt": r"[\s\S]*",
    "title": r"[\s\S]*",
}
HREF: Final = re.compile(ATTRIBUTES["href"])

PAYLOADS: Final[tuple[str, ...]] = tuple(entry["payload"] for entry in brs_kb.get_all_payloads().values())

# Parsers that disagree about where something ends, addresses that are read differently by two readers, and places
# in which an address could hide.
OWN: Final = (
    "<noscript><style></noscript><img src=x onerror=run()></style>",
    "<noscript><p title='</noscript><img src=x onerror=run()>'></noscript>",
    "<math><mtext><table><mglyph><style><math><img src onerror=run()></style></mglyph></table></mtext></math>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=run()></style></annotation-xml></math>",
    "<svg><style><img title='</style><img src=x onerror=run()>'></style></svg>",
    "<svg><desc><noscript></desc><img src=x onerror=run()></noscript></svg>",
    "<svg><foreignObject><iframe srcdoc='<img src=x onerror=run()>'></iframe></foreignObject></svg>",
    "<template><div><template><img src=x onerror=run()></template></div></template>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=run()>",
    "<table><a href='javascript:run()'><tr><td>x</td></tr></a></table>",
    "<table><img src=file:///etc/a.png><tr><img src=http://a.example/b.png><td>x</td></tr></table>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=run()>'>",
    "<xmp><p title='</xmp><img src=x onerror=run()>'>", "<textarea><p id='</textarea><img src=x onerror=run()>'>",
    "<title><p id='</title><img src=x onerror=run()>'>", "<style><p id='</style><img src=x onerror=run()>'>",
    "<!--><img src=x onerror=run()>--><!--!><img src=x onerror=run()>--!>", "<![CDATA[><img src=x onerror=run()>]]>",
    "<?php echo '><img src=x onerror=run()>' ?>", "<plaintext><img src=x onerror=run()>",
    "<p><svg></p><img src=x onerror=run()>", "<b><p><i></b><img src=x onerror=run()></i></p>" * 8,
    "<a href='manual:westshire/procedures/a&#x0A;javascript:run()'>x</a>",
    "<a href='manual:westshire/procedures/a\njavascript:run()'>x</a>", "<a href='manual:javascript:run()'>x</a>",
    "<a href='manual://westshire/procedures/a'>x</a>", "<a href='manual:westshire/procedures/../../x'>x</a>",
    "<a href='manual:westshire/procedures/a#\"><img src=x>'>x</a>", "<a href='java&#09;script:run()'>x</a>",
    "<a href='&#1;javascript:run()'>x</a>", "<a href='\x00javascript:run()'>x</a>", "<a href=' javascript:run()'>x</a>",
    "<a href='jav\u00adascript:run()'>x</a>", "<a href='\u2028javascript:run()'>x</a>",
    "<a href='ｊavascript:run()'>x</a>",
    "<a href='javascript&colon;run()'>x</a>", "<a href='data:text/html;base64,PGI+'>x</a>",
    "<a href='vbscript:run()'>x</a>", "<a href='view-source:http://a.example'>x</a>", "<a href='blob:http://a/b'>x</a>",
    "<a href='//a.example/x'>x</a>", "<a href='\\\\a.example\\share\\x.exe'>x</a>", "<a href='/\\a.example/x'>x</a>",
    "<a href='file://a.example/share/x.exe'>x</a>", "<a href='file:\\\\\\\\a.example\\x'>x</a>",
    "<a href='http:\\\\a.example\\x'>x</a>", "<a href='http:a.example'>x</a>", "<a href='http:/a.example'>x</a>",
    "<a href='ms-office:ofe|u|http://a.example/x.docm'>x</a>", "<a href='ms-msdt:/id x'>x</a>",
    "<a href='jar:x!/'>x</a>",
    "<a href='smb://a.example/x'>x</a>", "<a href='ldap://a.example/x'>x</a>", "<a href='mhtml:http://a!x'>x</a>",
    "<a href='tel:*#06#' ping='http://a.example'>x</a>", "<a href='#x' target='_top' rel='prefetch' download>x</a>",
    "<img src='data:image/png;base64,AAAA'>", "<img src='//a.example/x.png'>", "<img src='\\\\a.example\\x.png'>",
    "<img src='file://///a.example/share/x.png'>", "<img src='qrc:/x.png'>", "<img src=':/x.png'>",
    "<img src='image://theme/x'>", "<img src='asset:/x.png'>",
    "<img src='manual:westshire/procedures/media/x.png&#10;'>",
    "<img src='manual:westshire/procedures/media/..%2f..%2fx.png'>",
    "<img src='manual:eastshire/procedures/media/x.png'>",
    "<img srcset='http://a.example/x.png 2x' sizes='100vw'>", "<img lowsrc='http://a.example/x' dynsrc='file:///x'>",
    "<img src='manual:westshire/procedures/media/x.png' longdesc='http://a.example' usemap='#m' onload='run()'>",
    "<picture><source srcset='http://a.example/x.png'><img></picture>", "<input type=image src='http://a.example/x'>",
    "<body background='http://a.example/x.png' onload='run()'>", "<table background='file:///x.png'><tr><td>x</table>",
    "<table><tr><td background='http://a.example/x.png'>x</td></tr></table>", "<bgsound src='http://a.example/x'>",
    "<p style='background:url(http://a.example/x.png)'>x</p>", "<p style='-qt-block-indent:9999; margin:9e9px'>x</p>",
    "<style>@import url(http://a.example/x.css); p { background-image: url(file:///x.png) }</style>",
    "<ul style='list-style-image:url(file:///x.png)' type='none'><li value='99'>x</li></ul>",
    "<base href='http://a.example/'><a href='x'>x</a>", "<base href='file:///etc/'><img src='passwd.png'>",
    "<link rel='stylesheet' href='http://a.example/x.css'>", "<link rel='prefetch dns-prefetch' href='//a.example'>",
    "<meta http-equiv='refresh' content='0;url=http://a.example'>", "<meta name='qrichtext' content='1'>",
    "<object data='http://a.example/x' type='text/html'><embed src='file:///x'></object>", "<applet code='x'></applet>",
    "<iframe src='javascript:run()'></iframe>", "<frameset><frame src='http://a.example'></frameset>",
    "<video src='http://a.example/x' poster='http://a.example/y'></video>", "<audio src='http://a.example/x'></audio>",
    "<form action='http://a.example'><button formaction='javascript:run()'>x</button></form>", "<isindex action='x'>",
    "<x-evil onclick='run()'>x</x-evil>", "<p onpointerrawupdate='run()' autofocus tabindex=1 contenteditable>x</p>",
    "<p id='x' class='note evil' dir='rtl' lang='x' hidden translate='no' is='x-evil' slot='a' part='b'>x</p>",
    "<a name='x' id='x\"onclick=\"run()'>x</a>", "<td colspan='9999999999999999999999'>x</td>",
    "<ol start='-1e9'><li>x</ol>",
)  # fmt: skip


class _Tags(HTMLParser):
    """Every element, by Python's own parser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, "", ""))
        self.found += [(tag, name, value or "") for name, value in attrs]

    @override
    def handle_decl(self, decl: str) -> None:
        self.found.append((f"!{decl}", "", ""))

    @override
    def handle_comment(self, data: str) -> None:
        self.found.append((f"--{data}", "", ""))


def _by_another_parser(html: str) -> Iterator[tuple[str, str, str]]:
    """Every element, by Lexbor, which repairs HTML as browsers do."""
    body = LexborHTMLParser(f"<!DOCTYPE html><body>{html}").body
    assert body is not None
    nodes: list[LexborNode] = list(body.traverse())
    for node in nodes[1:]:
        yield node.tag or "", "", ""
        yield from ((node.tag or "", name, value or "") for name, value in node.attributes.items())


def _faults(html: str) -> list[str]:
    """What should not be there, by two parsers that know nothing of the one that cleaned."""
    return [
        f"<{tag} {name}={value!r}>"
        for tag, name, value in (*_Tags(html).found, *_by_another_parser(html))
        if tag not in TAGS or (name and re.fullmatch(ATTRIBUTES.get(name, "(?!)"), value) is None)
    ]


def _shown(attack: str) -> str:
    """The chapter as a window is given it; "" when it is refused."""
    try:
        clean = readable(attack.encode("utf-8", errors="surrogatepass"), WESTSHIRE)
    except BundleRefusedError:
        return ""
    anchored = with_anchors(clean)
    for html in (clean, anchored):
        assert sanitise(html, WESTSHIRE) == html, "a second cleaning changes nothing"
        assert _faults(html) == [], attack
    passages(clean)
    shown = for_screen(clean)
    assert shown == clean, "an attack is no large chapter"
    return shown


def _pages(attacks: Iterable[str]) -> Iterator[str]:
    """The attacks, many to a page, each on a line of its own."""
    page: list[str] = []
    for attack in attacks:
        page.append(_shown(attack))
        if len(page) == _ATTACKS_OF_A_PAGE:
            yield "<p>next</p>".join(page)
            page.clear()
    yield "<p>next</p>".join(page)


def _links(text: PageText) -> set[str]:
    """Every address that could be clicked."""
    found: set[str] = set()
    block = text.document().begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            form = fragments.fragment().charFormat()
            if form.isAnchor() and form.anchorHref():
                found.add(form.anchorHref())
            fragments += 1
        block = block.next()
    return found


def _run(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, attacks: Iterable[str]) -> set[str]:
    """Show attacks, look at every resource that Qt asks for, and activate every link; which links there were."""
    asked: set[str] = set()
    opened: list[str] = []
    activated: list[str] = []
    answer = PageText.loadResource

    def noted(text: PageText, kind: int, name: QUrl) -> object:
        asked.add(name.toString())
        return answer(text, kind, name)

    monkeypatch.setattr(PageText, "loadResource", noted)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    pictures = HeldPictures()
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(600, 4_000)
    text.set_pictures(pictures)
    text.link_activated.connect(activated.append)
    text.show()
    links: set[str] = set()
    for page in _pages(attacks):
        text.set_page(page, None)
        text.grab()
        links |= _links(text)
        for link in _links(text):
            text.anchorClicked.emit(QUrl(link))
        assert text.source().isEmpty(), "no link was followed by itself"
    for address in asked:
        assert re.fullmatch(ATTRIBUTES["src"], address), address
    assert all(request.target.startswith("westshire/procedures/media/") for request in pictures.requests)
    for link in links:
        assert HREF.fullmatch(link), link
    inside = ("#", "table:", "picture:")
    assert len(activated) >= len([link for link in links if not link.startswith(inside)])
    assert opened == []
    return links


@pytest.mark.threat(40, 41)
def test_the_judges_see_what_is_not_allowed() -> None:
    for attack in (
        "<script>x</script>",
        "<p onclick=x>",
        "<a href='javascript:x'>y</a>",
        "<img src=x>",
        "<!-- x -->",
    ):
        assert _faults(f"<p>before</p>{attack}"), attack
    assert _faults('<p class="note">x <a href="https://a.example">y</a></p>') == []


@pytest.mark.threat(40, 41, 42)
def test_nothing_is_left_of_thousands_of_attacks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(PAYLOADS) > 4_000
    links = _run(qtbot, monkeypatch, PAYLOADS)
    assert links, "some attacks are plain links, and stay"


@pytest.mark.threat(40, 41, 42)
def test_nothing_is_left_of_our_own_attacks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    links = _run(qtbot, monkeypatch, OWN)
    assert {link for link in links if not link.startswith("picture:")} <= {"#x", "tel:*#06#"}


@pytest.mark.threat(40, 41, 42)
@pytest.mark.skipif(not _CORPORA, reason="READER_CORPORA names no folder: see `make corpora`")
def test_nothing_is_left_of_the_attacks_that_bleach_withstands(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(Path(_CORPORA).glob("bleach/tests/data/*.test"))
    assert len(files) >= 10
    attacks = [file.read_text("utf-8").rpartition("\n--\n")[0] for file in files]
    _run(qtbot, monkeypatch, [*attacks, *(attack.replace("\n", "") for attack in attacks)])


# Links that lead out


@pytest.mark.threat(40)
@pytest.mark.parametrize(
    ("address", "shown", "host"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", "example.org"),
        ("https://example.org/\u202egnp.exe", "https://example.org/%E2%80%AEgnp.exe", "example.org"),
        ("https://example.org/%E2%80%AEgnp.exe", "https://example.org/%E2%80%AEgnp.exe", "example.org"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com/", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("https://bank.example@evil.example/x", "https://bank.example@evil.example/x", "evil.example"),
        ("https://bank.example%2Flogin@evil.example/", "https://bank.example%2Flogin@evil.example/", "evil.example"),
        ("http://a.example\u2044.evil.example/", "xn--", "evil.example"),
        ("http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1"),
        ("http://a.example/%0d%0aInjected:%20x", "http://a.example/%0D%0AInjected:%20x", "a.example"),
        ("mailto:a@b.example?subject=x&cc=c@d.example", "mailto:a@b.example?subject=x&cc=c@d.example", ""),
        ("tel:+441234", "tel:+441234", ""),
    ],
)  # fmt: skip
def test_the_address_that_is_asked_about_is_to_the_letter_the_one_that_is_opened(  # noqa: PLR0917  # cases
    desk: OpenDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, address: str, shown: str, host: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(bytes(url.toEncoded().data()).decode())
    )
    clean = readable(f'<p><a href="{address}">https://www.example.org</a></p>'.encode(), WESTSHIRE)
    text = PageText("Text")
    qtbot.addWidget(text)
    text.link_activated.connect(desk.desk.navigation.follow)
    text.show()
    text.set_page(clean, None)
    (link,) = _links(text)
    text.anchorClicked.emit(QUrl(link))
    (question,) = desk.dialogs.asked
    (url,) = opened
    assert question.isascii()
    assert url in question
    assert shown in url
    if host:
        assert f"It opens at: {host}" in question or question.partition("It opens at: ")[2].split()[
            0
        ].endswith(host)
    else:
        assert "It opens at" not in question


@pytest.mark.threat(40)
def test_a_very_long_address_is_shown_in_full(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    address = "https://good.example." + "a" * 60 + ".evil.example/" + "x" * 1_800 + "?end"
    desk.desk.navigation.follow(address)
    (question,) = desk.dialogs.asked
    assert address in question.replace("\n", "")
    assert max(len(line) for line in question.splitlines()) <= 120
    assert opened == [address]


@pytest.mark.threat(40)
@pytest.mark.parametrize(
    "address",
    [
        "https://good.example\\@evil.example/", "http://a.example:99999/", "http://a b/", "http://", "https:evil",
        "http://a.example/\nfile:///etc", "HTTP-x:y", " http://a.example", "mailto", "\u202ehttp://a.example",
    ],
)  # fmt: skip
def test_an_address_that_two_programs_may_read_differently_is_not_opened(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    desk.desk.navigation.follow(address)
    assert opened == []
    assert desk.dialogs.asked == []
    assert "is of a kind that is not opened" in desk.window.activity.message
    assert desk.window.activity.message.isascii()
