"""Where gk-render and an oracle differ on purpose, each with its reason."""
import re


class Difference:
    def __init__(self, reason, verdict, text="", field="", before=None):
        self.reason = reason
        self.verdict = verdict.split()  # of the comparison
        self.text = text                # pattern of the refusal, or of the first different lines
        self.needs = field.split()      # endings of fields that the tree uses
        self.before = before            # oracles that are older

    def shown(self):
        return "changed in %d.%d.%d: %s" % (self.before + (self.reason,))

    def applies_to(self, version):
        return not self.before or version < self.before

    def explains(self, verdict, text, fields):
        return verdict in self.verdict and re.search(self.text, text, re.S) and (
            all(any(f.endswith(word) for f in fields) for word in self.needs))


def crash(reason, message, function, before=None):
    """kustomize panics with a message; the function is the first of its own on the stack."""
    return Difference("kustomize crashes: " + reason, "only-gk",
                      r"(^|\n)panic: %s.*?goroutine \d+ \[running\]:\n(panic[^\n]*\n[^\n]*\n|runtime[^\n]*\n[^\n]*\n)*"
                      r"sigs\.k8s\.io/kustomize/%s" % (message, function), before=before)


KNOWN = [
    Difference("a hash over kustomize's memory layout: of a kind that is neither ConfigMap nor Secret",
               "only-kustomize", r"\[render\.hash-kind\]"),
    crash("labels or annotations that are a list of one", "runtime error: index out of range",
          r"kyaml/yaml\.visitFieldsWhileTrue"),
    crash("a subject of a RoleBinding without a name or namespace, or one that is no string",
          r"interface conversion: interface {} is (nil|int|float64|bool|time\.Time), not string",
          r"api/resmap\.getNamespacesForRoleBinding"),
    crash("a patch or prefix took annotations that hold the earlier names",
          "number of previous names, number of previous namespaces", r"api/resource\.\(\*Resource\)\.PrevIds"),
    Difference("a validator that sets its own label: kustomize compares line numbers, too, so that it refuses what it "
               "prints alike", "only-gk",
               r"validator shouldn't modify the resource map: nodes unequal: (\n|\\n) -- ([^\n]*),\1 -- \2\1",
               "validators.LabelTransformer.labels"),
]

# What later versions do otherwise.  Only trees in which v5.8.1 agrees with gk-render are looked at.
CHANGED = [
    Difference("patch files without content do nothing", "only-gk",
               r"illegally qualifies as both an SM and JSON patch: \[path: |must specify a target for (JSON )?patch( |$)|"
               r"unable to parse SM or JSON patch from \[\]",
               "patches(empty)", before=(5, 8, 1)),
    Difference("select and reject are patterns", "differ only-gk only-kustomize",
               field="replacements(pattern)", before=(5, 8, 0)),
    Difference("select compares the namespace as it is written: 'default' is not an empty one",
               "differ only-gk only-kustomize", field="replacements(default)", before=(5, 8, 0)),
    Difference("paths into texts", "only-gk",
               r'in replacement target: wrong node kind: expected (MappingNode|SequenceNode) but got ScalarNode|'
               r'unable to find (or create )?field \\*"data\.nested\.',
               "replacements(inside)", before=(5, 8, 0)),
    Difference("sourceValue", "only-gk",
               r'unknown field \\*"sourceValue|replacements must specify a source and at least one target',
               "replacements.sourceValue", before=(5, 7, 0)),
    Difference("images of volumes", "differ", r"^line \d+\n +kustomize: +reference: [^\n]*\n +gk-render: +reference: ",
               before=(5, 7, 0)),
    crash("several deletions in one file", "runtime error: invalid memory address", r"kyaml/yaml\.\(\*RNode\)\.Content",
          before=(5, 7, 0)),
    Difference("'labels' in configurations", "differ", field="configurations.labels", before=(5, 4, 2)),
    Difference("a null that stays one", "differ", r'kustomize: +[^\n]*: "null"\n +gk-render: +[^\n]*: null$', before=(5, 4, 0)),
    Difference("several documents in one file of 'patches'", "only-gk", r"unable to parse SM or JSON patch from \[",
               "patches(documents)", before=(5, 2, 0)),
    Difference("components see what is generated beside them", "differ only-gk only-kustomize",
               field="components Generator", before=(5, 1, 0)),
    crash("a literal whose value is one quote", r"runtime error: slice bounds out of range", r"api/kv\.removeQuotes",
          before=(5, 0, 4)),
]
