"""The source of one random tree: its choices, its files, and the fields that it uses."""
import random

NAMES = ["web", "api", "db", "cache", "job-1", "a"]
NAMESPACES = ["shop", "data", "default", "kube-system"]
KEYS = ["app", "tier", "team", "app.kubernetes.io/name", "a2", "a10", "B", "on"]
WORDS = ["v1", "blue", "x-y", "web"]

# Texts that readers and writers of YAML disagree about.
HOSTILE = [
    "yes", "no", "on", "y", "true", "True", "null", "~", "", " lead", "trail ", "a: b", "a #b",
    "#x", "0777", "08", "0x1F", "0b1", "0o17", "1e3", "1e400", "1_000", "1.0", "0.10", ".5",
    "+1", "-0", "12:30:45", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "=", "<<", "!x",
    "&a", "*a", "|", ">", "%d", "@x", "`b`", "- x", "? y", "-", "?", ":", "a:", "{}", "[x]",
    "'q'", '"dq"', "a\\b", "tab\there", "line\n", "two\nlines", "two\nlines\n\n", "\nfirst",
    " blank\nline", "end blank \nx", "caf\u00e9", "\u65e5\u672c", "\U0001f600", "\u2028",
    "a" * 130, "word " * 40, "x" * 79 + " y z", "$(VAR)", "$$(VAR)", "a,b", "a=b", "NaN", ".inf",
    "Null", "TRUE", "Off", "1.5", "123", "9007199254740993", "18446744073709551616",
]


OPEN = ("pairs", "labels", "annotations", "commonLabels", "commonAnnotations")


class Raw(str):
    """A plain scalar, written as it stands."""


TRUE, FALSE, NULL = Raw("true"), Raw("false"), Raw("null")
RAWS = [Raw(t) for t in (
    "5", "0", "-3", "1.5", "1.0", "1e3", "0x10", "0777", "true", "False", "null", "~", "", "yes",
    "2001-01-01", "1_000", "12345678901234567890", "100000.5", "1234567.5", "0.00001", "on", "No")]


class Source:
    """One seed gives one tree, always the same."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.files = {}       # path to text
        self.fields = set()   # dotted names of what the kustomizations use
        self.identities = set()
        self.count = 0

    def chance(self, p):
        return self.r.random() < p

    def pick(self, seq):
        return self.r.choice(seq)

    def some(self, seq, low=1, high=2):
        """A few distinct ones."""
        return self.r.sample(seq, min(len(seq), self.r.randint(low, high)))

    def times(self, low, high):
        return range(self.r.randint(low, high))

    def flag(self):
        return TRUE if self.chance(0.7) else FALSE

    def number(self):
        self.count += 1
        return self.count

    def name(self):
        return self.pick(NAMES)

    def namespace(self):
        return self.pick(NAMESPACES)

    def text(self, hostile=0.3):
        return self.pick(HOSTILE) if self.chance(hostile) else self.pick(WORDS)

    def line(self, hostile=0.3):
        return self.text(hostile).replace("\n", " ")

    def value(self, hostile=0.3):
        """A scalar of any type."""
        return self.pick(RAWS) if self.chance(hostile / 2) else self.text(hostile)

    def pairs(self, low=1, high=3, hostile=0.15):
        """Labels or annotations: all texts."""
        return {self.pick(KEYS): self.text(hostile) for _ in self.times(low, high)}

    def use(self, name, value):
        """Note the fields of a value, nested ones with dots; maps of users' own keys are one."""
        self.fields.add(name)
        if isinstance(value, list):
            for element in value:
                self.use_members(name, element)
        elif name.rpartition(".")[2] not in OPEN:
            self.use_members(name, value)

    def use_members(self, name, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                self.use(name + "." + key, inner)

    def write(self, path, text):
        self.files[path] = text

    def file(self, folder, stem, text, end=".yaml"):
        """A new file; its name within the folder."""
        name = "%s%d%s" % (stem, self.number(), end)
        self.write(folder + name, text)
        return name
