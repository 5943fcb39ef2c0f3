#!/usr/bin/env python3
"""Follows every link within a site that mdBook has built; a page or an anchor that is not there is a failure.

    links.py FOLDER
"""
import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """The links and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.anchors.add(attributes["id"])
        for name in ("href", "src"):
            if attributes.get(name):
                self.links.append(attributes[name])


def main():
    site = pathlib.Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    # Its links are those of the first page, from wherever a wrong address was asked for.
    pages.pop(site / "404.html", None)
    dead, count = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else set()
            fragment = urllib.parse.unquote(parts.fragment)
            if not target.is_file() or (fragment and fragment not in anchors):
                dead.append(f"{path.relative_to(site)}: {link}")
    if not count:
        dead.append("the site has no links")
    print("\n".join(dead) or f"{len(pages)} pages, {count} links within the site")
    return bool(dead)


sys.exit(main())
