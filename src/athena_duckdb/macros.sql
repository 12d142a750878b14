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
CREATE MACRO trino_chr(code) AS
    CASE WHEN code IS NULL OR code BETWEEN 0 AND 55295 OR code BETWEEN 57344 AND 1114111 THEN chr(CAST(code AS INTEGER))
         ELSE CAST(trino_fail('Not a valid Unicode code point: ' || code) AS VARCHAR) END;
CREATE MACRO trino_split(s, delimiter) AS CASE WHEN delimiter IS NOT NULL AND NOT (s = '' AND delimiter = '') THEN string_split(s, delimiter) END;
CREATE MACRO trino_int(n) AS
    CASE WHEN n BETWEEN -2147483648 AND 2147483647 OR n IS NULL THEN CAST(n AS INTEGER) ELSE trino_fail('integer overflow') END;
-- between all letters, where there is nothing to look for
CREATE MACRO trino_replace(s, part, other) AS
    CASE WHEN part = '' THEN other || array_to_string(list_transform(string_split(s, ''), lambda l0: l0 || other), '') ELSE replace(s, part, other) END;
CREATE MACRO trino_split_part(s, delimiter, part) AS
    trino_split(s, delimiter)[CASE WHEN part > 0 OR part IS NULL THEN part ELSE trino_fail('Index must be greater than zero') END];
CREATE MACRO trino_text_of_form(s, form, type_name) AS
    CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, form) THEN trim(s)
         WHEN type_name = 'date' AND regexp_full_match(s, '\s*[+-]\d{4,}-\d{1,2}-\d{1,2}\s*')
             THEN CAST(trino_fail('the local engine does not support the sign of the year in ' || s) AS VARCHAR)
         ELSE CAST(trino_fail('Cannot cast ''' || s || ''' to ' || type_name) AS VARCHAR) END;
CREATE MACRO trino_sized_text(s, size) AS
    CASE WHEN length(s) > size THEN CAST(trino_fail('Value ' || s || ' cannot be represented as varchar(' || size || ')') AS VARCHAR) ELSE s END;

-- numbers
CREATE MACRO trino_random(bound) AS
    CAST(floor(random() * CASE WHEN bound > 0 THEN bound ELSE trino_fail('bound must be positive') END) AS BIGINT);
CREATE MACRO trino_unless_nan(test, a, b, otherwise) AS
    CASE WHEN a IS NOT NULL AND b IS NOT NULL AND (isnan(a) OR isnan(b)) THEN otherwise ELSE test END;
CREATE MACRO trino_half_up(x) AS floor(x) + CASE WHEN x - floor(x) >= 0.5 THEN 1 ELSE 0 END;
-- Java rounds what it has multiplied; only a number too large for that keeps its digits
CREATE MACRO trino_round_double(x, places) AS
    CASE WHEN isnan(x) OR isinf(x) THEN x
         WHEN abs(x) * pow(10, places) < 9e18 THEN sign(x) * (trino_half_up(abs(x) * pow(10, places)) / pow(10, places))
         WHEN isinf(abs(x) * pow(10, places)) THEN x
         ELSE trunc(x * pow(10, places)) / pow(10, places) END;
CREATE MACRO trino_remainder(a, b) AS
    CASE WHEN a IS NOT NULL AND (b = 0 OR isinf(a) OR isnan(a) OR isnan(b)) THEN CAST('NaN' AS DOUBLE) WHEN isinf(b) THEN a ELSE a % b END;
CREATE MACRO trino_round_division(numerator, denominator) AS
    (2 * abs(numerator) + abs(CAST(denominator AS HUGEINT))) // (2 * abs(CAST(denominator AS HUGEINT)))
    * CAST(sign(numerator) * sign(denominator) AS HUGEINT);

CREATE MACRO trino_offset(n, least_one) AS
    CASE WHEN n IS NULL THEN trino_fail('Offset must not be null') WHEN n >= least_one THEN n
         ELSE trino_fail('Offset must be at least ' || least_one) END;

CREATE MACRO trino_buckets(n) AS CASE WHEN n > 0 THEN n ELSE trino_fail('Buckets must be greater than 0') END;
CREATE MACRO trino_standard_error(e) AS
    CASE WHEN e BETWEEN 0.0040625 AND 0.26 THEN 0 ELSE trino_fail('Max standard error must be in [0.0040625, 0.26]: ' || e) END;

-- the remainder of a number of microseconds before 1970 is below zero
CREATE MACRO trino_microseconds(us, step) AS ((us % step) + step) % step;
CREATE MACRO trino_rounded(us, step) AS
    us - trino_microseconds(us, step) + CASE WHEN 2 * trino_microseconds(us, step) >= step THEN step ELSE 0 END;
CREATE MACRO trino_round_moment(x, step) AS make_timestamp(trino_rounded(epoch_us(x), step));
CREATE MACRO trino_round_time(x, step) AS
    CAST(make_timestamp(trino_rounded(epoch_us(DATE '1970-01-01' + x), step)) AS TIME);
CREATE MACRO trino_interval_text(ms) AS
    CASE WHEN ms < 0 THEN '-' ELSE '' END || format('{:d} {:02d}:{:02d}:{:02d}.{:03d}', abs(ms) // 86400000, abs(ms) // 3600000 % 24, abs(ms) // 60000 % 60, abs(ms) // 1000 % 60, abs(ms) % 1000);
CREATE MACRO trino_months_text(months) AS
    CASE WHEN months < 0 THEN '-' ELSE '' END || format('{:d}-{:d}', abs(months) // 12, abs(months) % 12);
CREATE MACRO trino_date_plus(day, ms) AS
    CAST(day + to_milliseconds(CASE WHEN ms % 86400000 = 0 THEN ms ELSE CAST(trino_fail('Cannot add hour, minutes or seconds to a date') AS BIGINT) END) AS DATE);

-- arrays and maps
-- NaN, the largest number of DuckDB, is taken only where there is no other
CREATE MACRO trino_greatest(a) AS coalesce(list_max(list_filter(a, lambda l0: NOT isnan(l0))), list_max(a));
CREATE MACRO trino_has_null(a) AS list_count(a) < len(a);
CREATE MACRO trino_subscript(a, i) AS
    a[CASE WHEN i BETWEEN 1 AND len(a) OR a IS NULL OR i IS NULL THEN i
           WHEN i = 0 THEN trino_fail('SQL array indices start at 1')
           WHEN i < 0 THEN trino_fail('Array subscript is negative: ' || i)
           ELSE trino_fail('Array subscript must be less than or equal to array length: ' || i || ' > ' || len(a) || ' (element_at gives NULL)') END];
CREATE MACRO trino_element_at(a, i) AS a[CASE WHEN i = 0 THEN trino_fail('SQL array indices start at 1') ELSE i END];
CREATE MACRO trino_map_subscript(m, k) AS
    list_extract(map_values(m), CASE WHEN m IS NULL OR k IS NULL THEN NULL WHEN list_contains(map_keys(m), k) THEN list_position(map_keys(m), k)
        ELSE trino_fail('Key not present in map: ' || k || ' (element_at gives NULL)') END);
CREATE MACRO trino_map(entries) AS
    CASE WHEN len(list_filter(entries, lambda entry: entry.k IS NOT NULL)) > 0 THEN map_from_entries(list_filter(entries, lambda entry: entry.k IS NOT NULL)) END;
CREATE MACRO trino_map_rows(a, b) AS
    list_transform(trino_array_distinct(list_concat(map_keys(a), map_keys(b))), lambda l0: struct_pack(field0 := l0, field1 := a[l0], field2 := b[l0]));
CREATE MACRO trino_array_join(a, separator) AS
    CASE WHEN separator IS NOT NULL AND a IS NOT NULL THEN coalesce(array_to_string(a, separator), '') END;
CREATE MACRO trino_array_join_parts(parts, separator) AS
    CASE WHEN len(parts) > 0 THEN list_reduce(parts, lambda l0, l1: l0 || separator || l1) ELSE '' END;
CREATE MACRO trino_array_join_by(a, separator, for_null, filled) AS
    CASE WHEN a IS NOT NULL AND separator IS NOT NULL AND (for_null IS NOT NULL OR NOT filled)
         THEN trino_array_join_parts(list_filter(list_transform(a, lambda l0: coalesce(l0, for_null)), lambda l0: l0 IS NOT NULL), separator) END;
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
         WHEN count < 0 THEN a[trino_fail('length must be greater than or equal to 0'):1]
         WHEN abs(first) > len(a) OR count = 0 THEN a[1:0]
         WHEN first > 0 THEN a[first:first + count - 1] ELSE a[len(a) + first + 1:len(a) + first + count] END;
-- 10,000 is Trino's limit for a sequence
CREATE MACRO trino_sequence_end(b, entries) AS
    CASE WHEN entries <= 10000 THEN b WHEN entries IS NULL THEN NULL
        ELSE b + trino_fail('result of sequence function must not have more than 10000 entries') END;
CREATE MACRO trino_direction(a, b, step) AS
    CASE WHEN (step > 0 AND a <= b) OR (step < 0 AND a >= b) OR step IS NULL OR a IS NULL OR b IS NULL THEN step
        ELSE step + trino_fail('sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start') END;
CREATE MACRO trino_step(step) AS CASE WHEN step = 0 THEN trino_fail('step must not be zero') ELSE step END;
CREATE MACRO trino_steps(a, b, step) AS
    generate_series(a, trino_sequence_end(b, (b - a) // trino_step(step) + 1), trino_direction(a, b, step));
CREATE MACRO trino_sequence(a, b) AS trino_steps(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END);
CREATE MACRO trino_whole_days(ms) AS
    CASE WHEN ms % 86400000 = 0 OR ms IS NULL THEN ms ELSE CAST(trino_fail('sequence step must be a day interval if start and end values are dates') AS BIGINT) END;
CREATE MACRO trino_times(a, b, ms) AS
    list_transform(trino_steps(epoch_ms(CAST(a AS TIMESTAMP)), epoch_ms(CAST(b AS TIMESTAMP)), ms), lambda l0: epoch_ms(l0));
CREATE MACRO trino_month_steps(a, b, months) AS
    list_filter(list_transform(range(0, trino_sequence_end(0, abs((date_diff('month', CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP)))) // abs(trino_step(CAST(months AS BIGINT))) + 1) + abs((date_diff('month', CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP)))) // abs(trino_step(CAST(months AS BIGINT))) + 1),
        lambda l0: CAST(a AS TIMESTAMP) + to_months(CAST(l0 * months AS INTEGER))), lambda l0: CASE WHEN months > 0 THEN l0 <= CAST(b AS TIMESTAMP) ELSE l0 >= CAST(b AS TIMESTAMP) END);
CREATE MACRO trino_months(a, b, step) AS trino_month_steps(a, b, trino_direction(a, b, step));
CREATE MACRO trino_repeat(x, times) AS
    CASE WHEN times BETWEEN 0 AND 10000 THEN list_transform(range(0, times), lambda l0: x) WHEN times IS NULL THEN NULL
        ELSE list_transform(range(0, CAST(trino_fail('count argument of repeat function must be '
            || CASE WHEN times < 0 THEN 'greater than or equal to 0' ELSE 'less than or equal to 10000' END) AS BIGINT)), lambda l0: x) END;
CREATE MACRO trino_percentile_fail(p) AS
    CASE WHEN p BETWEEN 0 AND 1 OR p IS NULL THEN p ELSE p + trino_fail('Percentile must be between 0 and 1') END;
-- a holds no null and is sorted
CREATE MACRO trino_percentile(a, p) AS
    a[CAST(1 + least(len(a) - 1, floor(trino_percentile_fail(CAST(p AS DOUBLE)) * len(a))) AS BIGINT)];
CREATE MACRO trino_percentiles(a, ps) AS
    CASE WHEN len(a) > 0 THEN list_transform(ps, lambda l0: trino_percentile(a, l0)) END;
-- the keys that occur first in an array of pairs
CREATE MACRO trino_pairs(entries) AS
    CASE WHEN len(list_filter(entries, lambda l0: l0.k IS NOT NULL)) > 0 THEN list_filter(entries, lambda l0: l0.k IS NOT NULL) END;
CREATE MACRO trino_first_of(entries, n) AS
    list_transform(list_sort(list_filter(entries, lambda l0: l0.o IS NOT NULL))[1:n], lambda l0: l0.v);
CREATE MACRO trino_last_of(entries, n) AS
    list_transform(list_sort(list_filter(entries, lambda l0: l0.o IS NOT NULL), 'DESC')[1:n], lambda l0: l0.v);
CREATE MACRO trino_skewness(n, s, s2, s3) AS
    CASE WHEN n >= 3 THEN (s3 / n - 3 * (s / n) * (s2 / n) + 2 * pow(s / n, 3)) / pow(s2 / n - pow(s / n, 2), 1.5) END;
CREATE MACRO trino_frame_offset(x) AS
    CASE WHEN x >= 0 THEN x ELSE CAST(trino_fail('Window frame offset value must not be negative or null') AS BIGINT) END;
CREATE MACRO trino_trim_array(a, size) AS
    a[1:CASE WHEN size BETWEEN 0 AND len(a) OR size IS NULL THEN len(a) - size ELSE trino_fail('size must not exceed array cardinality ' || len(a) || ': ' || size) END];
CREATE MACRO trino_map_of(keys, vals) AS
    CASE WHEN keys IS NULL OR vals IS NULL THEN NULL ELSE map(
        CASE WHEN len(keys) <> len(vals) THEN keys[trino_fail('Key and value arrays must be the same length'):1]
             WHEN list_count(keys) < len(keys) THEN keys[trino_fail('map key cannot be null'):1]
             WHEN len(list_distinct(keys)) < len(keys) THEN keys[trino_fail('Duplicate map keys are not allowed'):1]
             ELSE keys END, vals) END;
CREATE MACRO trino_any_true(a) AS
    CASE WHEN a IS NULL THEN NULL WHEN list_contains(a, true) THEN true WHEN trino_has_null(a) THEN NULL ELSE false END;
CREATE MACRO trino_all_true(a) AS
    CASE WHEN a IS NULL THEN NULL WHEN list_contains(a, false) THEN false WHEN trino_has_null(a) THEN NULL ELSE true END;

-- the value of a key of a JSON object, whose letters' case does not matter, as the JSON SerDe of Athena's tables has it
CREATE MACRO trino_json_any_case(j, key) AS
    CASE WHEN json_type(j) = 'OBJECT' THEN json_extract(j, '$."' || list_filter(json_keys(j), lambda name: lower(name) = key)[-1] || '"') END;
