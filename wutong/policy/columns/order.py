"""In which order steps are done, so that few results wait for their last use."""

from __future__ import annotations

from wutong.policy.columns.program import LEAVES, Program


def ordered(program: Program) -> list[int]:
    """Places of steps in the order in which to do them.

    A step goes ahead of its turn as soon as its arguments are there, if it is the last one to need one of them, asks something
    of a number, or is asked for and needed no further: a sum of hundreds of columns then keeps a few of them instead of all.

    Parameters
    ----------
    program : Program
        The program.

    Returns
    -------
    list of int
        Each place once, arguments first.

    Examples
    --------
    The first sum goes ahead of ``c``:

    >>> from wutong.policy.columns.node import column
    >>> from wutong.policy.columns.program import program
    >>> a, b, c = (abs(column(name, "i64", -9, 9)) for name in "abc")
    >>> made = program({"a": a, "b": b, "c": c, "sum": a + b + c})
    >>> [made.steps[at].data or made.steps[at].op for at in ordered(made)]
    ['a', 'abs', 'b', 'abs', 'add', 'c', 'abs', 'add']
    """
    steps = program.steps
    wanted = set(program.outputs.values())
    users: list[list[int]] = [[] for _ in steps]
    missing = [len(set(step.args)) for step in steps]
    for at, step in enumerate(steps):
        for arg in set(step.args):
            users[arg].append(at)
    left = [len(one) for one in users]
    done = [False] * len(steps)
    found: list[int] = []

    def goes_ahead(at: int) -> bool:
        if done[at] or missing[at]:
            return False
        inner = [arg for arg in steps[at].args if steps[arg].op not in LEAVES]
        ends = any(left[arg] == 1 for arg in inner)
        small = steps[at].dtype == "bool" and any(steps[arg].dtype != "bool" for arg in inner)
        return ends or small or (at in wanted and not users[at])

    for turn in range(len(steps)):
        waiting = [] if done[turn] else [turn]
        while waiting:
            at = waiting.pop()
            if done[at]:
                continue
            done[at] = True
            found.append(at)
            for user in users[at]:
                missing[user] -= 1
            near = list(users[at]) if steps[at].op not in LEAVES else []
            for arg in set(steps[at].args):
                left[arg] -= 1
                if left[arg] == 1 and steps[arg].op not in LEAVES:
                    near += users[arg]
            waiting += [user for user in reversed(near) if goes_ahead(user)]
    return found
