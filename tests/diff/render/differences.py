"""Where gk-render and an oracle differ on purpose, each with its reason."""
import re


class Difference:
    def __init__(self, reason, verdict, text="", field=None, before=(99, 0, 0)):
        self.reason = reason
        self.verdict = verdict      # of the comparison
        self.text = text            # pattern of the refusal, or of the first different lines
        self.field = field          # that the tree uses
        self.before = before        # oracles that are older

    def applies_to(self, version):
        return version < self.before

    def explains(self, verdict, text, fields):
        return verdict == self.verdict and re.search(self.text, text, re.S) and (
            self.field is None or self.field in fields)


def crash(reason, message, function):
    """kustomize panics with a message; the function is the first of its own on the stack."""
    return Difference("kustomize crashes: " + reason, "only-gk",
                      r"(^|\n)panic: %s.*?goroutine \d+ \[running\]:\n(panic[^\n]*\n[^\n]*\n|runtime[^\n]*\n[^\n]*\n)*"
                      r"sigs\.k8s\.io/kustomize/%s" % (message, function))


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
