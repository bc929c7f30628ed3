"""Random trees of kustomizations.

One seed gives one tree, always the same.  Names, labels and images come from small pools,
so that patches, references and replacements meet what they look for; texts come from a
pool of strings that readers and writers of YAML disagree about.
"""
from .layers import generate
from .source import Source


def tree(seed):
    """The files by path, the directory to build, and the names of the fields in use."""
    s = Source(seed)
    top = generate(s)
    return s.files, top, s.fields
