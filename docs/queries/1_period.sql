-- Which report to reproduce. Change these lines, nothing else.
SET VARIABLE first = DATE '2026-11-16';     -- first day of the period
SET VARIABLE last  = DATE '2026-11-22';     -- last day of the period
SET VARIABLE zone  = 'Asia/Shanghai';       -- the county's zone: "zone" in the report's manifest.json
SET VARIABLE report = 'reports/weekly/2026-W47';  -- its folder; only letters_csv.sql reads it
