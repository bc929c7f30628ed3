"""The two programs that are compared: kustomize v5.8.1 (GK_KUSTOMIZE) and gk-render (GK_RENDER)."""
import os
import subprocess

KUSTOMIZE = os.environ.get("GK_KUSTOMIZE", "kustomize")
RENDER = os.environ.get("GK_RENDER", "gk-render")
AGREED = ("same", "refused", "excused")


def write_tree(files, where):
    for path, text in files.items():
        full = os.path.join(where, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(text.encode("utf-8", "surrogateescape"))


def output(command):
    p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return p.returncode, p.stdout, p.stderr.decode("utf-8", "replace")


def render(where, folder):
    """Exit code, stdout and stderr of gk-render."""
    return output([RENDER, "--root", where, "-o", "yaml", folder])


def judge(theirs, ours):
    """The verdict on two of (exit code, stdout, stderr), and what there is to say of it."""
    if ours[0] not in (0, 3):
        return "crash", "exit %d\n%s" % (ours[0], ours[2])
    if theirs[0] and ours[0]:
        return "refused", theirs[2]
    if theirs[0]:
        return "only-gk", theirs[2]
    if ours[0]:
        return "only-kustomize", ours[2]
    if theirs[1] == ours[1]:
        return "same", ""
    return "differ", first_difference(theirs[1], ours[1])


def first_difference(a, b):
    x, y = a.decode("utf-8", "replace").split("\n"), b.decode("utf-8", "replace").split("\n")
    for i, (p, q) in enumerate(zip(x, y)):
        if p != q:
            return "line %d\n  kustomize: %s\n  gk-render: %s" % (i + 1, p[:200], q[:200])
    return "one is longer: %d and %d lines" % (len(x), len(y))
