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


KNOWN = [
    Difference("a hash over kustomize's memory layout: of a kind that is neither ConfigMap nor Secret",
               "only-kustomize", r"\[render\.hash-kind\]"),
    Difference("kustomize crashes", "only-gk", r"(^|\n)panic: .*goroutine \d+ \[running\]"),
    Difference("a validator that sets its own label: kustomize compares line numbers, too, and refuses every one",
               "only-gk", r"validator shouldn't modify the resource map: nodes unequal", "validators.LabelTransformer.labels"),
]
