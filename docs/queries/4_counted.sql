-- Everything that counts once: (figure, letter, office, amount). Names and meanings: docs/figures.md.

-- figures, `released_late`: a unit's limit ends after its due date without an answer of its own to the writer.
-- A late answer of the leading unit is told by that answer itself.
CREATE OR REPLACE TEMP TABLE released AS
SELECT DISTINCT ends.letter, ends.sequence, ends.in_period, ends.unit
FROM clocks AS ends JOIN steps USING (letter, sequence)
WHERE ends.ended_late AND ends.for_answer AND ends.unit IS NOT NULL
  AND (ends.dropped
       OR ends.unit IS DISTINCT FROM
          CASE WHEN facts.leads IS NULL THEN holder_before WHEN facts.leads THEN facts.unit END);

-- … "a unit whose late answer was sent back and that then lost the letter": it does not come clean by losing it.
-- Once a round; not where its lateness was counted already, and not while its answer stands.
CREATE OR REPLACE TEMP TABLE gone_late AS
WITH gone AS (
    SELECT letter, sequence, in_period, unnest(CASE
        WHEN status IN ('withdrawn', 'merged') THEN units_before
        ELSE list_filter(units_before, lambda unit: NOT list_contains(units, unit))
    END) AS unit
    FROM steps
),
in_round AS (
    SELECT gone.*, rounds.begins
    FROM gone JOIN rounds
        ON rounds.letter = gone.letter AND rounds.unit = gone.unit
        AND gone.sequence >= rounds.begins AND (rounds.next_begins IS NULL OR gone.sequence < rounds.next_begins)
)
SELECT DISTINCT ON (letter, unit, begins) *
FROM in_round
WHERE EXISTS (
        FROM ends WHERE ends.letter = in_round.letter AND ends.unit = in_round.unit AND ends.begins = in_round.begins
        AND ends.sequence <= in_round.sequence AND ends.ended_late)
  AND NOT EXISTS (
        FROM released WHERE released.letter = in_round.letter AND released.unit = in_round.unit
        AND released.sequence BETWEEN in_round.begins AND in_round.sequence)
  AND NOT EXISTS (
        FROM answers WHERE answers.letter = in_round.letter AND answers.unit = in_round.unit
        AND answers.sequence <= in_round.sequence
        AND (answers.next_turn IS NULL OR answers.next_turn > in_round.sequence))
ORDER BY letter, unit, begins, sequence;

-- What happened in the period.
CREATE OR REPLACE TEMP TABLE happened AS
WITH now AS (SELECT * FROM steps WHERE in_period)
          SELECT 'received' AS figure, letter, centre AS unit, NULL::BIGINT AS amount FROM now WHERE move = 'receive'
UNION ALL SELECT 'accepted', letter, centre, NULL FROM now WHERE move = 'accept'
UNION ALL SELECT 'declined', letter, holder, NULL FROM now WHERE move = 'decline'
UNION ALL SELECT 'kept', letter, holder, NULL FROM now WHERE move = 'keep_for_information'
UNION ALL SELECT 'forwarded', letter, holder, NULL FROM now WHERE move = 'forward'
UNION ALL SELECT 'referred', letter, centre_before, NULL FROM now WHERE move = 'refer_up'
UNION ALL SELECT 'withdrawn', letter, holder, NULL FROM now WHERE move = 'withdraw'
UNION ALL SELECT 'merged', letter, centre, NULL FROM now WHERE status = 'merged' AND status_before <> 'merged'
UNION ALL SELECT 'removed', letter, holder, NULL FROM now WHERE move = 'remove'
-- a unit is given a letter it did not have, leading or joining
UNION ALL SELECT 'assigned', letter, unit, NULL
          FROM (SELECT letter, units_before, unnest(facts.units) AS unit FROM now WHERE move IN ('assign', 'convert', 'claim'))
          WHERE NOT list_contains(units_before, unit)
UNION ALL SELECT 'claimed', letter, unnest(facts.units), NULL FROM now WHERE move = 'claim'
UNION ALL SELECT 'ping_pong', letter, unnest(facts.ping_pong), NULL FROM now WHERE move IN ('assign', 'convert', 'claim')
UNION ALL SELECT 'extensions', letter, facts.unit, facts.working_days FROM now WHERE move = 'grant_extension'
UNION ALL SELECT 'returns', letter, facts.unit, NULL FROM now WHERE move = 'return' AND facts.sub_unit IS NULL
-- after the window to return had lapsed
UNION ALL SELECT 'returned_late', letter, facts.unit, NULL FROM now
          WHERE move = 'return' AND facts.sub_unit IS NULL AND EXISTS (
              FROM clocks WHERE clocks.letter = now.letter AND clocks.sequence = now.sequence
              AND name = 'return' AND unit = now.facts.unit AND ended_late)
-- what the unit's own head does not sign is no send-back
UNION ALL SELECT 'send_backs', letter, coalesce(facts.unit, holder), NULL FROM now
          WHERE move = 'send_back' AND NOT (
              status_before = 'in_approval' AND coalesce(actor_unit = coalesce(facts.unit, holder), false)
              AND coalesce(facts.unit, holder) <> centre)
-- it counts for the unit whose answer did not settle the matter; a merged letter had none of its own
UNION ALL SELECT 'reopened', letter, coalesce(facts.units[1], holder_before), NULL FROM now
          WHERE move = 'reopen' AND status_before <> 'merged'
UNION ALL SELECT 'rated', letter, coalesce(facts.unit, holder), facts.score FROM now WHERE move = 'rate'
UNION ALL SELECT CASE WHEN ended_late THEN 'triaged_late' ELSE 'triaged_on_time' END, letter, centre_before, NULL
          FROM clocks JOIN steps USING (letter, sequence)
          WHERE clocks.in_period AND ended AND NOT dropped AND name = 'triage'
UNION ALL SELECT 'released_late', letter, unit, NULL FROM released WHERE in_period
UNION ALL SELECT 'released_late', letter, unit, NULL FROM gone_late WHERE in_period;

-- How things stand at the period's end.
CREATE OR REPLACE TEMP TABLE stands AS
WITH latest AS (SELECT DISTINCT ON (letter, id) * FROM clocks ORDER BY letter, id, sequence DESC, n DESC),
running_late AS (  -- the window to return a letter lapses and is never late
    SELECT letters.letter, coalesce(latest.unit, letters.centre) AS unit,
           max(greatest(1, working_days(latest.due_on, getvariable('last')))) AS days
    FROM latest JOIN letters USING (letter)
    WHERE is_open AND NOT ended AND name <> 'return' AND getvariable('last') > due_on
    GROUP BY ALL
),
owed AS (  -- accepted in the period, and not declined, kept, forwarded, withdrawn, merged or removed since
    SELECT letter, coalesce(standing.unit, holder) AS unit, standing.unit IS NOT NULL AS answered
    FROM letters LEFT JOIN standing USING (letter)
    WHERE accepted_in_period
      AND status NOT IN ('declined', 'kept', 'forwarded', 'withdrawn', 'merged', 'removed')
)
          SELECT 'answered' AS figure, letter, unit, working_days(started_on, done_on) AS amount FROM standing WHERE in_period
UNION ALL SELECT CASE WHEN late THEN 'late' ELSE 'on_time' END, letter, unit, NULL FROM standing WHERE in_period
UNION ALL SELECT 'reply_owed', letter, unit, NULL FROM owed
UNION ALL SELECT 'reply_given', letter, unit, NULL FROM owed WHERE answered
UNION ALL SELECT 'open', letter, holder, NULL FROM letters WHERE is_open
UNION ALL SELECT 'overdue', letter, unit, days FROM running_late;

-- All of it. figures, "Under no unit": a letter about an office or somebody in one counts for units that were given it,
-- and else in the county's total alone (unit = '').
CREATE OR REPLACE TEMP TABLE counted AS
SELECT figure, letter, kind, source, amount,
       CASE WHEN guarded AND NOT list_contains(given_to, unit) THEN '' ELSE unit END AS unit
FROM (SELECT * FROM happened UNION ALL SELECT * FROM stands) JOIN letters USING (letter);

-- Figures of whatever rows of `counted` are put together.
CREATE OR REPLACE TEMP MACRO times(figures, wanted) AS count(*) FILTER (figures = wanted);
-- DuckDB's own round() turns 0.25 into 0.3; reports round what lies exactly in the middle to the even digit, as printf.
CREATE OR REPLACE TEMP MACRO rounded(number, digits) AS printf('%.' || digits || 'f', number::DOUBLE)::DOUBLE;
CREATE OR REPLACE TEMP MACRO share(part, whole) AS CASE WHEN whole > 0 THEN rounded(part / whole, 4) END;
