"""A server on this machine that answers as Sigma's REST API does, slowly enough to be interrupted."""

import http.server
import json
import threading
import time

CLIENT_ID, CLIENT_SECRET, TOKEN = "planted-client", "planted-client-secret", "planted-api-token"
WORKBOOKS = 30
DELAY = 0.004
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def uuid(kind, number):
    low = (number + 1) * 0x9E3779B97F4A7C15 & (1 << 48) - 1
    return f"{kind:04x}{number:04x}-1234-4abc-8def-{low:012x}"


def base62(text):
    number, out = int(text.replace("-", ""), 16), ""
    while number:
        number, digit = divmod(number, 62)
        out = DIGITS[digit] + out
    return out


def workbook(number):
    name, short = f"Book {number}", base62(uuid(1, number))
    url = f"https://app.sigmacomputing.com/acme/workbook/Book-{number}-{short}"
    return {"workbookId": uuid(1, number), "workbookUrlId": short, "name": name, "url": url}


def embed(number):
    short = base62(uuid(2, number))
    url = f"https://app.sigmacomputing.com/embed/1-{short}"
    return {"embedId": uuid(2, number), "embedUrl": url, "public": False, "sourceType": "workbook", "sourceId": None}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer({"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600})

    def do_GET(self):
        time.sleep(DELAY)
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.answer({"code": "unauthorized"}, 401)
        parts = self.path.split("?")[0].strip("/").split("/")
        entries = [workbook(number) for number in range(WORKBOOKS)]
        if len(parts) == 4:
            entries = [embed(number) for number in range(WORKBOOKS) if uuid(1, number) == parts[2]]
        return self.answer({"entries": entries, "hasMore": False, "total": len(entries), "nextPage": None})

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        """A client that was killed is what is looked for."""


def start():
    """The variables that `map pull` needs for it."""
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {
        "SIGMA_BASE_URL": f"http://127.0.0.1:{server.server_port}",
        "SIGMA_CLIENT_ID": CLIENT_ID,
        "SIGMA_CLIENT_SECRET": CLIENT_SECRET,
    }
