-- The report's main table: a row a unit ("by_unit" in report.json, 各单位办理情况 on the page).
SELECT
    unit,
    times(figure, 'assigned') AS assigned,
    times(figure, 'answered') AS answered,
    times(figure, 'on_time') AS on_time,
    times(figure, 'late') AS late,
    times(figure, 'released_late') AS released_late,
    -- figures: on_time / (on_time + late + released_late), four decimals; none where the denominator is 0
    share(times(figure, 'on_time'), count(*) FILTER (figure IN ('on_time', 'late', 'released_late'))) AS timeliness_rate,
    rounded(avg(amount) FILTER (figure = 'answered'), 1) AS mean_days,
    median(amount) FILTER (figure = 'answered') AS median_days,
    times(figure, 'extensions') AS extensions,
    coalesce(sum(amount) FILTER (figure = 'extensions'), 0)::BIGINT AS extension_days,
    times(figure, 'returns') AS returns,
    times(figure, 'returned_late') AS returned_late,
    times(figure, 'ping_pong') AS ping_pong,
    times(figure, 'send_backs') AS send_backs,
    times(figure, 'reopened') AS reopened,
    times(figure, 'open') AS open,
    times(figure, 'overdue') AS overdue,
    coalesce(sum(amount) FILTER (figure = 'overdue'), 0)::BIGINT AS overdue_days,
    times(figure, 'rated') AS rated,
    -- ratings given alone: who did not rate is not counted as satisfied
    rounded(avg(amount) FILTER (figure = 'rated'), 2) AS mean_score
FROM counted
WHERE unit <> ''
GROUP BY unit
ORDER BY unit;
