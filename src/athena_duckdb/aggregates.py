"""The aggregate and window functions that give in DuckDB what they give in Trino.

The square brackets are the call's: DISTINCT, ORDER BY and IGNORE NULLS are put inside, FILTER and
OVER after them. Two functions are approximate in Athena and exact here: approx_distinct, and
approx_percentile (the value of the rank floor(p * n), as Trino's is of few values). https://trino.io/docs/current/functions/aggregate.html
https://trino.io/docs/current/functions/window.html
"""

from collections.abc import Mapping

from athena_duckdb.signatures import table

_TOTALS = ("real", "double")
# of an argument, whose NaN is less than all other numbers, and the largest in DuckDB
_NAN_LEAST = (
    "CASE WHEN {{{0}}} IS NOT NULL THEN struct_pack(number := NOT isnan({{{0}}}), v := {{{0}}}) END"
)
_SUMS = {
    "sum(bigint) -> bigint": "CAST(sum[{0}] AS BIGINT)",
    "sum(real) -> real": "CAST(sum[{0}] AS FLOAT)",
    "sum(double) -> double": "sum[{0}]",
    "sum(decimal) -> decimal(38)": "sum[{0}]",
    "sum(interval day to second) -> interval day to second": "CAST(sum[{0}] AS BIGINT)",
    "sum(interval year to month) -> interval year to month": "CAST(sum[{0}] AS INTEGER)",
    "avg(bigint) -> double": "avg[{0}]",
    "avg(real) -> real": "CAST(avg[{0}] AS FLOAT)",
    "avg(double) -> double": "avg[{0}]",
    "avg(decimal) -> decimal": (
        "CAST(trino_round_division(CAST(replace(CAST(sum[{0}] AS VARCHAR), '.', '') AS HUGEINT), "
        "count[{0}])"
        " * CAST('1e-{0.scale}' AS DECIMAL(38, {0.scale})) AS {type})"
    ),
    "avg(interval day to second) -> interval day to second": "CAST(floor(avg[{0}] + 0.5) AS "
    "BIGINT)",
    "avg(interval year to month) -> interval year to month": "CAST(floor(avg[{0}] + 0.5) AS "
    "INTEGER)",
    "count(T) -> bigint": "count[{0}]",
    "count() -> bigint": "count[*]",
    "count_if(boolean) -> bigint": "count[CASE WHEN {0} THEN 1 END]",
}
_CHOICES = {
    "min(O) -> O": "min[{0}]",
    # NaN, the largest number of DuckDB, is taken only where there is no other
    **{
        f"max({of}) -> {of}": "coalesce(max[CASE WHEN NOT isnan({0}) THEN {0} END], max[{0}])"
        for of in _TOTALS
    },
    "max(O) -> O": "max[{0}]",
    **{
        f"max({of}, bigint) -> array({of})": (
            f"trino_last_of(array_agg[struct_pack(o := {_NAN_LEAST.format(0)}, v := {{0}})], {{1}})"
        )
        for of in _TOTALS
    },
    "min(O, bigint) -> array(O)": "min[{0}, {1}]",
    "max(O, bigint) -> array(O)": "max[{0}, {1}]",
    "min_by(T, O) -> T": "arg_min_null[{0}, {1}]",
    **{f"max_by(T, {of}) -> T": f"arg_max_null[{{0}}, {_NAN_LEAST.format(1)}]" for of in _TOTALS},
    "max_by(T, O) -> T": "arg_max_null[{0}, {1}]",
    "min_by(T, O, bigint) -> array(T)": "trino_first_of(array_agg[struct_pack(o := {1}, v := {0})],"
    " {2})",
    **{
        f"max_by(T, {of}, bigint) -> array(T)": (
            f"trino_last_of(array_agg[struct_pack(o := {_NAN_LEAST.format(1)}, v := {{0}})], {{2}})"
        )
        for of in _TOTALS
    },
    "max_by(T, O, bigint) -> array(T)": "trino_last_of(array_agg[struct_pack(o := {1}, v := {0})], "
    "{2})",
    "arbitrary(T) -> T": "any_value[{0}]",
    "any_value(T) -> T": "any_value[{0}]",
    "bool_and(boolean) -> boolean": "bool_and[{0}]",
    "bool_or(boolean) -> boolean": "bool_or[{0}]",
    "every(boolean) -> boolean": "bool_and[{0}]",
    "bitwise_and_agg(bigint) -> bigint": "bit_and[{0}]",
    "bitwise_or_agg(bigint) -> bigint": "bit_or[{0}]",
    "bitwise_xor_agg(bigint) -> bigint": "bit_xor[{0}]",
}
_COLLECTIONS = {
    "array_agg(T) -> array(T)": "array_agg[{0}]",
    "histogram(O) -> map(O, bigint)": "CAST(histogram[{0}] AS {type})",
    "map_agg(K, V) -> map(K, V)": "trino_map(array_agg[struct_pack(k := {0}, v := {1})])",
    "multimap_agg(K, V) -> map(K, array(V))": "py:multimap_from_entries "
    "trino_pairs(array_agg[struct_pack(k := {0}, v := {1})])",
    "map_union(map(K, V)) -> map(K, V)": "py:map_concat_first array_agg[map_entries({0})]",
    "reduce_agg(T, S, function(S, T, S), function(S, S, S)) -> S": "CASE WHEN count[{0}] > 0 THEN "
    "list_reduce(list_filter(array_agg[{0}], lambda l0: l0 IS NOT NULL), {2}, {1}) END",
    "numeric_histogram(bigint, double, double) -> map(double, double)": "py:numeric_histogram {0}, "
    "array_agg[struct_pack(v := {1}, w := {2})]",
    "numeric_histogram(bigint, double) -> map(double, double)": "py:numeric_histogram {0}, "
    "array_agg[struct_pack(v := {1}, w := CAST(1 AS DOUBLE))]",
}
_PERCENTILES = {
    f"approx_percentile({of}, {given}) -> {result.format(of=of)}": (
        f"{macro}(list_filter(list_sort(array_agg[{{0}}]), lambda l0: l0 IS NOT NULL), {{1}})"
    )
    for of in ("bigint", "real", "double")
    for given, result, macro in (
        ("double", "{of}", "trino_percentile"),
        ("array(double)", "array({of})", "trino_percentiles"),
    )
}
_OF_TWO = {
    **{
        f"{name}({of}, {of}) -> {of}": f"CAST({name}[{{0}}, {{1}}] AS {{type}})"
        for name in ("covar_pop", "covar_samp")
        for of in _TOTALS
    },
    **{
        f"{name}({of}, {of}) -> {of}": f"CAST(CASE WHEN isfinite({name}[{{0}}, {{1}}]) THEN "
        f"{name}[{{0}}, {{1}}] END AS {{type}})"
        for name in ("corr", "regr_slope", "regr_intercept")
        for of in _TOTALS
    },
}
_STATISTICS = {
    "approx_distinct(T) -> bigint": "count[DISTINCT {0}]",
    "approx_distinct(T, double) -> bigint": "(count[DISTINCT {0}] + trino_standard_error({1}))",
    "stddev(double) -> double": "stddev_samp[{0}]",
    "stddev_samp(double) -> double": "stddev_samp[{0}]",
    "stddev_pop(double) -> double": "stddev_pop[{0}]",
    "variance(double) -> double": "var_samp[{0}]",
    "var_samp(double) -> double": "var_samp[{0}]",
    "var_pop(double) -> double": "var_pop[{0}]",
    "geometric_mean(real) -> real": "CAST(exp(avg[ln({0})]) AS FLOAT)",
    "geometric_mean(bigint) -> double": "exp(avg[ln({0})])",
    "geometric_mean(double) -> double": "exp(avg[ln({0})])",
    "skewness(double) -> double": "trino_skewness(count[{0}], sum[{0}], sum[{0} * {0}], sum[{0} * "
    "{0} * {0}])",
    "kurtosis(double) -> double": "CASE WHEN count[{0}] > 3 THEN coalesce(CASE WHEN "
    "bool_and[isfinite({0})] THEN kurtosis[CASE WHEN isfinite({0}) THEN {0} END] END, "
    "CAST('NaN' AS DOUBLE)) END",
}
_WINDOWS = {
    "row_number() -> bigint": "row_number[]",
    "rank() -> bigint": "rank[]",
    "dense_rank() -> bigint": "dense_rank[]",
    "percent_rank() -> double": "percent_rank[]",
    "cume_dist() -> double": "cume_dist[]",
    "ntile(bigint) -> bigint": "ntile[trino_buckets({0})]",
    "lag(T) -> T": "lag[{0}]",
    "lag(T, bigint) -> T": "lag[{0}, trino_offset({1}, 0)]",
    "lag(T, bigint, T) -> T": "lag[{0}, trino_offset({1}, 0), {2}]",
    "lead(T) -> T": "lead[{0}]",
    "lead(T, bigint) -> T": "lead[{0}, trino_offset({1}, 0)]",
    "lead(T, bigint, T) -> T": "lead[{0}, trino_offset({1}, 0), {2}]",
    "first_value(T) -> T": "first_value[{0}]",
    "last_value(T) -> T": "last_value[{0}]",
    "nth_value(T, bigint) -> T": "nth_value[{0}, trino_offset({1}, 1)]",
}
# Overloads that Trino has and the local engine has not
_ELSEWHERE = dict.fromkeys(
    [
        *(
            f"approx_percentile({of}, double, {last}) -> {result.format(of=of)}"
            for of in ("bigint", "double")
            for last, result in (
                ("double", "{of}"),
                ("double, double", "{of}"),
                ("array(double)", "array({of})"),
            )
        ),
    ],
    "",
)


def _with_clauses(templates: Mapping[str, str]) -> dict[str, str]:
    return {
        text: template.replace("[", "({before}").replace("]", "{inside}){after}")
        for text, template in templates.items()
    }


_KNOWN = (_SUMS, _CHOICES, _COLLECTIONS, _PERCENTILES, _OF_TWO, _STATISTICS)
AGGREGATES = table(*map(_with_clauses, _KNOWN), _ELSEWHERE)
WINDOWS = table(_with_clauses(_WINDOWS))
