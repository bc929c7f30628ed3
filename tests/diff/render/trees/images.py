"""Entries of `images`."""
from .source import Raw

NAMES = ["nginx", "registry:5000/team/app", "busybox", "postgres", "ngin.", "(nginx|postgres)"]
FIELDS = {"newName": ["mirror/nginx", "r.example.com:443/x"], "newTag": ["v2", "1.26", "0.10"],
          "digest": ["sha256:" + "c" * 64], "tagSuffix": ["-fips"]}


def image(s):
    i = {"name": s.pick(NAMES)}
    for field, values in FIELDS.items():
        if s.chance(0.35):
            i[field] = s.pick(values)
    return i


def replica(s, names):
    r = {"name": s.pick(names)}
    if s.chance(0.95):
        r["count"] = Raw(s.pick(["0", "2", "7"]))
    return r
