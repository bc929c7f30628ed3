"""Many small kustomizations in one build.

A case is one directory with a kustomization, made from its number alone.  The programs render
batches of them through a kustomization that lists them all; where the two disagree, or refuse,
the batch is halved until the case is found.  Thousands of cases so take seconds.
"""
import argparse
import collections
import concurrent.futures
import os
import shutil
import sys
import tempfile

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "render")]
sys.dont_write_bytecode = True
import differences  # noqa: E402
from oracle import AGREED, KUSTOMIZE, judge, output, render, write_tree  # noqa: E402

Result = collections.namedtuple("Result", "case verdict text")


def tree(make, numbers):
    """One tree of files for the cases of these numbers."""
    names = ["c%d" % n for n in numbers]
    files = {"kustomization.yaml": "sortOptions: {order: fifo}\nresources: [%s]\n" % ", ".join(names)}
    for n, name in zip(numbers, names):
        files.update({os.path.join(name, path): text for path, text in make(n).items()})
    return files


def compare(make, numbers):
    """The verdicts on some cases, halved until each one is known."""
    where = tempfile.mkdtemp(prefix="gk-diff.")
    try:
        write_tree(tree(make, numbers), where)
        theirs, ours = output([KUSTOMIZE, "build", where]), render(where, where)
    finally:
        shutil.rmtree(where)
    verdict, text = judge(theirs, ours)
    if verdict == "same":
        return [Result(n, verdict, "") for n in numbers]
    if len(numbers) > 1:
        middle = len(numbers) // 2
        return compare(make, numbers[:middle]) + compare(make, numbers[middle:])
    text = text.replace(where, "")
    if verdict not in AGREED and any(d.explains(verdict, text, ()) for d in differences.KNOWN):
        verdict = "excused"
    return [Result(numbers[0], verdict, text)]


def run(args, make):
    """All cases; gives the tally of verdicts."""
    tally, shown = collections.Counter(), 0
    last = args.seed + args.count
    batches = [range(n, min(n + args.batch, last)) for n in range(args.seed, last, args.batch)]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for results in pool.map(lambda numbers: compare(make, list(numbers)), batches):
            for r in results:
                tally[r.verdict] += 1
                if args.why and r.verdict == "refused":
                    print("case %d refused: %s" % (r.case, r.text.strip()[-300:]))
                if r.verdict not in AGREED and shown < args.show:
                    shown += 1
                    print("case %d: %s: %s" % (r.case, r.verdict, r.text.strip()[-900:]), flush=True)
    return tally


def main(usage, make):
    """The program around make(NUMBER), which gives the files of a case by path."""
    ap = argparse.ArgumentParser(usage=usage.replace("%", "%%"))
    ap.add_argument("--count", type=int, default=200)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--batch", type=int, default=40)
    ap.add_argument("--case", type=int)
    ap.add_argument("--keep", default=".")
    ap.add_argument("--show", type=int, default=10)
    ap.add_argument("--why", action="store_true")
    args = ap.parse_args()
    if args.case is not None:
        write_tree(make(args.case), args.keep)
        return 0
    tally = run(args, make)
    bad = sum(n for v, n in tally.items() if v not in AGREED)
    print("cases: %s" % ", ".join("%d %s" % (n, v) for v, n in tally.most_common()))
    print("differences: %d" % bad)
    return 1 if bad else 0
