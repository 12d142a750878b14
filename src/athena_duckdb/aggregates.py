"""The aggregate and window functions that give in DuckDB what they give in Trino.

The square brackets are the call's: DISTINCT, ORDER BY and IGNORE NULLS are put inside, FILTER and
OVER after them. Two functions are approximate in Athena and exact here: approx_distinct, and
approx_percentile (the nearest rank). https://trino.io/docs/current/functions/aggregate.html
https://trino.io/docs/current/functions/window.html
"""

from collections.abc import Mapping

from athena_duckdb.signatures import table

_SUMS = {
    "sum(bigint) -> bigint": "CAST(sum[{0}] AS BIGINT)",
    "sum(double) -> double": "sum[{0}]",
    "sum(decimal) -> decimal(38)": "sum[{0}]",
    "avg(double) -> double": "avg[{0}]",
    "avg(decimal) -> decimal": (
        "CAST(trino_round_division(CAST(replace(CAST(sum[{0}] AS VARCHAR), '.', '') AS HUGEINT), "
        "count[{0}])"
        " * CAST('1e-{0.scale}' AS DECIMAL(38, {0.scale})) AS {type})"
    ),
    "count(T) -> bigint": "count[{0}]",
    "count() -> bigint": "count[*]",
    "count_if(boolean) -> bigint": "count[CASE WHEN {0} THEN 1 END]",
}
_CHOICES = {
    "min(O) -> O": "min[{0}]",
    "max(O) -> O": "max[{0}]",
    "min_by(T, O) -> T": "arg_min_null[{0}, {1}]",
    "max_by(T, O) -> T": "arg_max_null[{0}, {1}]",
    "arbitrary(T) -> T": "any_value[{0}]",
    "any_value(T) -> T": "any_value[{0}]",
    "bool_and(boolean) -> boolean": "bool_and[{0}]",
    "bool_or(boolean) -> boolean": "bool_or[{0}]",
    "every(boolean) -> boolean": "bool_and[{0}]",
}
_COLLECTIONS = {
    "array_agg(T) -> array(T)": "array_agg[{0}]",
    "histogram(O) -> map(O, bigint)": "CAST(histogram[{0}] AS {type})",
    "map_agg(K, V) -> map(K, V)": "trino_map(array_agg[struct_pack(k := {0}, v := {1})])",
}
_STATISTICS = {
    "approx_distinct(T) -> bigint": "count[DISTINCT {0}]",
    "approx_percentile(bigint, double) -> bigint": "quantile_disc[{0}, {1}]",
    "approx_percentile(double, double) -> double": "quantile_disc[{0}, {1}]",
    "approx_percentile(bigint, array(double)) -> array(bigint)": "quantile_disc[{0}, {1}]",
    "approx_percentile(double, array(double)) -> array(double)": "quantile_disc[{0}, {1}]",
    "stddev(double) -> double": "stddev_samp[{0}]",
    "stddev_samp(double) -> double": "stddev_samp[{0}]",
    "stddev_pop(double) -> double": "stddev_pop[{0}]",
    "variance(double) -> double": "var_samp[{0}]",
    "var_samp(double) -> double": "var_samp[{0}]",
    "var_pop(double) -> double": "var_pop[{0}]",
    "corr(double, double) -> double": "CASE WHEN isfinite(corr[{0}, {1}]) THEN corr[{0}, {1}] END",
}
_WINDOWS = {
    "row_number() -> bigint": "row_number[]",
    "rank() -> bigint": "rank[]",
    "dense_rank() -> bigint": "dense_rank[]",
    "percent_rank() -> double": "percent_rank[]",
    "cume_dist() -> double": "cume_dist[]",
    "ntile(bigint) -> bigint": "ntile[{0}]",
    "lag(T) -> T": "lag[{0}]",
    "lag(T, bigint) -> T": "lag[{0}, {1}]",
    "lag(T, bigint, T) -> T": "lag[{0}, {1}, {2}]",
    "lead(T) -> T": "lead[{0}]",
    "lead(T, bigint) -> T": "lead[{0}, {1}]",
    "lead(T, bigint, T) -> T": "lead[{0}, {1}, {2}]",
    "first_value(T) -> T": "first_value[{0}]",
    "last_value(T) -> T": "last_value[{0}]",
    "nth_value(T, bigint) -> T": "nth_value[{0}, {1}]",
}
# Overloads that Trino has and the local engine has not
_ELSEWHERE = dict.fromkeys(
    [
        "sum(interval day to second) -> interval day to second",
        "sum(interval year to month) -> interval year to month",
        "avg(interval day to second) -> interval day to second",
        "avg(interval year to month) -> interval year to month",
        "min(O, bigint) -> array(O)",
        "max(O, bigint) -> array(O)",
        "min_by(T, O, bigint) -> array(T)",
        "max_by(T, O, bigint) -> array(T)",
        "approx_distinct(T, double) -> bigint",
        *(f"approx_percentile({of}, double, double) -> {of}" for of in ("bigint", "double")),
        *(
            f"approx_percentile({of}, double, double, double) -> {of}"
            for of in ("bigint", "double")
        ),
        *(
            f"approx_percentile({of}, double, array(double)) -> array({of})"
            for of in ("bigint", "double")
        ),
    ],
    "",
)


def _with_clauses(templates: Mapping[str, str]) -> dict[str, str]:
    return {
        text: template.replace("[", "({before}").replace("]", "{inside}){after}")
        for text, template in templates.items()
    }


AGGREGATES = table(*map(_with_clauses, (_SUMS, _CHOICES, _COLLECTIONS, _STATISTICS)), _ELSEWHERE)
WINDOWS = table(_with_clauses(_WINDOWS))
