-- Dropped personas that go.
SELECT persona_id AS id FROM dropped WHERE goes
