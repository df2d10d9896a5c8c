#!/usr/bin/env python3
"""Reads every #include and fails on an edge that ARCHITECTURE.md does not allow.

A folder may include itself, what ALLOWED lists for it, and nothing else of the project. Third-party headers that belong to one
part (OWNED) may be included there alone.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = ("agent", "server", "common", "dashboard-api", "tests")

# Longest prefix wins. "proto" stands for muster/v1/*.pb.h, "proto_grpc" for *.grpc.pb.h.
ALLOWED = {
    "common": {"proto"},
    "common/http": {"common", "common/log"},
    "common/log": {"common"},
    "common/telemetry": {"common/http"},
    "common/trace": {"common", "common/log"},
    "common/pki": {"common", "proto"},
    "common/orders": {"common", "proto"},
    "common/servicing/hresult": set(),
    "common/servicing/catalog": {"common/servicing/hresult"},
    "common/servicing/msu": {"common/servicing"},
    "common/verdict": {"common", "proto"},
    "agent/servicing/package": set(),
    "agent/servicing/cbs": {"agent/servicing"},
    "agent/servicing/checksur": {"agent/servicing"},
    "agent/servicing/qfe": set(),
    "agent/servicing/cbs_registry": {"common/servicing/catalog"},
    "agent/servicing/update_history": set(),
    "agent/servicing/windows_event": {"agent/servicing/package", "agent/servicing/update_history"},
    "agent/host": {"common"},
    "agent/collect": {"agent/servicing", "agent/host", "common", "proto"},
    "agent/bundle": {"agent/host", "agent/collect", "agent/servicing/cbs", "common", "proto"},
    "agent/remedy": {"agent/host", "common", "proto"},
    "agent/sync": {"common", "proto", "proto_grpc"},
    "agent/main": {"agent", "common", "proto"},
    "server/identity": {"common", "proto"},
    "server/inventory": {"common", "proto"},
    "server/notification": {"common", "proto"},
    "server/campaign": {"common", "proto"},
    "server/evidence": {"common", "proto"},
    "server/health": {"common", "proto"},
    "server/gateway": {"server/inventory", "server/identity", "server/campaign", "server/evidence", "common", "proto", "proto_grpc"},
    "server/operator": {"server/inventory", "server/identity", "server/campaign", "server/evidence", "server/health", "server/notification", "common", "proto", "proto_grpc"},
    "server/store": {"server/inventory", "server/identity", "server/campaign", "server/evidence", "server/health", "server/notification", "common", "proto"},
    "server/telemetry": {"server/inventory", "server/health", "common", "proto"},
    "server/main": {"server", "common", "proto"},
    "dashboard-api/ctl": {"common", "proto", "proto_grpc"},
    "dashboard-api/transcoder": {"common", "proto"},
    "dashboard-api/api": {"dashboard-api/transcoder", "common", "proto", "proto_grpc"},
    "dashboard-api/main": {"dashboard-api", "common", "proto"},
    "tests": {"agent", "server", "common", "proto", "proto_grpc", "dashboard-api"},
}

# Headers of others, and the folders that own them (tests may always).
OWNED = {
    r"grpcpp/|grpc/": ("agent/sync", "server/gateway", "server/operator", "server/main", "dashboard-api/ctl", "dashboard-api/api", "dashboard-api/main"),
    r"pqxx/|libpq": ("server/store",),
    r"openssl/": ("common",),
    r"boost/": ("common/http", "common/telemetry", "dashboard-api/api", "dashboard-api/main"),
    r"zlib\.h": ("common/http",),
    r"prometheus/": ("dashboard-api/main", "server/telemetry"),
    r"(windows|winsvc|wbemidl|winevt|wuapi|wintrust|softpub|oleauto|dsrole|ntsecapi|winhttp)\.h": ("agent/host/windows", "agent/main", "common"),
    r"zip\.h": ("agent/bundle",),
    r"argon2\.h": ("server/identity",),
    r"curl/": ("server/notification", "common/trace"),
    r"mspack\.h": ("common/servicing/msu",),
    r"pugixml": ("agent/servicing/package", "agent/servicing/windows_event"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def owner(path, table):
    """The longest key of `table` that is `path` or a folder above it; None where there is none."""
    best = None
    for key in table:
        if (path == key or path.startswith(key + "/")) and (best is None or len(key) > len(best)):
            best = key
    return best


def project_part(include):
    """Which part of the project an include names; None for the headers of others."""
    if include.startswith("muster/v1/"):
        return "proto_grpc" if ".grpc.pb." in include else "proto"
    if include.split("/")[0] in TOP_LEVEL:
        return str(Path(include).parent)
    return None


def is_test(path):
    return path.name.endswith("_test.cc") or path.parts[0] == "tests"


def check(path, include):
    """What is wrong with this include; None where nothing is."""
    folder = str(path.parent)
    part = project_part(include)
    if part is None:
        for pattern, owners in OWNED.items():
            if re.match(pattern, include) and not is_test(path) and not any(
                    folder == o or folder.startswith(o + "/") for o in owners):
                return f"{include} belongs to {', '.join(owners)} alone"
        return None
    home = owner(folder, ALLOWED)
    if home is None:
        return f"{folder} has no entry in ALLOWED"
    allowed = ALLOWED[home] | ({"tests/testdata"} if is_test(path) else set())
    inside = part == home or part.startswith(home + "/")
    if inside or owner(part, dict.fromkeys(allowed)) is not None:
        return None
    return f"{home} may not include {include}"


def main():
    problems = []
    files = [p for top in TOP_LEVEL for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".cc") and "node_modules" not in p.parts]
    for file in sorted(files):
        path = file.relative_to(ROOT)
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            problem = match and check(path, match[1])
            if problem:
                problems.append(f"{path}:{number}: {problem}")
    print("\n".join(problems) if problems else f"include check: {len(files)} files, no forbidden edge")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
