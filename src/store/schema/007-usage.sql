-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was spent and used by day, and what we had counted before a provider gave its own figure.

CREATE INDEX receipt_by_day ON receipt (wallet_id, day);

ALTER TABLE receipt ADD COLUMN expected_input INTEGER;  -- our count of the prompt, before it was sent
ALTER TABLE receipt ADD COLUMN expected_exactly INTEGER NOT NULL DEFAULT 0 CHECK (expected_exactly IN (0, 1));
