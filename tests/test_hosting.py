"""The site as real web servers send it, with exactly the configuration that `briefing hosting` writes."""

import gzip
import http.client
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import ROOT, copy_site, mkdocs_build
from test_cli import run

from generator.core.errors import GeneratorError
from generator.hosting import hosts

REQUIRED = os.environ.get("BRIEFING_BROWSER") == "required"
BINARIES = {"nginx": "nginx", "caddy": "caddy", "apache": "apache2"}
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr warn;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    include {folder}/site.conf;
}}
"""
APACHE = """
ServerRoot /usr/lib/apache2
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog /dev/stderr
User {user}
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule dir_module modules/mod_dir.so
LoadModule mime_module modules/mod_mime.so
LoadModule alias_module modules/mod_alias.so
LoadModule headers_module modules/mod_headers.so
LoadModule filter_module modules/mod_filter.so
LoadModule deflate_module modules/mod_deflate.so
TypesConfig /etc/mime.types
DocumentRoot {folder}/root
<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small site, built, whose address has a path (`/club/`), with redirects of each sort."""
    folder = copy_site(tmp_path_factory.mktemp("hosting") / "small")
    config = folder / "mkdocs.yml"
    player = next((folder / "content" / "players").glob("*.md")).stem
    assert run("rename", "-f", config, player, "somebody-else").exit_code == 0
    text = config.read_text("utf-8")
    more = """      redirects:
        /old-place/: /themes/
        /ältere/: https://example.org/a?b=$c
        "/q;u{o}t$e'd/": /themes/
      names:
"""
    config.write_text(text.replace("      names:\n", more), "utf-8")
    result = mkdocs_build(folder, folder / "site")
    assert result.returncode == 0, result.stderr
    return folder


def binary(server):
    """Return where a server is, which a PATH may lack. A test that needs one that is not there is skipped."""
    if sys.platform != "linux":
        pytest.skip("the paths in this file are Debian's")
    found = shutil.which(BINARIES[server], path=f"{os.environ['PATH']}:/usr/sbin")
    if not found and not REQUIRED:
        pytest.skip(f"{server} is not installed")
    return found


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def command(server, folder, port):
    """Write what starts a server beside what `briefing hosting` has written, and return its command."""
    if server == "nginx":
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder), "utf-8")
        return [binary(server), "-c", str(folder / "nginx.conf")]
    if server == "apache":
        user = "www-data" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
        (folder / "apache.conf").write_text(APACHE.format(folder=folder, port=port, user=user), "utf-8")
        return [binary(server), "-X", "-f", str(folder / "apache.conf")]
    return [binary(server), "run", "--adapter", "caddyfile", "--config", str(folder / "site.conf")]


@contextmanager
def running(server, small):
    """A server that sends the small site; yields its port."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)  # servers read as somebody else
        shutil.copytree(small / "site", folder / "root" / "club")
        for hidden in (".briefing", ".git/config", ".well-known/security.txt"):
            (folder / "root" / "club" / hidden).parent.mkdir(exist_ok=True)
            (folder / "root" / "club" / hidden).write_text("Contact: mailto:a@example.org\n", "utf-8")
        listen = {"nginx": f"127.0.0.1:{port}", "caddy": f"http://127.0.0.1:{port}", "apache": ""}[server]
        target = folder / "root" / "club" / ".htaccess" if server == "apache" else folder / "site.conf"
        arguments = ["--listen", listen, "--root", folder / "root", "-o", target]
        result = run("hosting", server, "-f", small / "mkdocs.yml", *arguments)
        assert result.exit_code == 0, result.output
        environment = {**os.environ, "CADDY_ADMIN": f"127.0.0.1:{free_port()}", "HOME": name, "XDG_DATA_HOME": name}
        log = (folder / "log").open("w+")
        process = subprocess.Popen(command(server, folder, port), env=environment, stdout=log, stderr=log)
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (folder / "log").read_text("utf-8")
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(20)
            log.close()


@pytest.fixture(scope="module", params=[*BINARIES])
def ask(request, small):
    """Return a function that asks a server for a path, with headers, and gives status, headers and body."""
    binary(request.param)
    with running(request.param, small) as port:

        def asked(path, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
                answer = connection.getresponse()
                return answer.status, answer.headers, answer.read()
            finally:
                connection.close()

        yield asked


def stated(small):
    """Return what `_headers` of the site says of every answer."""
    first = (small / "site" / "_headers").read_text("utf-8").split("\n/")[0]
    return dict(line.strip().split(": ", 1) for line in first.splitlines()[1:])


def test_every_answer_has_the_headers_of_the_site_a_page_that_is_not_there_too(ask, small):
    expected = stated(small)
    assert "Content-Security-Policy" in expected
    for path in ("/club/", "/club/rss.xml", "/club/assets/briefing.css", "/club/nowhere/"):
        _, headers, _ = ask(path)
        assert {name: headers[name] for name in expected} == expected, path
        assert len(headers.get_all("Content-Security-Policy")) == 1


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/club/", "text/html; charset=utf-8"),
        ("/club/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/club/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/club/feed.json", "application/feed+json; charset=utf-8"),
        ("/club/players/somebody-else/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/club/watch/calendar.ics", "text/calendar; charset=utf-8"),
        ("/club/feeds.opml", "text/x-opml; charset=utf-8"),
        ("/club/assets/briefing.css", "text/css; charset=utf-8"),
    ],
)
def test_media_types_are_those_that_feed_readers_and_calendars_expect(ask, path, kind):
    status, headers, _ = ask(path)
    assert (status, headers["Content-Type"].lower()) == (200, kind)


def test_texts_are_compressed_and_the_same_afterwards(ask, small):
    for path in ("index.html", "rss.xml", "feed.json", "assets/briefing.css"):
        _, headers, body = ask(f"/club/{path}", Accept_Encoding="gzip")
        assert headers["Content-Encoding"] == "gzip", path
        assert "accept-encoding" in headers["Vary"].lower()
        assert gzip.decompress(body) == (small / "site" / path).read_bytes()


def test_what_is_unchanged_is_not_sent_again(ask):
    for path in ("/club/rss.xml", "/club/", "/club/assets/briefing.css"):
        _, headers, _ = ask(path)
        assert ask(path, If_None_Match=headers["ETag"])[0] == 304
        assert ask(path, If_Modified_Since=headers["Last-Modified"])[0] == 304


def test_a_browser_keeps_what_never_changes_and_asks_for_all_else(ask, small):
    site = small / "site"
    lasting = [next(site.glob(f"assets/{part}")) for part in ("cards/*", "javascripts/*.js", "stylesheets/*.css")]
    for path in lasting:
        assert "immutable" in ask(f"/club/{path.relative_to(site).as_posix()}")[1]["Cache-Control"], path
    for path in ("", "rss.xml", "assets/briefing.css", "assets/briefing.js", "nowhere/", "search/search_index.json"):
        assert ask(f"/club/{path}")[1]["Cache-Control"] == "no-cache", path


def test_former_addresses_lead_on_with_a_real_redirect(ask, small):
    lines = (small / "site" / "_redirects").read_text("utf-8").splitlines()
    assert len(lines) >= 8  # pages, the three feeds of one, an address with an umlaut
    for line in lines:
        old, new, code = line.split()
        status, headers, _ = ask(quote(old))
        assert (status, code) == (301, "301"), old
        assert re.sub(r"^http://127\.0\.0\.1:\d+/", "/", headers["Location"]) == new.replace("$", "%24")


def test_what_is_not_there_gets_the_page_that_leads_on(ask, small):
    page = (small / "site" / "404.html").read_bytes()
    for path in ("/club/nowhere/", "/club/nowhere/rss.xml"):
        status, headers, body = ask(path)
        assert (status, headers["Content-Type"].lower(), body) == (404, "text/html; charset=utf-8", page)


@pytest.mark.parametrize("name", ["_headers", "_redirects", ".htaccess", ".briefing", ".git/config"])
def test_what_is_for_hosts_alone_is_not_sent(ask, name):
    assert ask(f"/club/{name}")[0] == 404


def test_what_is_well_known_is_sent(ask):
    assert ask("/club/.well-known/security.txt")[0] == 200


def test_no_address_becomes_a_directive(tmp_path):
    settings = type("S", (), {"site_url": "https://x.example/"})
    lines = '/a";\'/ /b"}$c{d}; 301\n/"/ https://x.example/a b?"; 301\n'
    host = hosts.read('/*\n  X-A: b"; c\\\n', lines, settings, "/srv", "127.0.0.1:8080")
    assert set(host.moved.values()) == {"/b%22%7D%24c%7Bd%7D;", "https://x.example/a%20b?%22;"}
    (tmp_path / "site.conf").write_text(hosts.nginx(host), "utf-8")
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path), "utf-8")
    (tmp_path / "Caddyfile").write_text(hosts.caddy(replace(host, listen="http://127.0.0.1:8080")), "utf-8")
    for command in (
        [binary("nginx"), "-t", "-c", str(tmp_path / "nginx.conf")],
        [binary("caddy"), "validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")],
    ):
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "HOME": "/tmp"}
        )
        assert result.returncode == 0, result.stderr


def test_the_container_serves_what_this_command_writes():
    text = (ROOT / "Containerfile").read_text("utf-8")
    (line,) = re.findall(r"^RUN \.venv/bin/briefing (hosting .*)$", text, re.MULTILINE)
    written = re.search(r"COPY --from=build /build/(\S+) /etc/nginx/conf\.d/default\.conf", text)[1]
    assert shlex.split(line) == ["hosting", "nginx", "--listen", "8080", "-o", written]
    assert "/srv/briefing" in text
    assert "--locked" in text


def test_thousands_of_redirects_fit(small, tmp_path):
    lines = "".join(f"/articles/{'long-' * 18}{number}/ /articles/x/ 301\n" for number in range(20_000))
    settings = type("S", (), {"site_url": "https://x.example/"})
    host = hosts.read("/*\n  X-A: b\n", lines, settings, "/srv", "127.0.0.1:8080")
    (tmp_path / "site.conf").write_text(hosts.nginx(host), "utf-8")
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path), "utf-8")
    result = subprocess.run(
        [binary("nginx"), "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "could not build optimal" not in result.stderr


def test_without_a_site_there_is_nothing_to_say(site, tmp_path):
    result = run("hosting", "nginx", "-f", site / "mkdocs.yml", "-o", tmp_path / "x.conf")
    assert result.exit_code == 1
    assert "run `briefing build` first" in result.output
    assert not (tmp_path / "x.conf").exists()


def test_a_file_that_is_not_understood_is_refused(settings):
    with pytest.raises(GeneratorError, match="not understood: what is this"):
        hosts.read("/*\nwhat is this\n", "", settings, "/srv", "")


def test_by_itself_it_is_shown_and_listens_where_the_site_is(small):
    for server, words in {"nginx": "server_name chess.example.org;", "caddy": "https://chess.example.org {"}.items():
        assert words in run("hosting", server, "-f", small / "mkdocs.yml").output


def test_the_ports_of_the_container_agree():
    text = (ROOT / "Containerfile").read_text("utf-8")
    assert re.findall(r"EXPOSE (\d+)", text) == re.findall(r"--listen (\d+)", text)
