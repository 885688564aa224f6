"""Follows the links of a built site: every address that its pages name within it, and the part of the page there."""

from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import html


def follow(folder, home, skipped=("404.html",)):
    """Assert that each link leads to a file and an anchor, and return how many there are. `home` is the address.

    Left out are what a script of the theme does (`#__…`), and a page that is shown at any address (404).
    """
    pages = {path.relative_to(folder).as_posix(): html.parse(path).getroot() for path in folder.rglob("*.html")}
    ids = {path: {*page.xpath("//@id"), *page.xpath("//a/@name")} for path, page in pages.items()}
    broken, count = [], 0
    for path, page in pages.items():
        here = urljoin(home, path.removesuffix("index.html"))
        for link in page.xpath("//*[not(self::form)]/@href | //@src") if path not in skipped else ():
            target, anchor = urldefrag(urljoin(here, link))
            if urlsplit(target).netloc != urlsplit(home).netloc:
                continue
            count += 1
            file = unquote(target.removeprefix(home))
            file = f"{file}index.html" if not file or file.endswith("/") else file
            there = target.startswith(home) and (folder / file).is_file()
            if not there or (anchor and not anchor.startswith("__") and unquote(anchor) not in ids.get(file, ())):
                broken.append((path, link))
    assert not broken, broken[:20]
    return count
