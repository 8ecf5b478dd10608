"""Result nodes of the DMN kit that ``scope.csv`` calls core or table and that we call outside, with the reason.

By folder, case and node, as the kit has them. Read on 2026-11-23.
"""

OUTSIDE = {
    (
        "0008-listGen",
        "010",
        "listGen10",
    ): "its expression is flatten([listGen4, listGen7]): a list value, no decision table",
    ("0092-feel-lambda", "012", "decision_012_1"): "hands functions to a function",
    ("0092-feel-lambda", "014", "decision_014_1"): "hands functions to a function",
    ("0092-feel-lambda", "016", "decision_016_1"): "hands a function to a function",
    (
        "0095-feel-day-of-year-function",
        "datetime_004",
        "datetime_004",
    ): "its input is a date with a time of day",
    (
        "0098-feel-week-of-year-function",
        "datetime_004",
        "datetime_004",
    ): "its input is a date with a time of day",
    ("1111-feel-matches-function", "K2-MatchesFunc-17", "K2-MatchesFunc-17"): (
        "its pattern refers back to a group, which no engine of bounded time can do"
    ),
}
