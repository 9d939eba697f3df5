-- Three numbers of Rapport, computed by hand from what it exports, beside the number that it computes itself.
-- Run it with the DuckDB shell in the folder of the exports (examples/README.md says how they are made):
--
--   duckdb < kpis.sql

ATTACH 'model.duckdb' AS model (READ_ONLY);

-- 1. Reply rate: cases with a first public answer over cases that are not deleted.
SELECT
  'reply_rate' AS metric,
  (SELECT count(first_response_at) / count(*) FROM model.cx.cases
    WHERE status IS NULL OR status <> 'deleted') AS from_database,
  (SELECT count(first_response_at) / count(*) FROM 'parquet/cases.parquet'
    WHERE status IS NULL OR status <> 'deleted') AS from_parquet,
  (SELECT value FROM model.cx.metric_reply_rate) AS by_rapport

UNION ALL

-- 2. Satisfaction: mean of the answers that lie on their scale, turned round where a low answer is a good one.
SELECT
  'csat_mean',
  (SELECT avg(CASE WHEN polarity = 'lower_is_better' THEN scale_max + scale_min - score ELSE score END)
    FROM model.cx.surveys
    WHERE kind = 'csat' AND score BETWEEN coalesce(scale_min, 1) AND coalesce(scale_max, 5)),
  (SELECT avg(CASE WHEN polarity = 'lower_is_better' THEN scale_max + scale_min - score ELSE score END)
    FROM 'parquet/surveys.parquet'
    WHERE kind = 'csat' AND score BETWEEN coalesce(scale_min, 1) AND coalesce(scale_max, 5)),
  (SELECT value FROM model.cx.metric_csat_mean)

UNION ALL

-- 3. Time from the first answer to the solution: the median, in seconds, where the solution does not lie before the answer.
SELECT
  'reply_to_resolution_time_median',
  (SELECT median(epoch(solved_at) - epoch(first_response_at)) FROM model.cx.cases
    WHERE solved_at >= first_response_at),
  (SELECT median(epoch(solved_at) - epoch(first_response_at)) FROM 'parquet/cases.parquet'
    WHERE solved_at >= first_response_at),
  (SELECT value FROM model.cx.metric_reply_to_resolution_time_median);
