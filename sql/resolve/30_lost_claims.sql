-- Claims that their lines have lost to other lines of the batch, by --contested. last-line: a persona is kept only by the
-- last line that claims it. leave: a persona whose lines do not agree on a custom_id stays where it is. (`withdrawn_claims`
-- come to nothing for who has the persona now; `passed_over` has both.)
SELECT line, place, ifi, 'later_line' AS why
FROM contested_claims
WHERE :contested = 'last-line' AND line <> last_line
UNION ALL
SELECT line, place, ifi, 'contested'
FROM contested_claims
WHERE :contested = 'leave' AND NOT agreed
