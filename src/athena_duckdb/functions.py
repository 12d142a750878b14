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
    "replace(varchar, varchar) -> varchar": "replace({0}, {1}, '')",
    "replace(varchar, varchar, varchar) -> varchar": "trino_replace({0}, {1}, {2})",
    "lpad(varchar, bigint, varchar) -> varchar": "py:lpad",
    "rpad(varchar, bigint, varchar) -> varchar": "py:rpad",
    "reverse(varchar) -> varchar": "array_to_string(list_reverse(string_split({0}, '')), '')",
    "chr(bigint) -> varchar": "trino_chr({0})",
    "split(varchar, varchar) -> array(varchar)": "trino_split({0}, trino_not_empty({1}))",
    "split_part(varchar, varchar, bigint) -> varchar": "trino_split_part({0}, {1}, {2})",
    "concat_ws(varchar, varchar...) -> varchar": "concat_ws({all})",
}
_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_NUMBERS = {
    "abs(N) -> N": "CAST(abs({0}) AS {type})",
    **{
        f"{name}({of}) -> {of}": template
        for name, function in (("ceil", "ceil"), ("ceiling", "ceil"), ("floor", "floor"))
        for of, template in (
            *((integer, "{0}") for integer in _INTEGERS),
            ("real", f"{function}({{0}})"),
            ("double", f"{function}({{0}})"),
        )
    },
    **{f"round({of}) -> {of}": "{0}" for of in _INTEGERS},
    "round(double) -> double": "round({0})",
    "round(real) -> real": "round({0})",
    **{
        f"round({of}, integer) -> {of}": "CAST(CASE WHEN {1} >= 0 THEN {0} WHEN {1} < "
        "-18 THEN trino_fail('numerical overflow: ' || {0}) ELSE round({0}, CAST({1} AS INTEGER)) "
        "END AS {type})"
        for of in _INTEGERS
    },
    "round(double, integer) -> double": "trino_round_double({0}, {1})",
    "round(real, integer) -> real": "py:double_round",
    "truncate(double) -> double": "trunc({0})",
    "truncate(real) -> real": "trunc({0})",
    **{f"mod({of}, {of}) -> {of}": "({0} % {1})" for of in _INTEGERS},
    "mod(double, double) -> double": "trino_remainder({0}, {1})",
    "mod(real, real) -> real": "trino_remainder({0}, {1})",
    "power(double, double) -> double": "pow({0}, {1})",
    "pow(double, double) -> double": "pow({0}, {1})",
    "sqrt(double) -> double": "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END",
    "cbrt(double) -> double": "cbrt({0})",
    "exp(double) -> double": "exp({0})",
    **{
        f"{name}(double) -> double": "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) WHEN {0} = 0 "
        f"THEN CAST('-Infinity' AS DOUBLE) ELSE {name}({{0}}) END"
        for name in ("ln", "log2", "log10")
    },
    "log(double, double) -> double": "py:log",
    **{
        f"{name}(double) -> double": f"{name}({{0}})"
        for name in ("sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "degrees", "radians")
    },
    **{
        f"{name}(double) -> double": f"CASE WHEN abs({{0}}) > 1 THEN CAST('NaN' AS DOUBLE) ELSE "
        f"{name}({{0}}) END"
        for name in ("asin", "acos")
    },
    "atan2(double, double) -> double": "atan2({0}, {1})",
    "pi() -> double": "pi()",
    "e() -> double": "exp(CAST(1 AS DOUBLE))",
    "nan() -> double": "CAST('NaN' AS DOUBLE)",
    "infinity() -> double": "CAST('Infinity' AS DOUBLE)",
    "is_nan(double) -> boolean": "isnan({0})",
    "is_nan(real) -> boolean": "isnan({0})",
    "is_finite(double) -> boolean": "isfinite({0})",
    "is_infinite(double) -> boolean": "isinf({0})",
    **{f"sign({of}) -> {of}": "CAST(sign({0}) AS {type})" for of in _INTEGERS},
    **{
        f"sign({of}) -> {of}": "CASE WHEN isnan({0}) OR {0} = 0 THEN {0} ELSE CAST(sign({0}) AS "
        "{type}) END"
        for of in ("real", "double")
    },
    "sign(decimal) -> decimal(1, 0)": "CAST(sign({0}) AS {type})",
    "random() -> double": "random()",
    "rand() -> double": "random()",
    **{
        f"{name}({parameters}) -> {of}": f"CAST({template} AS {{type}})"
        for name in ("random", "rand")
        for of in _INTEGERS
        for parameters, template in (
            (of, "trino_random({0})"),
            (f"{of}, {of}", "{0} + trino_random({1} - {0})"),
        )
    },
    "width_bucket(double, double, double, bigint) -> bigint": "py:width_bucket",
    "width_bucket(double, array(double)) -> bigint": "py:width_bucket_of",
    "from_base(varchar, bigint) -> bigint": "py:from_base",
    "to_base(bigint, bigint) -> varchar": "py:to_base",
    "bit_count(bigint, bigint) -> bigint": "py:bit_count",
    "bitwise_and(bigint, bigint) -> bigint": "({0} & {1})",
    "bitwise_or(bigint, bigint) -> bigint": "({0} | {1})",
    "bitwise_xor(bigint, bigint) -> bigint": "xor({0}, {1})",
    "bitwise_not(bigint) -> bigint": "(~{0})",
    **{
        f"{name}({of}, integer) -> {of}": f"py:{name} {{0}}, {{1}}, {bits}"
        for name in (
            "bitwise_left_shift",
            "bitwise_right_shift",
            "bitwise_right_shift_arithmetic",
        )
        for of, bits in (("tinyint", 8), ("smallint", 16), ("integer", 32), ("bigint", 64))
    },
    "format_number(bigint) -> varchar": "py:format_number",
    "format_number(double) -> varchar": "py:format_number",
    "human_readable_seconds(double) -> varchar": "py:human_readable_seconds",
    "parse_duration(varchar) -> interval day to second": "py:parse_duration",
    **{
        f"greatest({of}...) -> {of}": "CASE WHEN list_count([{all}]) = len([{all}]) THEN "
        "trino_greatest([{all}]) END"
        for of in ("real", "double")
    },
    "greatest(O...) -> O": "CASE WHEN list_count([{all}]) = len([{all}]) THEN greatest({all}) END",
    "least(O...) -> O": "CASE WHEN list_count([{all}]) = len([{all}]) THEN least({all}) END",
}
_MORE_TEXT = {
    "ltrim(varchar, varchar) -> varchar": "py:trim_of {0}, {1}, 'LEADING'",
    "rtrim(varchar, varchar) -> varchar": "py:trim_of {0}, {1}, 'TRAILING'",
    "trim(varchar) -> varchar": "trim({0}, trino_blanks())",
    "trim(varchar, varchar) -> varchar": "py:trim_of {0}, {1}, 'BOTH'",
    "strpos(varchar, varchar, bigint) -> bigint": "py:strpos",
    "split(varchar, varchar, bigint) -> array(varchar)": "py:split",
    "concat_ws(varchar, array(varchar)) -> varchar": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT "
    "NULL THEN coalesce(array_to_string({1}, {0}), '') END",
    "split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)": "py:split_to_map",
    "split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar))": (
        "py:split_to_multimap"
    ),
    "levenshtein_distance(varchar, varchar) -> bigint": "py:levenshtein_distance",
    "hamming_distance(varchar, varchar) -> bigint": "py:hamming_distance",
    "soundex(varchar) -> varchar": "py:soundex",
    "translate(varchar, varchar, varchar) -> varchar": "py:translate",
    "luhn_check(varchar) -> boolean": "py:luhn_check",
    "url_extract_protocol(varchar) -> varchar": "py:url_part {0}, 'protocol'",
    "url_extract_host(varchar) -> varchar": "py:url_part {0}, 'host'",
    "url_extract_port(varchar) -> bigint": "py:url_part {0}, 'port'",
    "url_extract_path(varchar) -> varchar": "py:url_part {0}, 'path'",
    "url_extract_query(varchar) -> varchar": "py:url_part {0}, 'query'",
    "url_extract_fragment(varchar) -> varchar": "py:url_part {0}, 'fragment'",
    "url_extract_parameter(varchar, varchar) -> varchar": "py:url_extract_parameter",
    "url_encode(varchar) -> varchar": "py:url_encode",
    "url_decode(varchar) -> varchar": "py:url_decode",
}
_BYTES = {
    "to_utf8(varchar) -> varbinary": "encode({0})",
    "from_utf8(varbinary) -> varchar": "py:from_utf8",
    "length(varbinary) -> bigint": "octet_length({0})",
    "to_hex(varbinary) -> varchar": "hex({0})",
    **{
        f"{name}({of}) -> varbinary": f"py:{name} {given}"
        for name in ("from_hex", "from_base64", "from_base64url", "from_base32")
        for of, given in (("varchar", "{0}"), ("varbinary", "decode({0})"))
    },
    "to_base64(varbinary) -> varchar": "py:to_base64",
    "to_base64url(varbinary) -> varchar": "py:to_base64url",
    "to_base32(varbinary) -> varchar": "py:to_base32",
    "crc32(varbinary) -> bigint": "py:crc32",
    **{
        f"{name}(varbinary) -> varbinary": f"py:digest {{0}}, '{name}'"
        for name in ("md5", "sha1", "sha256", "sha512")
    },
    **{
        f"hmac_{name}(varbinary, varbinary) -> varbinary": f"py:hmac_digest {{0}}, {{1}}, '{name}'"
        for name in ("md5", "sha1", "sha256", "sha512")
    },
}
_ARRAYS = {
    "cardinality(array(T)) -> bigint": "len({0})",
    "contains(array(double), double) -> boolean": "trino_contains(list_filter({0}, lambda l0: NOT "
    "isnan(l0) OR l0 IS NULL), {1})",
    "contains(array(E), E) -> boolean": "trino_contains({0}, {1})",
    "array_position(array(double), double) -> bigint": "CASE WHEN NOT isnan({1}) THEN "
    "trino_array_position({0}, {1}) WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN 0 END",
    "array_position(array(E), E) -> bigint": "trino_array_position({0}, {1})",
    "element_at(array(T), bigint) -> T": "trino_element_at({0}, {1})",
    "array_distinct(array(O)) -> array(O)": "trino_array_distinct({0})",
    "array_sort(array(O)) -> array(O)": "list_sort({0}, 'ASC', 'NULLS LAST')",
    **{
        f"array_max(array({of})) -> {of}": "CASE WHEN list_count({0}) = len({0}) THEN "
        "trino_greatest({0}) END"
        for of in ("real", "double")
    },
    "array_max(array(O)) -> O": "CASE WHEN list_count({0}) = len({0}) THEN list_max({0}) END",
    "array_min(array(O)) -> O": "CASE WHEN list_count({0}) = len({0}) THEN list_min({0}) END",
    "array_remove(array(E), E) -> array(E)": "trino_array_remove({0}, {1})",
    "arrays_overlap(array(E), array(E)) -> boolean": "trino_arrays_overlap({0}, {1})",
    "slice(array(T), bigint, bigint) -> array(T)": "trino_slice({0}, {1}, {2})",
    "flatten(array(array(T))) -> array(T)": "flatten({0})",
    "reverse(array(T)) -> array(T)": "list_reverse({0})",
    "sequence(bigint, bigint) -> array(bigint)": "trino_sequence({0}, {1})",
    "sequence(bigint, bigint, bigint) -> array(bigint)": "trino_steps({0}, {1}, {2})",
    "sequence(date, date) -> array(date)": "CAST(trino_times({0}, {1}, CASE WHEN {0} <= {1} THEN "
    "86400000 ELSE -86400000 END) AS DATE[])",
    "sequence(date, date, interval day to second) -> array(date)": "CAST(trino_times({0}, {1}, "
    "trino_whole_days({2})) AS DATE[])",
    "sequence(date, date, interval year to month) -> array(date)": "CAST(trino_months({0}, {1}, "
    "{2}) AS DATE[])",
    "sequence(timestamp, timestamp, interval day to second) -> array(timestamp)": "trino_times({0},"
    " {1}, {2})",
    "sequence(timestamp, timestamp, interval year to month) -> array(timestamp)": "trino_months("
    "{0}, {1}, {2})",
    "transform(array(T), function(T, U)) -> array(U)": "list_transform({0}, {1})",
    "filter(array(T), function(T, boolean)) -> array(T)": "list_filter({0}, {1})",
    "any_match(array(T), function(T, boolean)) -> boolean": "trino_any_true(list_transform({0}, "
    "{1}))",
    "all_match(array(T), function(T, boolean)) -> boolean": "trino_all_true(list_transform({0}, "
    "{1}))",
    "none_match(array(T), function(T, boolean)) -> boolean": (
        "(NOT trino_any_true(list_transform({0}, {1})))"
    ),
    "reduce(array(T), S, function(S, T, S), function(S, R)) -> R": "CASE WHEN {0} IS NOT NULL "
    "THEN list_transform([list_reduce({0}, {2}, {1})], {3})[1] END",
    "repeat(T, bigint) -> array(T)": "trino_repeat({0}, {1})",
    "array_union(array(T), array(T)) -> array(T)": "py:array_union",
    "array_intersect(array(T), array(T)) -> array(T)": "py:array_intersect",
    "array_except(array(T), array(T)) -> array(T)": "py:array_except",
    "combinations(array(T), integer) -> array(array(T))": "py:combinations",
    "ngrams(array(T), integer) -> array(array(T))": "py:ngrams",
    "contains_sequence(array(T), array(T)) -> boolean": "py:contains_sequence",
    "array_histogram(array(T)) -> map(T, bigint)": "py:array_histogram",
    "trim_array(array(T), bigint) -> array(T)": "trino_trim_array({0}, {1})",
    "array_sort(array(T), function(T, T, bigint)) -> array(T)": "py:array_sort_by {0}, "
    "list_transform({0}, {1})",
    "zip_with(array(T), array(U), function(T, U, R)) -> array(R)": "CASE WHEN {0} IS NOT NULL AND "
    "{1} IS NOT NULL THEN list_transform(list_zip({0}, {1}), {2}) END",
}
_MAPS = {
    "map(array(K), array(V)) -> map(K, V)": "trino_map_of({0}, {1})",
    "map() -> map(unknown, unknown)": "CAST(MAP {{}} AS MAP(INTEGER, INTEGER))",
    "map_entries(map(K, V)) -> array(row(K, V))": "list_transform(map_entries({0}), lambda l0: "
    "struct_pack(field0 := l0.key, field1 := l0.value))",
    "map_from_entries(array(row(K, V))) -> map(K, V)": "py:map_from_entries",
    "multimap_from_entries(array(row(K, V))) -> map(K, array(V))": "py:multimap_from_entries",
    "map_filter(map(K, V), function(K, V, boolean)) -> map(K, V)": "CAST(map_from_entries("
    "list_filter(map_entries({0}), {1})) AS {type})",
    "transform_values(map(K, V), function(K, V, U)) -> map(K, U)": "map(map_keys({0}), "
    "list_transform(map_entries({0}), {1}))",
    "map_zip_with(map(K, V), map(K, U), function(K, V, U, R)) -> map(K, R)": (
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN map(list_transform(trino_map_rows({0}, "
        "{1}), lambda l0: l0.field0), list_transform(trino_map_rows({0}, {1}), {2})) END"
    ),
    "transform_keys(map(K, V), function(K, V, U)) -> map(U, V)": "py:map_of list_transform("
    "map_entries({0}), {1}), map_values({0})",
    "map_concat(map(K, V), map(K, V)...) -> map(K, V)": "py:map_concat [{all}]",
    "cosine_similarity(map(varchar, double), map(varchar, double)) -> double": (
        "py:cosine_similarity"
    ),
    "cardinality(map(K, V)) -> bigint": "CAST(cardinality({0}) AS BIGINT)",
    "element_at(map(K, V), K) -> V": "({0})[{1}]",
    "map_keys(map(K, V)) -> array(K)": "map_keys({0})",
    "map_values(map(K, V)) -> array(V)": "map_values({0})",
}
_JSON = {
    "json_parse(varchar) -> json": "py:json_parse",
    "json_format(json) -> varchar": "CAST({0} AS VARCHAR)",
    "json_array_length(varchar) -> bigint": "py:json_array_length",
    "json_array_length(json) -> bigint": "py:json_array_length",
    **{
        text.format(of=of): f"py:{text.partition('(')[0]}"
        for of in ("varchar", "json")
        for text in (
            "json_extract({of}, varchar) -> json",
            "json_extract_scalar({of}, varchar) -> varchar",
            "json_size({of}, varchar) -> bigint",
            "json_array_get({of}, bigint) -> json",
            "json_array_contains({of}, boolean) -> boolean",
            "json_array_contains({of}, bigint) -> boolean",
            "json_array_contains({of}, double) -> boolean",
            "json_array_contains({of}, varchar) -> boolean",
            "is_json_scalar({of}) -> boolean",
        )
    },
}
_MOMENTS = {
    "date(varchar) -> date": r"CAST(trino_text_of_form({0}, '\s*\d{{4}}-\d{{1,2}}-\d{{1,2}}\s*', "
    r"'date') AS DATE)",
    "date(timestamp) -> date": "CAST({0} AS DATE)",
    "date(timestamp with time zone) -> date": "CAST({0.local} AS DATE)",
    "from_iso8601_date(varchar) -> date": r"CAST(trino_text_of_form({0}, "
    r"'\d{{4}}-\d{{2}}-\d{{2}}', 'date') AS DATE)",
    "date(date) -> date": "{0}",
    "from_unixtime(double) -> timestamp with time zone": "timezone('UTC', epoch_ms(CASE WHEN "
    "isnan({0}) THEN 0 ELSE CAST(round({0} * 1000) AS BIGINT) END))",
    "to_iso8601(timestamp with time zone) -> varchar": "py:iso8601 timezone('UTC', {0}), "
    "{0.zone}, {0.precision}",
    "timezone_hour(timestamp with time zone) -> bigint": "py:zone_part timezone('UTC', {0}), "
    "{0.zone}, 'hour'",
    "timezone_minute(timestamp with time zone) -> bigint": "py:zone_part timezone('UTC', {0}), "
    "{0.zone}, 'minute'",
    "current_timezone() -> varchar": "'UTC'",
    "last_day_of_month(timestamp with time zone) -> date": "last_day({0.local})",
    "day(interval day to second) -> bigint": "({0} // 86400000)",
    "day_of_month(interval day to second) -> bigint": "({0} // 86400000)",
    "hour(interval day to second) -> bigint": "({0} // 3600000 % 24)",
    "minute(interval day to second) -> bigint": "({0} // 60000 % 60)",
    "second(interval day to second) -> bigint": "({0} // 1000 % 60)",
    "millisecond(interval day to second) -> bigint": "({0} % 1000)",
    "year(interval year to month) -> bigint": "CAST({0} // 12 AS BIGINT)",
    "month(interval year to month) -> bigint": "CAST({0} % 12 AS BIGINT)",
    "hour(time) -> bigint": "hour({0})",
    "minute(time) -> bigint": "minute({0})",
    "second(time) -> bigint": "second({0})",
    "millisecond(time) -> bigint": "(millisecond({0}) % 1000)",
    "to_unixtime(timestamp) -> double": "epoch({0})",
    "to_unixtime(timestamp with time zone) -> double": "epoch({0})",
    "to_iso8601(date) -> varchar": "CAST({0} AS VARCHAR)",
    "to_iso8601(timestamp) -> varchar": "py:iso8601 {0}, '', {0.precision}",
    "to_milliseconds(interval day to second) -> bigint": "{0}",
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
        "from_unixtime(double, bigint, bigint) -> timestamp with time zone",
        "cosine_similarity(array(double), array(double)) -> double",
        *(
            f"{name}(varbinary, bigint{more}) -> varbinary"
            for name in ("substr", "substring", "lpad", "rpad")
            for more in ("", ", bigint", ", varbinary")
        ),
        "reverse(varbinary) -> varbinary",
        "from_utf8(varbinary, varchar) -> varchar",
        "from_utf8(varbinary, bigint) -> varchar",
    ],
    "",
)

SCALARS = table(
    _TEXT, _MORE_TEXT, _BYTES, _NUMBERS, _ARRAYS, _MAPS, _JSON, _MOMENTS, _PARTS, _ELSEWHERE
)
