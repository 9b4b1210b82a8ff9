-- Personas that go.
SELECT persona_id AS id FROM gone_personas
