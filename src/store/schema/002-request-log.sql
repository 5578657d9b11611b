-- SPDX-License-Identifier: GPL-3.0-or-later
-- One row for each request that was sent to a provider: how it went, never what it said. Kept for
-- 90 days, and at most 100,000 rows (engine/td-request-log.h).

CREATE TABLE request_log (
  id INTEGER PRIMARY KEY,
  started_us INTEGER NOT NULL,
  provider_id TEXT NOT NULL,
  endpoint TEXT NOT NULL,           -- the base address in force
  model_key TEXT NOT NULL,          -- what was asked for
  offer_key TEXT NOT NULL,          -- the model at the provider that it went to
  purpose TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- 'complete', 'stopped', or the code of the failure
  retries INTEGER NOT NULL CHECK (retries >= 0), -- how many of the same turn failed before it
  first_token_ms INTEGER,
  duration_ms INTEGER,
  input_tokens INTEGER,
  cached_tokens INTEGER,
  output_tokens INTEGER,
  rate INTEGER                      -- thousandths of a token a second, once it had begun
);
CREATE INDEX request_log_started ON request_log (started_us);
