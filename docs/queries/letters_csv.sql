-- Whether the lines of letters.csv add up to the figures of report.json, figure by figure (figures: "Counting again").
-- Needs only 1_period.sql before it: it reads both files from the report's folder.
WITH csv AS (
    SELECT name, sum(coalesce(try_cast(value AS BIGINT), 0))::BIGINT AS added_up
    FROM (
        UNPIVOT (SELECT COLUMNS('^(count|amount)_') FROM read_csv(getvariable('report') || '/letters.csv', all_varchar = true))
        ON COLUMNS(*) INTO NAME name VALUE value
    )
    GROUP BY name
),
cells AS (
    SELECT unnest(json_keys(total -> 'cells')) AS figure, total
    FROM read_json(getvariable('report') || '/report.json', columns = {total: 'JSON'}, maximum_object_size = 2000000000)
),
report AS (
    SELECT figure,
           (total -> 'cells' -> figure ->> 'count')::BIGINT AS count_in_report,
           (total -> 'cells' -> figure ->> 'amount')::BIGINT AS amount_in_report
    FROM cells
)
SELECT
    figure, count_in_report, counts.added_up AS count_in_csv, amount_in_report, amounts.added_up AS amount_in_csv,
    CASE WHEN count_in_report = coalesce(counts.added_up, 0) AND amount_in_report = coalesce(amounts.added_up, 0)
         THEN 'same' ELSE 'DIFFERENT' END AS verdict
FROM report
LEFT JOIN csv AS counts ON counts.name = 'count_' || figure
LEFT JOIN csv AS amounts ON amounts.name = 'amount_' || figure
ORDER BY verdict, figure;
