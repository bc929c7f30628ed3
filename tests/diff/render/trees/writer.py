"""Trees as text: objects in the many styles of YAML, kustomizations in one safe style."""
import json
import re

from .source import Raw

WORD = r"[A-Za-z][A-Za-z0-9./-]*"
NOT_STRINGS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan")


def unraw(v):
    """The value as JSON has it."""
    if isinstance(v, dict):
        return {k: unraw(x) for k, x in v.items()}
    if isinstance(v, list):
        return [unraw(x) for x in v]
    if isinstance(v, Raw):
        try:
            return json.loads(str(v))
        except ValueError:
            return {"~": None, "": None, "False": False}.get(str(v), str(v))
    return v


def json_text(v, indent=None):
    return json.dumps(unraw(v), indent=indent)


class Objects:
    """Writes the documents of one resource file; anchors are each document's own."""

    def __init__(self, source):
        self.s = source
        self.anchors = []  # (value, name)

    def scalar(self, v, indent, key=False):
        s = self.s
        if isinstance(v, Raw):
            return str(v)
        if re.fullmatch(WORD, v) and v.lower() not in NOT_STRINGS and s.chance(0.8):
            return v
        if re.fullmatch(r"[ -~]+", v) and v.strip() == v and s.chance(0.5):
            return "'" + v.replace("'", "''") + "'"
        if "\n" in v and not key and is_literal(v) and s.chance(0.6):
            return literal(v, indent)
        return json.dumps(v, ensure_ascii=s.chance(0.1) and all(ord(c) < 0x10000 for c in v))

    def flow(self, v):
        if isinstance(v, dict):
            return "{" + ", ".join(json.dumps(k) + ": " + self.flow(x) for k, x in v.items()) + "}"
        if isinstance(v, list):
            return "[" + ", ".join(self.flow(x) for x in v) + "]"
        if isinstance(v, Raw):
            return str(v) or "null"
        return json.dumps(v, ensure_ascii=False)

    def anchored(self, v):
        """(text of an alias to an equal value, or None; anchor to write before this one)."""
        for value, name in self.anchors:
            if value == v and type(value) is type(v) and self.s.chance(0.5):
                return "*" + name, ""
        if not self.s.chance(0.02):
            return None, ""
        name = "n%d" % len(self.anchors)
        self.anchors.append((v, name))
        return None, " &" + name

    def block(self, node, indent=0):
        """The lines of a map or list that is not empty."""
        pad = " " * indent
        out = []
        if isinstance(node, dict):
            items = list(node.items())
            self.s.r.shuffle(items)
            for k, v in items:
                out += self.member(pad + self.scalar(k, 0, key=True) + ":", v, indent)
        else:
            for v in node:
                out += self.member(pad + "-", v, indent, in_list=True)
        return out

    def member(self, head, v, indent, in_list=False):
        if isinstance(v, (dict, list)):
            return self.collection(head, v, indent, in_list)
        text = self.scalar(v, indent + 2)
        line = head + (" " + text if text else "")
        if self.s.chance(0.02) and "\n" not in line:
            line += " # comment"
        return line.split("\n")

    def collection(self, head, v, indent, in_list):
        if not v:
            return [head + (" {}" if isinstance(v, dict) else " []")]
        alias, anchor = self.anchored(v)
        if alias:
            return [head + " " + alias]
        if self.s.chance(0.04):
            return [head + anchor + " " + self.flow(v)]
        if in_list and not anchor:
            body = self.block(v, indent + 2)
            return [head + " " + body[0].lstrip(" ")] + body[1:]
        deeper = 2 if in_list or isinstance(v, dict) or self.s.chance(0.5) else 0
        return [head + anchor] + self.block(v, indent + deeper)

    def documents(self, docs):
        parts = []
        for doc in docs:
            self.anchors = []
            parts.append("\n".join(self.block(doc)) + "\n")
        return ("# head\n" if self.s.chance(0.1) else "") + "---\n".join(parts)


def is_literal(v):
    return v[0] != "\n" and all(re.fullmatch(r"([!-~]([ -~]*[!-~])?)?", line) for line in v.split("\n"))


def literal(v, indent):
    body = v.rstrip("\n")
    tail = len(v) - len(body)
    chomp = "-" if tail == 0 else "" if tail == 1 else "+"
    lines = body.split("\n") + [""] * max(0, tail - 1)
    return "|" + chomp + "\n" + "\n".join((" " * indent + x) if x else "" for x in lines)


def objects(source, docs):
    return Objects(source).documents(docs)


# Kustomizations are read by YAML 1.1: whatever could be taken for another type is quoted.

def kustomization(node):
    return "\n".join(lines(node, 0)) + "\n"


def lines(node, indent):
    pad = " " * indent
    out = []
    if isinstance(node, dict):
        for k, v in node.items():
            out += entry(pad + key_text(k) + ":", v, indent)
    else:
        for v in node:
            if isinstance(v, (dict, list)) and v:
                body = lines(v, indent + 2)
                out += [pad + "- " + body[0].lstrip(" ")] + body[1:]
            else:
                out += entry(pad + "-", v, indent)
    return out


def entry(head, v, indent):
    if isinstance(v, (dict, list)) and v:
        return [head] + lines(v, indent + 2)
    if isinstance(v, Block):
        return [head + " |-"] + [(" " * indent + "  " + x) if x else "" for x in v.rstrip("\n").split("\n")]
    return [head + " " + scalar_text(v)]


class Block(str):
    """A text of several lines, to be written as a literal block."""


def block(text):
    """The text of an inline patch or plugin, where a block can hold it."""
    return Block(text) if "\n" in text.strip() and not any(c in text for c in "\u0085\u2028\t\r") else text


def key_text(k):
    plain = re.fullmatch(r"\$?[A-Za-z][A-Za-z0-9.$]*", k) and k.lower() not in NOT_STRINGS
    return k if plain else json.dumps(k)


def scalar_text(v):
    if isinstance(v, Raw):
        return str(v)
    if isinstance(v, (dict, list)):
        return "{}" if isinstance(v, dict) else "[]"
    return json.dumps(v, ensure_ascii=False)
