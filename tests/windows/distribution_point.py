#!/usr/bin/env python3
"""A distribution point that is well or not, by the first part of the path. For tests.

Usage: distribution_point.py FOLDER LOG [CERTIFICATE KEY]

Serves FOLDER on a free port of 127.0.0.1, over TLS where a certificate is given. LOG gets "port N" and then a line for each
request: "PATH RANGE". /good has the files, /whole has them and knows no ranges, /wrong has other bytes of the same length, /longer
has more, /short breaks off, /error answers 500, /moved leads to /good, /loop to itself; there is nothing else.
"""
import re
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER, LOG = Path(sys.argv[1]), open(sys.argv[2], "a", buffering=1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        print(self.path, self.headers.get("Range", "-"), file=LOG)
        kind, name = re.fullmatch(r"/(\w+)/([\w.-]+)", self.path).groups()
        if kind == "error":
            return self.send_error(500)
        if kind in ("moved", "loop"):
            self.send_response(302)
            self.send_header("Location", f"/{'good' if kind == 'moved' else kind}/{name}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if kind not in ("good", "whole", "wrong", "longer", "short"):
            return self.send_error(404)
        data = (FOLDER / name).read_bytes()
        if kind == "wrong":
            data = bytes([data[0] ^ 1]) + data[1:]
        if kind == "longer":
            data += b"more"
        begin = 0
        if kind != "whole" and "Range" in self.headers:
            begin = int(re.fullmatch(r"bytes=(\d+)-", self.headers["Range"]).group(1))
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        if kind == "short":
            self.wfile.write(data[begin:(begin + len(data)) // 2])
            self.close_connection = True
        else:
            self.wfile.write(data[begin:])

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print("port", server.server_port, file=LOG)
print("ready", flush=True)
server.serve_forever()
