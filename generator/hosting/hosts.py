"""Writes the configuration of a web server for a built site: nginx, Caddy or Apache.

`_headers` and `_redirects` of the site say what hosts are to do. They are translated here for servers that do not
read them, so that nothing is said in two places. Added is what hosts that read them do without being told:
compression, the page for what is not there, and how long browsers may keep which files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from generator.assets import search
from generator.core.errors import GeneratorError
from generator.core.mappings import group
from generator.core.settings import Settings
from generator.hosting import headers
from generator.output import redirects

CACHE, TYPE = "Cache-Control", "Content-Type"
_ASK = "no-cache"  # browsers may keep it, but ask each time whether it has changed: mostly 304
# Files of the theme and of the search that have a digest of their content in their names.
_LASTING = (r"/.*\.[0-9a-f]{8}\.min\.(?:css|js)", rf"/.*{search.FOLDER}/.*/(?:index|filter|fragment)/.*")
_HIDDEN = (headers.PATH, redirects.PATH)
_TEXTS = (
    *("text/html", "text/css", "text/plain", "text/javascript", "application/javascript"),
    *("application/json", "application/manifest+json", "application/xml", "text/xml", "image/svg+xml"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A header of the answers for which `pattern`, a regular expression, is the whole path; of all if it is empty."""

    pattern: str
    name: str
    value: str


Values = Sequence[tuple[str, str]]  # of a header, each after the pattern of the paths that have it


@dataclass(frozen=True, slots=True)
class Host:
    """A site as a server has it.

    `base` is the path of its address without the slash at the end ("/club", or nothing), `root` the folder that is
    served, in which the site lies at that path. `listen` is where the server listens, `origin` the address up to
    there. `moved` has the paths of former addresses, decoded, and where each leads, encoded. Every answer has the
    `headers`, by name; `cached` and `typed` are the values of Cache-Control and Content-Type that some paths have.
    """

    origin: str
    base: str
    root: str
    listen: str
    moved: Mapping[str, str]
    headers: Sequence[tuple[str, str]]
    cached: Values
    typed: Values


def read(headers_text: str, redirects_text: str, settings: Settings, root: str, listen: str) -> Host:
    """Return what the two files of a built site say. Raises GeneratorError where they are not understood."""
    address = urlsplit(settings.site_url)
    base = address.path.rstrip("/")
    rules = [*_rules(headers_text, base), *(Rule(pattern, CACHE, headers.LASTING) for pattern in _LASTING)]
    return Host(
        origin=f"{address.scheme}://{address.netloc}",
        base=base,
        root=root.rstrip("/"),
        listen=listen,
        moved=dict(_moved(redirects_text)),
        headers=[(rule.name, rule.value) for rule in rules if not rule.pattern],
        cached=_by_pattern(rules, CACHE),
        typed=_by_pattern(rules, TYPE),
    )


def _by_pattern(rules: Sequence[Rule], name: str) -> Values:
    """Return the values of a header, each after one pattern of all paths that have it."""
    patterns = group((rule.value, rule.pattern) for rule in rules if rule.name == name)
    return [(f"^(?:{'|'.join(several)})$", value) for value, several in patterns.items()]


def _rules(text: str, base: str) -> Iterator[Rule]:
    pattern = ""
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = line.strip().partition(": ")
        if line.startswith("/"):
            path = line.strip()
            pattern = "" if path == "/*" else re.escape(base + path).replace(r"\*", ".*")
        elif line.startswith(" ") and colon:
            yield Rule(pattern, name, value)
        else:
            raise GeneratorError(f"{headers.PATH} of the site has a line that is not understood: {line}")


def _moved(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        old, _, rest = line.partition(" ")
        # What could have a meaning in a configuration is encoded.
        yield unquote(old), quote(rest.rpartition(" ")[0], safe="/:?#[]@!&'()*+,;=%~")


def _texts(typed: Values) -> list[str]:
    """Return the media types that are worth compressing, HTML first."""
    return [*dict.fromkeys([*_TEXTS, *(value.partition(";")[0] for _, value in typed)])]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def _lines(depth: int, lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(f"{'    ' * depth}{line}" for line in lines)


# --- nginx ---------------------------------------------------------------------------------------------------------


def nginx(host: Host) -> str:
    """Return a file for `conf.d/`: a server, and the tables that it looks things up in."""
    types = " ".join(_texts(host.typed)[1:])  # nginx takes HTML for granted
    kept = [f"{_quoted(f'~{pattern}')} {_quoted(value)};" for pattern, value in host.cached]
    given = [f"add_header {name} {_quoted(value)} always;" for name, value in host.headers]
    return f"""{_table_size(host)}map $uri $briefing_moved {{
    default "";
{_lines(1, [f"{_quoted(old)} {_quoted(new)};" for old, new in host.moved.items()])}
}}

map $uri $briefing_cache {{
    default {_quoted(_ASK)};
{_lines(1, kept)}
}}

server {{
    listen {host.listen or 80};
    server_name {"_" if host.listen else urlsplit(host.origin).hostname};
    root {_quoted(host.root)};
    error_page 404 {host.base}/404.html;
    absolute_redirect off;
    server_tokens off;

    charset utf-8;
    charset_types {types};
    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_types {types};

{_lines(1, given)}
    add_header {CACHE} $briefing_cache always;

    if ($briefing_moved) {{
        return 301 $briefing_moved;
    }}
{_lines(1, list(_nginx_types(host.typed)))}
    location ~ {_quoted(_hidden(host))} {{ return 404; }}
}}
"""


def _table_size(host: Host) -> str:
    """Return the sizes of nginx's hash tables, whose defaults are too small for many redirects."""
    if not host.moved:
        return ""
    longest = max(len(old.encode()) for old in host.moved)
    bucket = 1 << (longest + 64).bit_length()
    size = max(2048, 1 << (2 * len(host.moved)).bit_length())
    return f"map_hash_bucket_size {bucket};\nmap_hash_max_size {size};\n\n"


def _nginx_types(typed: Values) -> Iterator[str]:
    for pattern, value in typed:
        yield f"location ~ {_quoted(pattern)} {{ types {{ }} default_type {value.partition(';')[0]}; }}"


def _hidden(host: Host) -> str:
    """Return a pattern of the paths that are not served: files for hosts, and hidden ones."""
    return rf"^{re.escape(host.base)}/(?:{'|'.join(_HIDDEN)})$|/\.(?!well-known/)"


# --- Caddy ---------------------------------------------------------------------------------------------------------


def caddy(host: Host) -> str:
    """Return a Caddyfile."""
    kept = [f"~{pattern} {_quoted(value)}" for pattern, value in host.cached]
    given = [f"header {name} {_quoted(value)}" for name, value in host.headers]
    return f"""{host.listen or host.origin} {{
    root * {_quoted(host.root)}
    encode zstd gzip {{
        match {{
{_lines(3, [f"header {TYPE} {kind}*" for kind in _texts(host.typed)])}
        }}
    }}

    map {{path}} {{briefing_moved}} {{
{_lines(2, [f"{_quoted(old)} {_quoted(new)}" for old, new in host.moved.items()])}
        default ""
    }}
    @moved `{{briefing_moved}} != ""`
    redir @moved {{briefing_moved}} 301

    map {{path}} {{briefing_cache}} {{
{_lines(2, kept)}
        default {_quoted(_ASK)}
    }}
    header {CACHE} {{briefing_cache}}
{_lines(1, given)}
{_lines(1, list(_caddy_types(host.typed)))}

    @hidden {{
        path_regexp {_hidden(host).replace("(?!well-known/)", "")}
        not path */.well-known/*
    }}
    error @hidden 404
    file_server
    handle_errors {{
        header {TYPE} "text/html; charset=utf-8"
        rewrite * {host.base}/404.html
        file_server
    }}
}}
"""


def _caddy_types(typed: Values) -> Iterator[str]:
    for number, (pattern, value) in enumerate(typed):
        yield f"@type{number} path_regexp {pattern}"
        yield f"header @type{number} {TYPE} {_quoted(value)}"


# --- Apache --------------------------------------------------------------------------------------------------------


def apache(host: Host) -> str:
    """Return what belongs into `.htaccess` of the site, or into the server's own configuration."""
    given = [f"Header always set {name} {_quoted(value)}" for name, value in host.headers]
    moved = [f"RedirectMatch 301 {_quoted(f'^{re.escape(old)}$')} {_quoted(new)}" for old, new in host.moved.items()]
    return f"""ErrorDocument 404 {host.base}/404.html
Options -Indexes -MultiViews
AddDefaultCharset utf-8
AddCharset utf-8 .css .js .json .svg .xml
AddOutputFilterByType DEFLATE {" ".join(_texts(host.typed))}
{_lines(0, given)}
Header always set {CACHE} {_quoted(_ASK)}
{_lines(0, [_if(pattern, f"Header always set {CACHE} {_quoted(value)}") for pattern, value in host.cached])}
{_lines(0, [_if(pattern, f"ForceType {_quoted(value)}") for pattern, value in host.typed])}
{_lines(0, [f"RedirectMatch 404 {_quoted(_hidden(host))}", *moved])}
"""


def _if(pattern: str, directive: str) -> str:
    return f'<If "%{{REQUEST_URI}} =~ m#{pattern}#">\n    {directive}\n</If>'


SERVERS: Mapping[str, Callable[[Host], str]] = {"nginx": nginx, "caddy": caddy, "apache": apache}
