"""Input–output accounts: who buys from whom, what one more unit of demand sets going, and what a fall takes along.

Orientation throughout: ``flows[i, j]`` is what industry j buys from industry i, so that a column is a recipe and a row
is a list of customers.
"""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats
from wutong.words import Text


def input_coefficients(flows: Floats, output: Floats) -> Floats:
    """What each industry buys from each for one unit of its output: A = Z x̂⁻¹.

    Parameters
    ----------
    flows : float array, shape (n, n)
        Row sells to column, in one unit; what is negative is refused.
    output : float array, shape (n,)
        Gross output in the same unit. An industry without output has no recipe: its column is zero.

    Returns
    -------
    float array, shape (n, n)

    Raises
    ------
    NoAnswer
        If the shapes do not fit, a number is negative or not a number, or an industry buys without producing.

    Notes
    -----
    Miller & Blair (2009), Input–Output Analysis, 2nd ed., equation 2.3.

    Examples
    --------
    >>> flows = np.array([[150.0, 500.0], [200.0, 100.0]])
    >>> input_coefficients(flows, np.array([1000.0, 2000.0])).tolist()
    [[0.15, 0.25], [0.2, 0.05]]
    """
    _check(flows, output)
    idle = output == 0
    if bool((flows[:, idle] > 0).any()):
        raise NoAnswer(
            Text(
                "有行业产出为零却有投入，投入系数算不出。请核对其产出。",
                "An industry buys inputs and has no output, so it has no input coefficients. Check its output.",
            )
        )
    return flows / np.where(idle, 1.0, output)[None, :]


def output_coefficients(flows: Floats, output: Floats) -> Floats:
    """Which share of its output each industry sells to each: B = x̂⁻¹ Z.

    Parameters
    ----------
    flows, output
        As in `input_coefficients`. An industry without output sells nothing: its row is zero.

    Returns
    -------
    float array, shape (n, n)
        ``[i, j]`` is the share of i's output that goes to j: a row adds up to 1 at most, where nothing is drawn from stocks.

    Raises
    ------
    NoAnswer
        As in `input_coefficients`.

    Notes
    -----
    Ghosh (1958), Economica 25(97), p. 58; Miller & Blair (2009), equation 12.1.

    Examples
    --------
    >>> output_coefficients(np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0])).tolist()
    [[0.15, 0.5], [0.1, 0.05]]
    """
    _check(flows, output)
    return flows / np.where(output == 0, 1.0, output)[:, None]


def leontief_inverse(coefficients: Floats) -> Floats:
    """All that is needed, directly and through suppliers, for one unit of final demand: (I − A)⁻¹.

    Given output coefficients instead, the same inverse is Ghosh's: ``[i, j]`` is what one more unit of i's primary input
    sets going in j.

    Parameters
    ----------
    coefficients : float array, shape (n, n)
        Input coefficients, or output coefficients.

    Returns
    -------
    float array, shape (n, n)
        None negative; at least 1 on the diagonal.

    Raises
    ------
    NoAnswer
        If the economy uses up more than it makes, so that no output meets a demand (largest eigenvalue of 1 or more).

    Notes
    -----
    Leontief (1936); condition of Hawkins & Simon (1949), Econometrica 17(3), p. 245.

    Examples
    --------
    >>> leontief_inverse(np.array([[0.15, 0.25], [0.20, 0.05]])).round(4).tolist()
    [[1.2541, 0.33], [0.264, 1.1221]]
    """
    if coefficients.size and float(np.abs(np.linalg.eigvals(coefficients)).max()) >= 1 - 1e-12:
        raise NoAnswer(
            Text(
                "投入超过产出：这张表里的经济耗用不少于所产，没有产出能满足最终需求。请核对流量与产出的单位和口径。",
                "The table's economy uses up as much as it makes: no output meets a final demand. Check the units and scope of flows and output.",
            )
        )
    return np.asarray(np.linalg.inv(np.eye(len(coefficients)) - coefficients), dtype=np.float64)


def output_multipliers(inverse: Floats) -> Floats:
    """Output of all industries for one unit of final demand of each: column sums of Leontief's inverse.

    Notes
    -----
    Miller & Blair (2009), section 6.2.1.

    Examples
    --------
    >>> output_multipliers(leontief_inverse(np.array([[0.15, 0.25], [0.20, 0.05]]))).round(3).tolist()
    [1.518, 1.452]
    """
    sums: Floats = inverse.sum(axis=0)
    return sums


def linkages(inverse: Floats, ghosh: Floats) -> tuple[Floats, Floats]:
    """How much stronger each industry pulls and pushes than the average one.

    Parameters
    ----------
    inverse : float array, shape (n, n)
        Leontief's inverse.
    ghosh : float array, shape (n, n)
        The inverse of output coefficients, ``[i, j]`` from i to j.

    Returns
    -------
    tuple of float arrays, each of shape (n,)
        Backward linkage (column sums of Leontief's inverse) and forward linkage (row sums of Ghosh's), each over its mean:
        above 1 is more than average. An industry with both above 1 is a key industry.

    Notes
    -----
    Rasmussen (1957); forward linkage by Ghosh's inverse: Jones (1976), Quarterly Journal of Economics 90(2), p. 323;
    Miller & Blair (2009), section 12.2.

    Examples
    --------
    >>> flows, output = np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0])
    >>> back, forth = linkages(leontief_inverse(input_coefficients(flows, output)),
    ...                        leontief_inverse(output_coefficients(flows, output)))
    >>> back.round(3).tolist(), forth.round(3).tolist()
    ([1.022, 0.978], [1.208, 0.792])
    """
    back: Floats = inverse.sum(axis=0)
    forth: Floats = ghosh.sum(axis=1)
    return back * (back.size / back.sum()), forth * (forth.size / forth.sum())


def output_for(inverse: Floats, final: Floats) -> Floats:
    """Gross output that a final demand takes: x = L f.

    Examples
    --------
    >>> inverse = leontief_inverse(np.array([[0.15, 0.25], [0.20, 0.05]]))
    >>> output_for(inverse, np.array([600.0, 1500.0])).round(1).tolist()
    [1247.5, 1841.6]
    """
    return inverse @ final


def fall_of(coefficients: Floats, at: int, change: float) -> Floats:
    """What the others lose as suppliers when one industry's output changes by an amount.

    Its output is given from outside, final demand of all others stays: their output follows what it buys.

    Parameters
    ----------
    coefficients : float array, shape (n, n)
        Input coefficients.
    at : int
        The industry.
    change : float
        Change of its gross output, in the unit of output; negative for a fall.

    Returns
    -------
    float array, shape (n,)
        Change of gross output of each; ``[at]`` is the change that was given.

    Raises
    ------
    NoAnswer
        As in `leontief_inverse`, for the economy of the others.

    Notes
    -----
    The mixed model of Miller & Blair (2009), section 13.2: Δx₋ₖ = (I − A₋ₖ₋ₖ)⁻¹ a₋ₖₖ Δxₖ. It speaks of suppliers (backward)
    alone; customers that lack the industry's product are not in it.

    Examples
    --------
    >>> fall_of(np.array([[0.15, 0.25], [0.20, 0.05]]), 0, -100.0).round(4).tolist()
    [-100.0, -21.0526]
    """
    others = np.arange(len(coefficients)) != at
    inverse = leontief_inverse(coefficients[np.ix_(others, others)])
    found = np.full(len(coefficients), float(change))
    found[others] = inverse @ coefficients[others, at] * change
    return found


def shortage_of(shares: Floats, at: int, change: float) -> Floats:
    """What the others lose as customers when one industry's output changes by an amount, if nothing replaces it.

    Parameters
    ----------
    shares : float array, shape (n, n)
        Output coefficients, ``[i, j]`` the share of i's output that goes to j.
    at : int
        The industry.
    change : float
        Change of its gross output; negative for a fall.

    Returns
    -------
    float array, shape (n,)
        Change of gross output of each; ``[at]`` is the change that was given.

    Raises
    ------
    NoAnswer
        As in `leontief_inverse`.

    Notes
    -----
    The supply-side mixed model, Miller & Blair (2009), section 13.2.2 with Ghosh's coefficients. Every customer shrinks with
    the value it no longer gets: an upper estimate where substitutes exist, and none of what a missing essential part stops.

    Examples
    --------
    >>> shortage_of(np.array([[0.15, 0.5], [0.1, 0.05]]), 0, -100.0).round(4).tolist()
    [-100.0, -52.6316]
    """
    return fall_of(shares.T, at, change)


def extraction(coefficients: Floats, final: Floats, at: int) -> Floats:
    """What each industry's output would lose if one industry were not there at all.

    Parameters
    ----------
    coefficients : float array, shape (n, n)
        Input coefficients.
    final : float array, shape (n,)
        Final demand.
    at : int
        The industry: its row, column and final demand are struck out.

    Returns
    -------
    float array, shape (n,)
        Output that is lost, none negative where final demand is not; ``[at]`` is its whole output.

    Notes
    -----
    Hypothetical extraction: Paelinck, de Caevel & Degueldre (1965); Miller & Lahr (2001); Miller & Blair (2009), section
    12.2.6. What was bought from it is taken to be imported.

    Examples
    --------
    >>> coefficients, final = np.array([[0.15, 0.25], [0.20, 0.05]]), np.array([600.0, 1500.0])
    >>> extraction(coefficients, final, 0).round(1).tolist()
    [1247.5, 262.6]
    """
    whole = output_for(leontief_inverse(coefficients), final)
    left = np.arange(len(coefficients)) != at
    without = np.zeros_like(whole)
    without[left] = output_for(leontief_inverse(coefficients[np.ix_(left, left)]), final[left])
    return whole - without


def regional_coefficients(coefficients: Floats, quotients: Floats) -> Floats:
    """Cut a nation's input coefficients down to what a region can buy at home.

    Parameters
    ----------
    coefficients : float array, shape (n, n)
        Of the nation.
    quotients : float array, shape (n, n)
        ``[i, j]`` how well the region's industry i can supply its industry j, such as Flegg's quotients; 1 and more leave
        the coefficient as it is.

    Returns
    -------
    float array, shape (n, n)

    Raises
    ------
    NoAnswer
        If a quotient is negative or not a number.

    Notes
    -----
    Flegg & Webber (1997), Regional Studies 31(8), p. 795.

    Examples
    --------
    >>> regional_coefficients(np.array([[0.2, 0.4]] * 2), np.array([[0.5, 2.0], [1.0, 0.0]])).tolist()
    [[0.1, 0.4], [0.2, 0.0]]
    """
    if not bool((quotients >= 0).all()):
        raise NoAnswer(
            Text("区位商不能为负，也不能缺。", "Quotients must not be negative, and none may be missing.")
        )
    return coefficients * np.minimum(quotients, 1.0)


def _check(flows: Floats, output: Floats) -> None:
    if flows.shape != (output.size, output.size):
        raise NoAnswer(
            Text(
                f"流量表应为 {output.size} × {output.size}，现为 {' × '.join(map(str, flows.shape))}。",
                f"Flows must be {output.size} × {output.size}; they are {' × '.join(map(str, flows.shape))}.",
            )
        )
    if not bool(np.isfinite(flows).all() and np.isfinite(output).all()):
        raise NoAnswer(
            Text(
                "流量或产出有缺：未知的流量不能当作零。",
                "A flow or an output is missing: what is not known is not zero.",
            )
        )
    if bool((flows < 0).any() or (output < 0).any()):
        raise NoAnswer(
            Text(
                "流量和产出不能为负。库存变动属于最终需求，不在流量里。",
                "Flows and outputs must not be negative. Changes of stocks belong to final demand, not to flows.",
            )
        )
