-- The life of every letter, event by event, from the ledger's files alone.
-- What a fact means: docs/ledger.md. What counts and for whom: docs/figures.md, quoted as "figures: …".

-- The events that the report knew: those that happened before the period's end, in the files of the days through the
-- day after it, and in all imports. (figures: "It reads the closed days through its period and the day after".)
CREATE OR REPLACE TEMP TABLE events AS
WITH lines AS (
    SELECT *, regexp_extract(filename, '([a-z]+=[^/\\]*)[/\\]events', 1) AS folder
    FROM read_json(
        'ledger/*/events.jsonl.gz', format = 'newline_delimited', compression = 'gzip', filename = true,
        columns = {
            letter: 'VARCHAR', sequence: 'BIGINT', "at": 'TIMESTAMPTZ', move: 'VARCHAR',
            actor: 'STRUCT(unit VARCHAR)',
            facts: 'STRUCT(
                status VARCHAR, kind VARCHAR, source VARCHAR, centre VARCHAR, guarded BOOLEAN,
                unit VARCHAR, units VARCHAR[], sub_unit VARCHAR, leads BOOLEAN, ping_pong VARCHAR[],
                working_days BIGINT, score BIGINT,
                clocks STRUCT(id VARCHAR, name VARCHAR, unit VARCHAR, started_on DATE, due_on DATE, state VARCHAR,
                              working_days_used BIGINT)[])'
        })
)
SELECT DISTINCT ON (letter, sequence)  -- a line that stands in two files counts once
    letter,
    sequence,
    ("at" AT TIME ZONE getvariable('zone'))::DATE AS today,  -- figures: "by the county's local days"
    today >= getvariable('first') AS in_period,
    move,
    actor.unit AS actor_unit,
    facts
FROM lines
WHERE today <= getvariable('last')
  AND (folder LIKE 'import=%'
       OR try_cast(substr(folder, 5) AS DATE) <= getvariable('last') + 1);

-- The time limits that an event tells of. A limit has ended with the event when the working days used are told with it;
-- it was dropped when it ended without what it waited for.
CREATE OR REPLACE TEMP TABLE clocks AS
SELECT
    letter, sequence, today, in_period, told.n AS n,
    told.clock.id AS id,
    told.clock.name AS name,
    told.clock.unit AS unit,
    told.clock.started_on AS started_on,
    told.clock.due_on AS due_on,
    told.clock.working_days_used IS NOT NULL AS ended,
    told.clock.state = 'stopped' AS dropped,
    told.clock.name IN ('handle', 'redo') AS for_answer,
    told.clock.working_days_used IS NOT NULL AND today > told.clock.due_on AS ended_late  -- late from 00:00 of the next day
FROM (
    SELECT letter, sequence, today, in_period,
           unnest(list_zip(facts.clocks, range(1, len(facts.clocks) + 1))) AS pair,
           {'clock': pair[1], 'n': pair[2]} AS told
    FROM events
);

-- What the letter is after each event: status, centre, units (the first leads), holder.
-- Some events say the whole list of units ("said"); giving a letter back, or a letter that turns out to be about a unit,
-- takes single units from it ("lost"). So the units are those last said, without those lost since.
CREATE OR REPLACE TEMP TABLE steps AS
WITH ended AS (
    SELECT letter, sequence, list(unit) AS units FROM clocks WHERE ended AND unit IS NOT NULL GROUP BY ALL
),
changes AS (
    SELECT
        events.*,
        CASE
            WHEN move IN ('assign', 'convert', 'claim') THEN facts.units
            WHEN move = 'receive' THEN coalesce(facts.units, [])  -- imported history comes with the unit that answered
            WHEN move = 'classify' THEN facts.units
            WHEN move IN ('reopen', 'part') THEN []
        END AS said,
        CASE
            WHEN move = 'return' AND facts.sub_unit IS NULL THEN [facts.unit]  -- within a unit nothing is given back
            WHEN move = 'classify' AND facts.units IS NULL THEN coalesce(ended.units, [])
            ELSE []
        END AS lost
    FROM events LEFT JOIN ended USING (letter, sequence)
),
numbered AS (
    SELECT *, count(said) OVER (PARTITION BY letter ORDER BY sequence) AS said_so_far FROM changes
),
latest AS (
    SELECT
        *,
        last_value(said IGNORE NULLS) OVER life AS last_said,
        flatten(list(lost) OVER (PARTITION BY letter, said_so_far ORDER BY sequence)) AS lost_since,
        coalesce(last_value(facts.status IGNORE NULLS) OVER life, 'received') AS status,
        coalesce(last_value(facts.centre IGNORE NULLS) OVER life, '') AS centre
    FROM numbered
    WINDOW life AS (PARTITION BY letter ORDER BY sequence ROWS UNBOUNDED PRECEDING)
),
held AS (
    SELECT *, list_filter(coalesce(last_said, []), lambda unit: NOT list_contains(lost_since, unit)) AS units FROM latest
)
SELECT
    * EXCLUDE (said, lost, said_so_far, last_said, lost_since),
    coalesce(lag(units) OVER life, []) AS units_before,
    coalesce(lag(status) OVER life, 'received') AS status_before,
    coalesce(nullif(coalesce(lag(centre) OVER life, ''), ''), centre) AS centre_before,
    coalesce(units[1], centre) AS holder,                 -- figures: "the leading unit, or the centre while no unit had it"
    coalesce(units_before[1], centre) AS holder_before
FROM held
WINDOW life AS (PARTITION BY letter ORDER BY sequence);

-- Each letter at the period's end.
CREATE OR REPLACE TEMP TABLE letters AS
WITH given AS (  -- the units that were ever given it
    SELECT letter, list(DISTINCT unit) AS units
    FROM (
        SELECT letter, unnest(units) AS unit FROM steps
        UNION ALL
        SELECT letter, actor_unit FROM steps WHERE actor_unit = facts.unit AND actor_unit <> centre
    ) GROUP BY letter
)
SELECT
    letter,
    coalesce(arg_max(facts.kind, sequence) FILTER (facts.kind IS NOT NULL), 'other') AS kind,
    coalesce(arg_max(facts.source, sequence) FILTER (facts.source IS NOT NULL), '') AS source,
    coalesce(arg_max(facts.guarded, sequence) FILTER (facts.guarded IS NOT NULL), false) AS guarded,
    arg_max(status, sequence) AS status,
    arg_max(centre, sequence) AS centre,
    arg_max(holder, sequence) AS holder,
    coalesce(arg_max(in_period, sequence) FILTER (move = 'accept'), false) AS accepted_in_period,
    -- figures: "somebody still owes the writer an answer"
    arg_max(status, sequence) IN ('received', 'accepted', 'referred', 'assigned', 'in_approval') AS is_open,
    coalesce(any_value(given.units), []) AS given_to
FROM steps LEFT JOIN given USING (letter)
GROUP BY letter;

-- A unit's tries at a letter: a round begins with each new limit to handle it. Once late stays late, until the next round.
CREATE OR REPLACE TEMP TABLE rounds AS
WITH first_told AS (
    SELECT letter, unit, id, min(sequence) AS sequence, arg_min(started_on, sequence) AS started_on
    FROM clocks WHERE name = 'handle' AND unit IS NOT NULL GROUP BY letter, unit, id
)
SELECT
    letter, unit, sequence AS begins, started_on,
    lead(sequence) OVER (PARTITION BY letter, unit ORDER BY sequence) AS next_begins
FROM (SELECT letter, unit, sequence, arg_max(started_on, id) AS started_on FROM first_told GROUP BY ALL);

-- The ends of limits to answer, each in the round in which it fell.
CREATE OR REPLACE TEMP TABLE ends AS
SELECT clocks.*, rounds.begins
FROM clocks JOIN rounds
    ON clocks.letter = rounds.letter AND clocks.unit = rounds.unit
    AND clocks.sequence >= rounds.begins AND (rounds.next_begins IS NULL OR clocks.sequence < rounds.next_begins)
WHERE clocks.ended AND clocks.for_answer;

-- Answers that the writer has. Only the leading unit's is one; where others sign, it is given with the last signature,
-- and not by a forwarded letter's receiver (figures: "Standing answer", "Signatures").
CREATE OR REPLACE TEMP TABLE given AS
SELECT letter, sequence, today, in_period, CASE move WHEN 'answer' THEN coalesce(facts.unit, holder) ELSE holder END AS unit
FROM steps
WHERE (move = 'answer' AND facts.leads AND status NOT IN ('in_approval', 'forwarded'))
   OR (move = 'approve' AND status_before = 'in_approval' AND status = 'answered');

-- What takes a given answer away again: the centre sends it back. One on its way through signatures was not given yet.
CREATE OR REPLACE TEMP TABLE taken_back AS
SELECT letter, sequence FROM steps WHERE move = 'send_back' AND status_before <> 'in_approval';

-- The answer that stands after each step in which the letter was given or lost by somebody, and at the end.
CREATE OR REPLACE TEMP TABLE answers AS
WITH turns AS (
    SELECT letter, sequence, unit FROM given UNION ALL SELECT letter, sequence, NULL FROM taken_back
)
SELECT letter, sequence, unit, lead(sequence) OVER (PARTITION BY letter ORDER BY sequence) AS next_turn FROM turns;

CREATE OR REPLACE TEMP TABLE standing AS
WITH last_turn AS (
    SELECT given.* FROM given JOIN answers USING (letter, sequence) WHERE answers.next_turn IS NULL
),
its_round AS (
    SELECT last_turn.*, rounds.begins, rounds.started_on
    FROM last_turn LEFT JOIN rounds
        ON rounds.letter = last_turn.letter AND rounds.unit = last_turn.unit
        AND last_turn.sequence >= rounds.begins
        AND (rounds.next_begins IS NULL OR last_turn.sequence < rounds.next_begins)
)
SELECT
    its_round.letter, its_round.sequence, its_round.unit, its_round.in_period,
    coalesce(any_value(its_round.started_on), any_value(its_round.today)) AS started_on,
    -- figures: "In time: the answer, and every earlier try of that unit since it received the letter"
    coalesce(bool_or(ends.ended_late), false) AS late,
    -- when the unit had done its own part: what signatures take after it is not its time
    coalesce(
        any_value(CASE WHEN NOT ends.dropped THEN ends.today END) FILTER (ends.nth_last = 1), any_value(its_round.today)
    ) AS done_on
FROM its_round LEFT JOIN (
    SELECT ends.*, its_round.sequence AS answer,
           row_number() OVER (PARTITION BY ends.letter, ends.unit ORDER BY ends.sequence DESC, ends.n DESC) AS nth_last
    FROM ends JOIN its_round
        ON ends.letter = its_round.letter AND ends.unit = its_round.unit AND ends.begins = its_round.begins
        AND ends.sequence <= its_round.sequence
) AS ends ON ends.letter = its_round.letter AND ends.answer = its_round.sequence
GROUP BY its_round.letter, its_round.sequence, its_round.unit, its_round.in_period;
