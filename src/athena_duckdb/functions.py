"""The scalar functions that give in DuckDB what they give in Trino: signature and DuckDB's text.

What is not here is refused. A function enters with a case in tests/athena_duckdb/cases.txt whose
value Trino's documentation gives: a test holds this table against the cases. `trino_…` are the
macros of macros.sql. https://trino.io/docs/current/functions.html
"""

from athena_duckdb.signatures import table

_TEXT = {
    "length(varchar) -> bigint": "length({0})",
    "lower(varchar) -> varchar": "lower({0})",
    "upper(varchar) -> varchar": "trino_upper({0})",
    "ltrim(varchar) -> varchar": "ltrim({0}, trino_blanks())",
    "rtrim(varchar) -> varchar": "rtrim({0}, trino_blanks())",
    "substr(varchar, bigint) -> varchar": "trino_substr({0}, {1})",
    "substr(varchar, bigint, bigint) -> varchar": "trino_substr_of_length({0}, {1}, {2})",
    "substring(varchar, bigint) -> varchar": "trino_substr({0}, {1})",
    "substring(varchar, bigint, bigint) -> varchar": "trino_substr_of_length({0}, {1}, {2})",
    "strpos(varchar, varchar) -> bigint": "strpos({0}, {1})",
    "starts_with(varchar, varchar) -> boolean": "starts_with({0}, {1})",
    "replace(varchar, varchar) -> varchar": "replace({0}, trino_not_empty({1}), '')",
    "replace(varchar, varchar, varchar) -> varchar": "replace({0}, trino_not_empty({1}), {2})",
    "lpad(varchar, bigint, varchar) -> varchar": "lpad({0}, CAST({1} AS INTEGER), "
    "trino_not_empty({2}))",
    "rpad(varchar, bigint, varchar) -> varchar": "rpad({0}, CAST({1} AS INTEGER), "
    "trino_not_empty({2}))",
    "reverse(varchar) -> varchar": "array_to_string(list_reverse(string_split({0}, '')), '')",
    "chr(bigint) -> varchar": "chr(CAST({0} AS INTEGER))",
    "split(varchar, varchar) -> array(varchar)": "trino_split({0}, trino_not_empty({1}))",
    "split_part(varchar, varchar, bigint) -> varchar": "trino_split_part({0}, "
    "trino_not_empty({1}), {2})",
    "concat_ws(varchar, varchar...) -> varchar": "concat_ws({all})",
}
_NUMBERS = {
    "abs(N) -> N": "abs({0})",
    **{
        f"{name}({of}) -> {to}": template
        for name, function in (
            ("ceil", "ceil"),
            ("ceiling", "ceil"),
            ("floor", "floor"),
            ("round", "round"),
        )
        for of, to, template in (
            ("integer", "integer", "{0}"),
            ("bigint", "bigint", "{0}"),
            ("double", "double", f"{function}({{0}})"),
            ("decimal", "decimal(37, 0)", f"CAST({function}({{0}}) AS {{type}})"),
        )
    },
    "round(integer, integer) -> integer": "CAST(round({0}, {1}) AS INTEGER)",
    "round(bigint, integer) -> bigint": "CAST(round({0}, {1}) AS BIGINT)",
    "round(double, integer) -> double": "round({0}, {1})",
    "round(decimal, integer) -> decimal": "CAST(round({0}, {1}) AS {type})",
    "truncate(double) -> double": "trunc({0})",
    "truncate(decimal) -> decimal(37, 0)": "CAST(trunc({0}) AS {type})",
    "mod(bigint, bigint) -> bigint": "({0} % {1})",
    "mod(integer, integer) -> integer": "({0} % {1})",
    "power(double, double) -> double": "pow({0}, {1})",
    "pow(double, double) -> double": "pow({0}, {1})",
    "sqrt(double) -> double": "sqrt({0})",
    "exp(double) -> double": "exp({0})",
    "ln(double) -> double": "ln({0})",
    "log2(double) -> double": "log2({0})",
    "log10(double) -> double": "log10({0})",
    "is_nan(double) -> boolean": "isnan({0})",
    "is_finite(double) -> boolean": "isfinite({0})",
    "sign(integer) -> integer": "CAST(sign({0}) AS INTEGER)",
    "sign(bigint) -> bigint": "CAST(sign({0}) AS BIGINT)",
    "sign(double) -> double": "CASE WHEN isnan({0}) OR {0} = 0 THEN {0} ELSE CAST(sign({0}) AS "
    "DOUBLE) END",
    "sign(decimal) -> decimal(1, 0)": "CAST(sign({0}) AS {type})",
    "greatest(O...) -> O": "CASE WHEN list_count([{all}]) = len([{all}]) THEN greatest({all}) END",
    "least(O...) -> O": "CASE WHEN list_count([{all}]) = len([{all}]) THEN least({all}) END",
}
_ARRAYS = {
    "cardinality(array(T)) -> bigint": "len({0})",
    "contains(array(O), O) -> boolean": "trino_contains({0}, {1})",
    "array_position(array(O), O) -> bigint": "trino_array_position({0}, {1})",
    "element_at(array(T), bigint) -> T": "trino_element_at({0}, {1})",
    "array_join(array(varchar), varchar) -> varchar": "trino_array_join({0}, {1})",
    "array_join(array(varchar), varchar, varchar) -> varchar": "trino_array_join_all({0}, {1}, "
    "{2})",
    "array_distinct(array(O)) -> array(O)": "trino_array_distinct({0})",
    "array_sort(array(O)) -> array(O)": "list_sort({0}, 'ASC', 'NULLS LAST')",
    "array_max(array(O)) -> O": "CASE WHEN list_count({0}) = len({0}) THEN list_max({0}) END",
    "array_min(array(O)) -> O": "CASE WHEN list_count({0}) = len({0}) THEN list_min({0}) END",
    "array_remove(array(O), O) -> array(O)": "trino_array_remove({0}, {1})",
    "arrays_overlap(array(O), array(O)) -> boolean": "trino_arrays_overlap({0}, {1})",
    "slice(array(T), bigint, bigint) -> array(T)": "trino_slice({0}, {1}, {2})",
    "flatten(array(array(T))) -> array(T)": "flatten({0})",
    "reverse(array(T)) -> array(T)": "list_reverse({0})",
    "sequence(bigint, bigint) -> array(bigint)": "trino_sequence({0}, {1})",
    "sequence(date, date, interval day to second) -> array(date)": "trino_sequence_of_dates({0}, "
    "{1}, {2})",
    "transform(array(T), function(T, U)) -> array(U)": "list_transform({0}, {1})",
    "filter(array(T), function(T, boolean)) -> array(T)": "list_filter({0}, {1})",
    "any_match(array(T), function(T, boolean)) -> boolean": "trino_any_true(list_transform({0}, "
    "{1}))",
    "all_match(array(T), function(T, boolean)) -> boolean": "trino_all_true(list_transform({0}, "
    "{1}))",
    "none_match(array(T), function(T, boolean)) -> boolean": "(NOT trino_any_true(list_transform({0}, {1})))",
    "reduce(array(T), S, function(S, T, S), function(S, R)) -> R": "list_transform([list_reduce({0}, {2}, {1})], {3})[1]",
}
_MAPS = {
    "map(array(K), array(V)) -> map(K, V)": "map({0}, {1})",
    "cardinality(map(K, V)) -> bigint": "CAST(cardinality({0}) AS BIGINT)",
    "element_at(map(K, V), K) -> V": "({0})[{1}]",
    "map_keys(map(K, V)) -> array(K)": "map_keys({0})",
    "map_values(map(K, V)) -> array(V)": "map_values({0})",
}
_JSON = {
    "json_parse(varchar) -> json": "CAST({0} AS JSON)",
    "json_array_length(varchar) -> bigint": "trino_json_array_length({0})",
    "json_array_length(json) -> bigint": "trino_json_array_length({0})",
}
_MOMENTS = {
    "date(varchar) -> date": r"CAST(trino_text_of_form({0}, '\s*\d{{4}}-\d{{1,2}}-\d{{1,2}}\s*', "
    r"'date') AS DATE)",
    "date(timestamp) -> date": "CAST({0} AS DATE)",
    "date(timestamp with time zone) -> date": "CAST({0.local} AS DATE)",
    "from_iso8601_date(varchar) -> date": r"CAST(trino_text_of_form({0}, "
    r"'\d{{4}}-\d{{2}}-\d{{2}}', 'date') AS DATE)",
    "from_unixtime(double) -> timestamp with time zone": "timezone('UTC', epoch_ms(CAST(round({0} "
    "* 1000) AS BIGINT)))",
    "to_unixtime(timestamp) -> double": "epoch({0})",
    "to_unixtime(timestamp with time zone) -> double": "epoch({0})",
    "to_iso8601(date) -> varchar": "CAST({0} AS VARCHAR)",
    "to_iso8601(timestamp) -> varchar": "strftime({0}, '%Y-%m-%dT%H:%M:%S.%g')",
    "to_milliseconds(interval day to second) -> bigint": "CAST(round(epoch({0}) * 1000) AS BIGINT)",
    "last_day_of_month(date) -> date": "last_day({0})",
    "last_day_of_month(timestamp) -> date": "last_day({0})",
    "now() -> timestamp with time zone": "CAST(date_trunc('millisecond', now()) AS TIMESTAMPTZ)",
}
# The parts of a time with DuckDB's text of each:
# https://trino.io/docs/current/functions/datetime.html#extraction-function
PARTS = {
    "year": "year({0})",
    "quarter": "quarter({0})",
    "month": "month({0})",
    "week": "week({0})",
    "week_of_year": "week({0})",
    "year_of_week": "isoyear({0})",
    "day": "day({0})",
    "day_of_month": "day({0})",
    "day_of_week": "isodow({0})",
    "day_of_year": "dayofyear({0})",
    "hour": "hour({0})",
    "minute": "minute({0})",
    "second": "second({0})",
    "millisecond": "(millisecond({0}) % 1000)",
}
_PARTS = {
    f"{name}({of}) -> bigint": template.replace(
        "{0}", "{0.local}" if of.endswith("zone") else "{0}"
    )
    for name, template in PARTS.items()
    for of in ("date", "timestamp", "timestamp with time zone")
    if of != "date" or name not in ("hour", "minute", "second", "millisecond")
}
# Overloads that Trino has and the local engine has not
_ELSEWHERE = dict.fromkeys(
    [
        "concat_ws(varchar, array(varchar)) -> varchar",
        "split(varchar, varchar, bigint) -> array(varchar)",
        "ltrim(varchar, varchar) -> varchar",
        "rtrim(varchar, varchar) -> varchar",
        "strpos(varchar, varchar, bigint) -> bigint",
        "truncate(decimal, bigint) -> decimal",
        "mod(double, double) -> double",
        "mod(decimal, decimal) -> decimal",
        "array_join(array(T), varchar) -> varchar",
        "array_join(array(T), varchar, varchar) -> varchar",
        "array_sort(array(T), function(T, T, integer)) -> array(T)",
        "sequence(bigint, bigint, bigint) -> array(bigint)",
        "sequence(date, date) -> array(date)",
        "sequence(date, date, interval year to month) -> array(date)",
        "sequence(timestamp, timestamp, interval day to second) -> array(timestamp)",
        "sequence(timestamp, timestamp, interval year to month) -> array(timestamp)",
        "map() -> map(unknown, unknown)",
        "from_unixtime(double, varchar) -> timestamp with time zone",
        "from_unixtime(double, bigint, bigint) -> timestamp with time zone",
        "to_iso8601(timestamp with time zone) -> varchar",
        "last_day_of_month(timestamp with time zone) -> date",
        *(
            f"{part}(interval day to second) -> bigint"
            for part in ("day", "hour", "minute", "second", "millisecond")
        ),
        *(f"{part}(interval year to month) -> bigint" for part in ("month", "year")),
    ],
    "",
)

SCALARS = table(_TEXT, _NUMBERS, _ARRAYS, _MAPS, _JSON, _MOMENTS, _PARTS, _ELSEWHERE)
