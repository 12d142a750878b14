-- What Trino's functions mean, in DuckDB. A failure that TRY must be able to catch cannot be error(), which DuckDB takes for
-- volatile: it is a cast of the message, which athena.py reads back.
CREATE MACRO trino_fail(message) AS CAST('trino: ' || message AS INTEGER);

-- text
-- what Java calls white space
CREATE MACRO trino_blanks() AS array_to_string(list_transform(
    [9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8200, 8201, 8202, 8232, 8233, 8287, 12288],
    lambda code: chr(code)), '');
-- DuckDB gives ß a capital, which Trino does not
CREATE MACRO trino_upper(s) AS array_to_string(list_transform(string_split(s, 'ß'), lambda part: upper(part)), 'ß');
CREATE MACRO trino_not_empty(s) AS CASE WHEN s = '' THEN CAST(trino_fail('the text to look for must not be empty here') AS VARCHAR) ELSE s END;
CREATE MACRO trino_substr(s, first) AS
    CASE WHEN s IS NULL OR first IS NULL THEN NULL
         WHEN first <> 0 AND abs(first) <= length(s) THEN substr(s, CAST(first AS INTEGER)) ELSE '' END;
CREATE MACRO trino_substr_of_length(s, first, count) AS
    CASE WHEN s IS NULL OR first IS NULL OR count IS NULL THEN NULL
         WHEN first <> 0 AND abs(first) <= length(s) AND count > 0 THEN substr(substr(s, CAST(first AS INTEGER)), 1, CAST(count AS INTEGER)) ELSE '' END;
CREATE MACRO trino_split(s, delimiter) AS CASE WHEN delimiter IS NOT NULL THEN string_split(s, delimiter) END;
CREATE MACRO trino_split_part(s, delimiter, part) AS
    trino_split(s, delimiter)[CASE WHEN part > 0 OR part IS NULL THEN CAST(part AS INTEGER) ELSE trino_fail('Index must be greater than zero') END];
CREATE MACRO trino_text_of_form(s, form, type_name) AS
    CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, form) THEN trim(s)
         ELSE CAST(trino_fail('Cannot cast ''' || s || ''' to ' || type_name) AS VARCHAR) END;
CREATE MACRO trino_double_text(x) AS
    CASE WHEN x IS NULL THEN NULL WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
         WHEN x = 0 OR (abs(x) >= 1e-3 AND abs(x) < 1e7) THEN CAST(x AS VARCHAR)
         ELSE CAST(trino_fail('the text of ' || CAST(x AS VARCHAR) || ' has an exponent in Trino and none here: use format()') AS VARCHAR) END;
CREATE MACRO trino_fixed_text(x, digits) AS CAST(round(CAST(CAST(x AS VARCHAR) AS DECIMAL(38, 18)), digits) AS VARCHAR);
CREATE MACRO trino_fixed(x, digits, grouped) AS
    CASE WHEN x IS NULL THEN substr('null', 1, digits)
         WHEN grouped THEN
            regexp_extract(trino_fixed_text(x, digits), '^-?') || format('{:,}', CAST(regexp_extract(trino_fixed_text(x, digits), '\d+') AS BIGINT))
            || regexp_extract(trino_fixed_text(x, digits), '(\.\d+)?$')
         ELSE trino_fixed_text(x, digits) END;

-- numbers
CREATE MACRO trino_unless_nan(test, a, b, otherwise) AS
    CASE WHEN a IS NOT NULL AND b IS NOT NULL AND (isnan(a) OR isnan(b)) THEN otherwise ELSE test END;
CREATE MACRO trino_round_division(numerator, denominator) AS
    (2 * abs(numerator) + abs(CAST(denominator AS HUGEINT))) // (2 * abs(CAST(denominator AS HUGEINT)))
    * CAST(sign(numerator) * sign(denominator) AS HUGEINT);

-- arrays and maps
CREATE MACRO trino_has_null(a) AS list_count(a) < len(a);
CREATE MACRO trino_subscript(a, i) AS
    a[CASE WHEN i BETWEEN 1 AND len(a) OR a IS NULL OR i IS NULL THEN i
           ELSE trino_fail('Array subscript ' || i || ' is out of bounds: the array has ' || len(a) || ' elements (element_at gives NULL)') END];
CREATE MACRO trino_element_at(a, i) AS a[CASE WHEN i = 0 THEN trino_fail('SQL array indices start at 1') ELSE i END];
CREATE MACRO trino_map_subscript(m, k) AS
    list_extract(map_values(m), CASE WHEN m IS NULL OR k IS NULL THEN NULL WHEN list_contains(map_keys(m), k) THEN list_position(map_keys(m), k)
        ELSE trino_fail('Key not present in map: ' || k || ' (element_at gives NULL)') END);
CREATE MACRO trino_map(entries) AS
    CASE WHEN len(list_filter(entries, lambda entry: entry.k IS NOT NULL)) > 0 THEN map_from_entries(list_filter(entries, lambda entry: entry.k IS NOT NULL)) END;
CREATE MACRO trino_array_join(a, separator) AS CASE WHEN separator IS NOT NULL THEN array_to_string(a, separator) END;
CREATE MACRO trino_array_join_all(a, separator, for_null) AS
    CASE WHEN for_null IS NOT NULL THEN trino_array_join(list_transform(a, lambda item: coalesce(item, for_null)), separator) END;
CREATE MACRO trino_contains(a, x) AS
    CASE WHEN a IS NULL OR x IS NULL THEN NULL WHEN list_contains(a, x) THEN true WHEN trino_has_null(a) THEN NULL ELSE false END;
CREATE MACRO trino_array_position(a, x) AS
    CASE WHEN a IS NULL OR x IS NULL THEN NULL ELSE coalesce(CAST(list_position(a, x) AS BIGINT), 0) END;
CREATE MACRO trino_array_distinct(a) AS list_filter(a, lambda item, place: list_position(a, item) = place);
CREATE MACRO trino_array_remove(a, x) AS
    CASE WHEN x IS NULL THEN NULL ELSE list_filter(a, lambda item: item IS DISTINCT FROM x) END;
CREATE MACRO trino_arrays_overlap(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL
         WHEN list_has_any(list_filter(a, lambda item: item IS NOT NULL), list_filter(b, lambda item: item IS NOT NULL)) THEN true
         WHEN len(a) > 0 AND len(b) > 0 AND (trino_has_null(a) OR trino_has_null(b)) THEN NULL ELSE false END;
CREATE MACRO trino_slice(a, first, count) AS
    CASE WHEN a IS NULL OR first IS NULL OR count IS NULL THEN NULL
         WHEN first = 0 THEN a[trino_fail('SQL array indices start at 1'):1]
         WHEN abs(first) > len(a) OR count <= 0 THEN a[1:0]
         WHEN first > 0 THEN a[first:first + count - 1] ELSE a[len(a) + first + 1:len(a) + first + count] END;
-- 10,000 is Trino's limit for a sequence
CREATE MACRO trino_sequence(a, b) AS
    generate_series(a, CASE WHEN abs(b - a) < 10000 THEN b WHEN a IS NULL OR b IS NULL THEN NULL
        ELSE trino_fail('result of sequence function must not have more than 10000 entries') END, CASE WHEN a <= b THEN 1 ELSE -1 END);
CREATE MACRO trino_sequence_of_dates(a, b, step) AS
    CAST(generate_series(a, CASE WHEN b - a BETWEEN 0 AND 9999 THEN b WHEN a IS NULL OR b IS NULL THEN NULL
        ELSE a + trino_fail('a sequence of dates must ascend and have at most 10000 entries') END, step) AS DATE[]);
CREATE MACRO trino_any_true(a) AS
    CASE WHEN a IS NULL THEN NULL WHEN list_contains(a, true) THEN true WHEN trino_has_null(a) THEN NULL ELSE false END;
CREATE MACRO trino_all_true(a) AS
    CASE WHEN a IS NULL THEN NULL WHEN list_contains(a, false) THEN false WHEN trino_has_null(a) THEN NULL ELSE true END;

-- JSON: text that is none gives NULL, as in Trino
CREATE MACRO trino_valid_json(j) AS CASE WHEN json_valid(j) THEN j END;
CREATE MACRO trino_json_extract(j, path) AS json_extract(trino_valid_json(j), path);
CREATE MACRO trino_json_extract_scalar(j, path) AS
    CASE WHEN json_type(trino_valid_json(j), path) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(trino_valid_json(j), path) END;
CREATE MACRO trino_json_array_length(j) AS
    CASE WHEN json_type(trino_valid_json(j)) = 'ARRAY' THEN CAST(json_array_length(trino_valid_json(j)) AS BIGINT) END;
CREATE MACRO trino_json_varchar(j) AS
    CASE WHEN json_type(j) = 'NULL' THEN NULL WHEN json_type(j) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(j, '$')
         WHEN j IS NOT NULL THEN CAST(trino_fail('Cannot cast ' || CAST(j AS VARCHAR) || ' to varchar') AS VARCHAR) END;
CREATE MACRO trino_json_double(j) AS
    CASE WHEN json_type(j) = 'BOOLEAN' THEN CAST(CAST(json_extract_string(j, '$') AS BOOLEAN) AS DOUBLE) ELSE CAST(trino_json_varchar(j) AS DOUBLE) END;
CREATE MACRO trino_json_bigint(j) AS
    CASE WHEN json_type(j) = 'BOOLEAN' THEN CAST(CAST(json_extract_string(j, '$') AS BOOLEAN) AS BIGINT)
         WHEN json_type(j) = 'DOUBLE' THEN CAST(round(CAST(json_extract_string(j, '$') AS DOUBLE)) AS BIGINT)
         ELSE CAST(trino_text_of_form(trino_json_varchar(j), '[+-]?\d+', 'bigint') AS BIGINT) END;
CREATE MACRO trino_json_integer(j) AS CAST(trino_json_bigint(j) AS INTEGER);
CREATE MACRO trino_json_boolean(j) AS
    CASE WHEN json_type(j) IN ('BOOLEAN', 'VARCHAR', 'NULL') THEN CAST(trino_text_of_form(trino_json_varchar(j), '(?i)true|false', 'boolean') AS BOOLEAN)
         ELSE CAST(trino_json_varchar(j) AS DOUBLE) <> 0 END;
CREATE MACRO trino_json_items(j) AS
    CASE json_type(j) WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN from_json(j, '["JSON"]')
         ELSE from_json(trino_fail('Cannot cast ' || CAST(j AS VARCHAR) || ' to array'), '["JSON"]') END;
CREATE MACRO trino_json_object(j) AS
    CASE json_type(j) WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN j ELSE CAST(trino_fail('Cannot cast ' || CAST(j AS VARCHAR) || ' to map') AS JSON) END;

-- the value of a key of a JSON object, whose letters' case does not matter, as the JSON SerDe of Athena's tables has it
CREATE MACRO trino_json_any_case(j, key) AS
    CASE WHEN json_type(j) = 'OBJECT' THEN json_extract(j, '$."' || list_filter(json_keys(j), lambda name: lower(name) = key)[-1] || '"') END;
